"""One request that may have created something, from its announcement to the last of its records."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from harness.ledger.entry import first_state, next_state, rows
from harness.resources.cleanup import CleanupStep

INTEND = {"event": "intend", "entry": "gw0-1", "vendor": "zendesk", "operation": "zendesk:CreateTicket",
          "method": "POST", "path": "/api/v2/tickets", "kinds": ["ticket"], "mark": "deskcheck-9", "at": 7.5,
          "undo": [["DELETE", "/api/v2/tickets/{id}", None]], "search": {"home": "/api/v2/tickets"}}  # fmt: skip
KEEP = {"event": "keep", "entry": "gw0-2", "vendor": "zendesk", "path": "/api/v2/settings",
        "undo": [["PUT", "/api/v2/settings", {"a": 1}]]}  # fmt: skip


def made(*ids: str) -> dict[str, Any]:
    return {"event": "made", "ids": list(ids)}


def gone(*ids: str) -> dict[str, Any]:
    return {"event": "gone", "ids": list(ids)}


def test_an_entry_is_what_was_announced() -> None:
    entry = first_state(INTEND)
    assert (entry.id, entry.vendor, entry.mark, entry.at) == ("gw0-1", "zendesk", "deskcheck-9", 7.5)
    assert entry.cleanup_steps == (CleanupStep("DELETE", "/api/v2/tickets/{id}"),)
    assert entry.search == {"home": "/api/v2/tickets"}
    assert not entry.setting


def test_a_record_that_was_removed_is_not_left() -> None:
    entry = next_state(next_state(first_state(INTEND), made("7", "8")), gone("7"))
    assert entry.left == ("8",)


def test_a_setting_is_left_until_it_is_back() -> None:
    entry = first_state(KEEP)
    assert entry.cleanup_steps == (CleanupStep("PUT", "/api/v2/settings", {"a": 1}),)
    assert not entry.unanswered, "nothing has to be looked for"
    assert not entry.closed
    assert next_state(entry, gone()).closed


def test_a_record_that_is_told_twice_is_one_record() -> None:
    assert next_state(next_state(first_state(INTEND), made("7")), made("7")).ids == ("7",)


def test_all_of_an_entry_may_go_without_being_named() -> None:
    assert next_state(next_state(first_state(INTEND), made("7", "8")), gone()).closed


def test_a_record_whose_end_was_told_first_stays_gone() -> None:
    """Files are read one after another, and the one that says it may come first."""
    assert next_state(next_state(first_state(INTEND), gone("7")), made("7")).closed
    assert next_state(next_state(first_state(INTEND), gone("7")), made("7", "8")).left == ("8",)


def test_an_answer_that_nothing_was_created_does_not_hide_what_was() -> None:
    assert next_state(first_state(INTEND), {"event": "void"}).closed
    assert not next_state(next_state(first_state(INTEND), made("7")), {"event": "void"}).closed


def test_an_event_of_a_later_version_changes_nothing() -> None:
    assert next_state(first_state(INTEND), {"event": "painted"}) == first_state(INTEND)


def test_an_announcement_of_an_earlier_version_lacks_nothing_that_is_needed() -> None:
    entry = first_state({"event": "intend", "entry": "main-1"})
    assert (entry.kinds, entry.cleanup_steps, entry.search) == (frozenset(), (), {})


def test_steps_are_written_as_they_are_read() -> None:
    entry = first_state(INTEND)
    steps = (CleanupStep("PUT", "/a", {"b": [1]}), CleanupStep("DELETE", "/a"))
    assert first_state(INTEND | {"undo": rows(steps)}) == replace(entry, cleanup_steps=steps)


def test_an_entry_names_its_target_and_an_older_one_that_of_its_vendor() -> None:
    assert first_state(INTEND | {"target": "eu"}, {"zendesk": "acme"}).target == "eu"
    assert first_state(INTEND, {"zendesk": "acme"}).target == "acme"
    assert first_state(INTEND).target == "zendesk"
