"""What teardown needs follows from what the ledger holds open, of one vendor."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from harness.execution.teardown_reserve import CREDITS_A_PROOF, CREDITS_AT_LEAST, TeardownReserve, credits_of
from harness.ledger import Entry, Ledger
from harness.resources.cleanup import CleanupStep

TICKET = Entry("main-1", "desk", "zoho", "zoho:createTicket", "POST", "/api/v1/tickets",
               cleanup_steps=(CleanupStep("POST", "/api/v1/tickets/moveToTrash"),), ids=("1",))  # fmt: skip


class Open:
    """A ledger of which only the open entries are asked."""

    def __init__(self, *entries: Entry) -> None:
        self.entries, self.asked = entries, 0

    def open_entries(self) -> tuple[Entry, ...]:
        self.asked += 1
        return self.entries


def reserve(*entries: Entry) -> TeardownReserve:
    return TeardownReserve(cast(Ledger, Open(*entries)), "desk")


def test_a_run_that_made_nothing_keeps_nothing() -> None:
    assert reserve().credits() == 0
    assert reserve(replace(TICKET, target="other")).credits() == 0


@given(st.integers(1, 50))
def test_each_record_needs_its_steps_and_their_proof(count: int) -> None:
    entry = replace(TICKET, ids=tuple(map(str, range(count))))
    assert reserve(entry).credits() == CREDITS_AT_LEAST + count * (1 + CREDITS_A_PROOF)


def test_a_create_without_an_answer_needs_as_much_as_one_record() -> None:
    assert credits_of(replace(TICKET, ids=())) == credits_of(TICKET)


def test_a_long_ledger_is_not_counted_for_each_request() -> None:
    counted = reserve(TICKET)
    for _ in range(20):
        counted.credits()
    assert cast(Open, counted.ledger).asked == 2
