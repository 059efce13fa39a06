"""What a new version of a document does to our waivers and overlays: made stale, to be looked at, or left alone."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.checks.waivers import Waiver
from harness.openapi import document, overlay
from harness.review.change import Diff
from harness.review.touched import Touched, touched_overlays, touched_waivers

TODAY = date(2026, 11, 26)
WAIVER = Waiver(
    "W1", "zendesk:ShowTag*", "status", "known", "ann", date(2026, 1, 1), date(2027, 1, 1), "page", status=404
)
KEYS = ("zendesk:ShowTag", "zendesk:ListTags")


def waivers(*stale: str, waiver: Waiver = WAIVER, keys: tuple[str, ...] = KEYS, today: date = TODAY) -> list[Touched]:
    return list(touched_waivers([waiver], Diff("old", "new", (), stale_waivers=stale), keys, today))


def test_a_waiver_that_still_explains_something_is_left_alone() -> None:
    assert waivers() == []
    assert waivers(today=WAIVER.expires) == []


def test_a_waiver_goes_stale_by_time_by_its_operation_or_by_the_document() -> None:
    (late,) = waivers(today=date(2027, 1, 2))
    (gone,) = waivers("W1", keys=("zendesk:ListTags",))
    (listed,) = waivers("W1")
    assert late.why == "expired on 2027-01-01, so ann has to renew or remove it"
    assert gone.why == "zendesk:ShowTag* is gone"
    assert listed.why == "the document lists status 404 of zendesk:ShowTag* now"
    assert all(touched.is_stale for touched in (late, gone, listed))


TAG: dict[str, Any] = {"type": "object", "properties": {"name": {"type": "string"}, "size": {"type": "integer"}}}


@pytest.fixture
def overlays(tmp_path: Path):
    """`overlays(new, *actions)` is what a new version of a document with a schema `Tag` does to the actions."""

    def touched(new: dict[str, Any], *actions: dict[str, Any], old: dict[str, Any] = TAG) -> list[Touched]:
        versions = []
        for name, schema in (("old", old), ("new", new)):
            tree = {"openapi": "3.0.3", "info": {}, "paths": {}, "components": {"schemas": {"Tag": schema}}}
            (tmp_path / f"{name}.json").write_text(json.dumps(tree))
            versions.append(document.load(tmp_path / f"{name}.json", "zendesk"))
        why = {"x-reason": "because", "x-source": "recorded 2026-01"}
        data = {"overlay": "1.0.0", "info": {"title": "T", "version": "1"}, "extends": "../tags.yaml"}
        path = tmp_path / "one.yaml"
        path.write_text(yaml.safe_dump(data | {"actions": [why | action for action in actions]}))
        return list(touched_overlays(*versions, [overlay.read(path)]))

    return touched


NAME = "$.components.schemas.Tag.properties.name"
NULL = {"target": NAME, "update": {"nullable": True}}


def test_an_overlay_of_what_has_not_changed_is_left_alone(overlays) -> None:
    assert overlays(TAG, NULL) == []
    assert overlays({**TAG, "properties": TAG["properties"] | {"colour": {"type": "string"}}}, NULL) == []
    described = {**TAG, "properties": {"name": {"type": "string", "description": "its name"}}}
    assert overlays(described, NULL) == [], "words for people are not what it corrects"


def test_an_overlay_of_what_is_gone_or_mended_is_stale(overlays) -> None:
    (gone,) = overlays({"type": "object", "properties": {}}, NULL)
    (mended,) = overlays({"type": "object", "properties": {"name": {"type": "string", "nullable": True}}}, NULL)
    assert (gone.why, gone.is_stale) == (f"{NAME} selects nothing", True)
    assert (mended.why, mended.is_stale) == (f"{NAME} changes nothing", True)
    assert "one.yaml:" in gone.name


def test_an_overlay_of_what_was_changed_otherwise_is_to_be_looked_at(overlays) -> None:
    (changed,) = overlays({"type": "object", "properties": {"name": {"type": "integer"}}}, NULL)
    assert changed == Touched(changed.name, f"{NAME}: what it corrects has changed at 1 of 1 places", is_stale=False)


def test_an_overlay_that_adds_to_a_map_is_no_correction_of_its_neighbours(overlays) -> None:
    add = {"target": "$.components.schemas.Tag.properties", "update": {"url": {"type": "string"}}}
    assert overlays({**TAG, "properties": TAG["properties"] | {"colour": {"type": "string"}}}, add) == []


def test_what_never_fitted_this_document_is_not_touched_by_its_change(overlays) -> None:
    other = {"target": "$.components.schemas.Door", "update": {"nullable": True}}
    assert overlays({"type": "object", "properties": {}}, other) == []
