"""Ids: rising numbers, small ones for tickets, and texts that sort by time for the newer resources."""

from __future__ import annotations

from harness.sandbox.zendesk.ids import FIRST_ULID, STEP, new_id, number, ulid


def test_numbers_rise_and_leave_room_between_them(account):
    first, second = number(account.org), number(account.org)
    assert second - first == STEP
    assert len(str(first)) == 14


def test_tickets_are_counted_apart(account):
    first, second = (new_id(account.org, "tickets", {}) for _ in range(2))
    assert second == first + 1
    assert first < 1000


def test_newer_resources_have_texts_that_sort_by_time(account):
    made = [ulid(account.org) for _ in range(3)]
    assert made == sorted(made)
    assert all(len(ident) == len(FIRST_ULID) == 26 for ident in made)
    assert len(new_id(account.org, "webhooks", {})) == 26


def test_an_id_is_of_the_type_that_the_schema_asks_for(account):
    assert isinstance(new_id(account.org, "macros", {"type": "integer"}), int)
    assert isinstance(new_id(account.org, "macros", {"type": "string"}), str)
    assert len(new_id(account.org, "macros", {"type": "string", "example": FIRST_ULID})) == 26
