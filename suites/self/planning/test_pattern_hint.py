"""Hints for patterns: each likely mistake finds the pattern that was meant, and that one selects something."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest

from harness.planning.pattern_hint import GRAMMAR, hint

NAMES = (
    "zendesk:ListTickets", "ListTickets", "/api/v2/tickets", "GET /api/v2/tickets", "Tickets",
    "zendesk:ShowTicket", "ShowTicket", "/api/v2/tickets/{ticket_id}", "GET /api/v2/tickets/{ticket_id}",
    "zoho:getTasks", "getTasks", "/api/v1/tasks", "GET /api/v1/tasks", "Tasks",
)  # fmt: skip


@pytest.mark.parametrize(
    ("pattern", "meant"),
    [
        ("zendesk", "zendesk:*"),
        ("zendesk:ListTickst", "zendesk:ListTickets"),
        ("tickets", "Tickets"),
        ("LISTTICKETS", "ListTickets"),
        ("zoho:*tasks*", "zoho:getTasks"),
        ("zendesk:*Tickt*", "zendesk:*Ticket*"),
        ("/api/v2/tickts*", "/api/v2/tickets*"),
        ("/api/v2/tickets/{id}", "/api/v2/tickets/{ticket_id}"),
    ],
)
def test_what_was_meant(pattern: str, meant: str) -> None:
    assert not any(fnmatchcase(name, pattern) for name in NAMES)
    assert any(fnmatchcase(name, meant) for name in NAMES)
    assert meant in hint(pattern, NAMES)


@pytest.mark.parametrize("pattern", ["*Zzz*", "qqq", "??"])
def test_what_is_like_nothing_gets_the_grammar(pattern: str) -> None:
    assert hint(pattern, NAMES) == GRAMMAR
