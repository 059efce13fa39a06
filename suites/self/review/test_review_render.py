"""A Diff as text: the sums first, then the worst, and a long list is cut with a word of what was left out."""

from __future__ import annotations

import json

from harness.review.change import Change, Diff
from harness.review.render import as_json, text

REMOVED = Change(
    "operation", "removed", "zendesk:UpdateThing", "PUT /things/{id} removed", "", True, True,
    ("zendesk:UpdateThing",), ("write",),
)  # fmt: skip
REQUIRED = Change(
    "schema", "changed", "Thing", "property name is now required", "/name", False, True,
    ("zendesk:ShowThing", "zendesk:ListThings"), ("read",),
)  # fmt: skip
ADDED = Change("operation", "added", "zendesk:CountThings", "GET /things/count added", tiers=("read",))
DIFF = Diff(
    "2025-09", "2026-05", (REMOVED, REQUIRED, ADDED), removed=("zendesk:UpdateThing",),
    tiers={"zendesk:ShowThing": ("read", "write")}, stale_waivers=("w1",), stale_overlays=("a.yaml:9: Gone",),
    retest=("zendesk:ShowThing",),
)  # fmt: skip


def test_the_sums_come_first() -> None:
    lines = text(DIFF).splitlines()
    assert lines[0] == "2025-09 -> 2026-05: 3 changes, 1 of them break a client"
    assert lines[1] == "  operation  1 added, 1 removed, 0 changed"
    assert lines[2] == "  schema     0 added, 0 removed, 1 changed"


def test_what_breaks_most_is_told_first() -> None:
    shown = text(DIFF)
    parts = ["breaks a client (1)", "breaks the suites only (1)", "breaks nobody (1)", "tier changed (1)"]
    assert sorted(parts, key=shown.index) == parts


def test_a_line_says_where_what_and_how_far_it_reaches() -> None:
    shown = text(DIFF)
    assert "  zendesk:UpdateThing: PUT /things/{id} removed [write]\n" in shown
    assert "  Thing /name: property name is now required [read] · 2 operations\n" in shown


def test_what_went_stale_is_named() -> None:
    shown = text(DIFF)
    assert "waivers made stale (1)\n  w1\n" in shown
    assert "overlay actions made stale (1)\n  a.yaml:9: Gone\n" in shown
    assert shown.endswith("to test again: 1 operations\n")


def test_a_long_part_is_cut_and_says_so() -> None:
    shown = text(Diff("a", "b", (ADDED,) * 5), limit=2)
    assert shown.count("GET /things/count added") == 2
    assert "… and 3 more; --json has them all" in shown


def test_nothing_is_told_of_nothing() -> None:
    assert text(Diff("a", "b", ())) == "a -> b: 0 changes, 0 of them break a client\n\nto test again: 0 operations\n"


def test_json_has_it_all() -> None:
    read = json.loads(as_json(DIFF))
    assert read["removed"] == ["zendesk:UpdateThing"]
    assert [change["message"] for change in read["changes"]] == [change.message for change in DIFF.changes]


def test_what_is_not_understood_is_counted_and_shown_as_a_class_of_its_own() -> None:
    unclear = Change("schema", "changed", "Thing", "frobnicate 1 to 2", understood=False)
    shown = text(Diff("a", "b", (unclear, ADDED)))
    assert shown.startswith("a -> b: 2 changes, 0 of them break a client, 1 not understood\n")
    assert "\nchanged, not understood (1)\n  Thing: frobnicate 1 to 2\n" in shown
    assert json.loads(as_json(Diff("a", "b", (unclear,))))["changes"][0]["understood"] is False
