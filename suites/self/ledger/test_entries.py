"""What events add up to, in whatever order the files of several processes are read."""

from __future__ import annotations

from typing import Any

import pytest

from harness.ledger.entries import Entries
from harness.ledger.entry import first_state, next_state

BEGIN = {"event": "intend", "entry": "gw0-1", "vendor": "zendesk", "operation": "zendesk:CreateTicket",
         "method": "POST", "path": "/api/v2/tickets", "kinds": ["ticket"],
         "undo": [["DELETE", "/api/v2/tickets/{id}", None]]}  # fmt: skip
MADE = {"event": "made", "entry": "gw0-1", "ids": ["7", "8"]}
GONE = {"event": "gone", "entry": "gw0-1", "ids": ["7"]}


def after(*events: dict[str, Any]) -> Entries:
    entries = Entries()
    for event in events:
        entries.apply(event)
    return entries


@pytest.mark.parametrize("events", [(BEGIN, MADE, GONE), (MADE, BEGIN, GONE), (MADE, GONE, BEGIN)])
def test_events_that_come_before_their_entry_wait_for_it(events: tuple[dict[str, Any], ...]) -> None:
    entries = after(*events)
    assert entries.by_id["gw0-1"].left == ("8",)
    assert entries.owns("zendesk", frozenset({"ticket"}), "7"), "an id that is gone is never given again"
    assert entries.is_cleanup("zendesk", "DELETE", "/api/v2/tickets/8", b"")
    assert not entries.is_cleanup("zendesk", "DELETE", "/api/v2/tickets/7", b"")


def test_an_entry_that_is_read_twice_stays_as_it_is() -> None:
    assert after(BEGIN, MADE, BEGIN).by_id["gw0-1"].ids == ("7", "8")


def test_an_event_about_nothing_says_nothing() -> None:
    assert after({"event": "made", "ids": ["7"]}).by_id == {}


def test_a_listing_is_known_by_its_name() -> None:
    assert after({"event": "listed", "entry": "main-listed-1", "ids": ["1"]}).listed == {"main-listed-1": {"1"}}


def test_a_request_is_unanswered_until_something_is_known_of_it() -> None:
    entry = first_state(BEGIN)
    assert entry.unanswered
    assert not next_state(entry, {"event": "void"}).unanswered
    assert not next_state(entry, MADE).unanswered


def test_what_was_created_after_all_is_open_again() -> None:
    """An answer may come after a teardown that found nothing."""
    entry = next_state(next_state(first_state(BEGIN), {"event": "void"}), MADE)
    assert not entry.closed
    assert entry.left == ("7", "8")


def test_an_entry_is_closed_when_the_last_of_its_records_is_gone() -> None:
    entry = next_state(next_state(first_state(BEGIN), MADE), GONE)
    assert not entry.closed
    assert entry.left == ("8",)
    assert [step.of("8").path for step in entry.cleanup_steps] == ["/api/v2/tickets/8"]
    assert next_state(entry, {"event": "gone", "ids": ["8"]}).closed
    assert next_state(entry, {"event": "gone"}).closed
