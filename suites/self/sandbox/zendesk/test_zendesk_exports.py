"""Incremental exports."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from zendesk_account import Account


@pytest.fixture(scope="module")
def account():
    account = Account()
    for number in range(12):
        account.ticket(subject=f"Export {number}", priority=["low", "normal", "high", "urgent"][number % 4])
        account.clock.advance(10)
    account.clock.advance(600)
    return account


def test_an_export_by_cursor_meets_each_row_once(account):
    idents, query = [], {"start_time": 0, "per_page": 5}
    while True:
        body = account.get("/incremental/tickets/cursor", **query).body
        idents += [row["id"] for row in body["tickets"]]
        if body["end_of_stream"]:
            break
        query = {"cursor": body["after_cursor"], "per_page": 5}
    assert sorted(idents) == sorted(row["id"] for row in account.org.store["tickets"])


def test_an_export_by_time_ends(account):
    idents, query = set(), {"start_time": 0, "per_page": 5}
    for _ in range(20):
        body = account.get("/incremental/tickets", **query).body
        idents |= {row["id"] for row in body["tickets"]}
        if body["end_of_stream"]:
            break
        query = dict(parse_qsl(urlsplit(body["next_page"]).query))
    assert body["end_of_stream"]
    assert idents == {row["id"] for row in account.org.store["tickets"]}


def test_deleted_tickets_are_exported_as_deleted():
    account = Account()
    ident = account.ticket()["id"]
    account.delete(f"/tickets/{ident}")
    account.clock.advance(120)
    rows = account.get("/incremental/tickets", start_time=0).body["tickets"]
    assert {row["id"]: row["status"] for row in rows}[ident] == "deleted"


def test_an_export_starts_a_minute_ago_at_the_latest(account):
    assert account.get("/incremental/tickets", start_time=int(account.clock.now())).status == 422
    assert account.get("/incremental/tickets").status == 400
