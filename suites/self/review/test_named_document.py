"""A document is found by its path, or by the name of a pinned one; whose it is, its paths must tell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.review.named_document import corrections_of, counterpart, load_named


def document(tmp_path: Path, *paths: str) -> Path:
    answers = {"200": {"description": "done"}}
    tree = {
        "openapi": "3.0.3",
        "info": {"title": "T", "version": "1"},
        "paths": {
            path: {"get": {"operationId": f"get{index}", "responses": answers}} for index, path in enumerate(paths)
        },
    }
    file = tmp_path / "new.json"
    file.write_text(json.dumps(tree))
    return file


def test_a_pinned_document_has_a_name_of_its_own() -> None:
    assert load_named("zoho/desk", "").vendor == "zoho"


def test_the_paths_of_a_file_tell_whose_it_is(tmp_path: Path) -> None:
    assert load_named(str(document(tmp_path, "/api/v2/tickets")), "").vendor == "zendesk"


def test_whose_it_is_must_be_said_where_the_paths_tell_nothing(tmp_path: Path) -> None:
    file = str(document(tmp_path, "/things"))
    assert load_named(file, "zoho").vendor == "zoho"
    with pytest.raises(UsageError, match="do not tell whose document"):
        load_named(file, "")


def test_an_unknown_name_is_told_with_the_known_ones() -> None:
    with pytest.raises(UsageError) as wrong:
        load_named("zoho/nothing", "")
    assert "zendesk/support" in wrong.value.remedy


def test_a_new_version_is_corrected_by_the_overlays_of_the_pinned_one(tmp_path: Path) -> None:
    new = load_named(str(document(tmp_path, "/api/v2/tickets")), "")
    assert corrections_of(new)


def test_an_older_version_stands_for_the_pinned_document_with_most_paths_in_common(tmp_path: Path) -> None:
    pins = {name: load_named(name, "") for name in ("zendesk/support", "zendesk/ticket-content-pins")}
    few = document(tmp_path, *pins["zendesk/ticket-content-pins"].tree["paths"])
    assert counterpart(load_named(str(few), "zendesk")).name == "ticket-content-pins"
    many = document(tmp_path, *list(pins["zendesk/support"].tree["paths"])[:200], "/api/v2/gone")
    assert counterpart(load_named(str(many), "zendesk")).name == "support"
    assert {name: counterpart(pinned).name for name, pinned in pins.items()} == {
        "zendesk/support": "support", "zendesk/ticket-content-pins": "ticket-content-pins",
    }  # fmt: skip
