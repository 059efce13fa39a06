"""The journal keeps every request in order, until it is cleared."""

from __future__ import annotations

from harness.sandbox.journal import Journal, JournalEntry


def entry(target: str, status: int = 200) -> JournalEntry:
    return JournalEntry(7.0, "GET", target, "zendesk", "zendesk:ListTickets", status, 0)


def journal(*targets: str) -> Journal:
    made = Journal()
    for target in targets:
        made.add(entry(target))
    return made


def test_requests_are_shown_as_plain_data() -> None:
    assert journal("/a").dump() == [
        {
            "at": 7.0, "method": "GET", "target": "/a", "vendor": "zendesk", "operation": "zendesk:ListTickets",
            "status": 200, "size": 0,
        }
    ]  # fmt: skip


def test_a_reader_may_ask_for_what_is_new() -> None:
    kept = journal("/a", "/b", "/c")
    assert [row["target"] for row in kept.dump(since=1)] == ["/b", "/c"]
    assert kept.dump(since=3) == []


def test_nothing_is_left_after_it_is_cleared() -> None:
    kept = journal("/a")
    kept.clear()
    assert kept.dump() == []
