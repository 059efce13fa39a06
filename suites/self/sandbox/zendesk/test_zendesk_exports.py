"""Search and incremental exports."""

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


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("type:ticket export", 12),
        ("type:ticket subject:Export* priority>normal", 6),
        ("type:ticket priority:urgent export", 3),
        ("type:ticket -priority:urgent export", 9),
        ("type:user role:agent", 1),
        ("type:ticket requester:me export", 12),
        ('type:ticket "Printer on floor"', 1),
        ("type:ticket assignee:none export", 12),
        ("type:ticket created>2026-01-05 export", 12),
        ("type:ticket created<1hours", 5),
        ("type:organization works", 1),
        ("nothing like this", 0),
    ],
)
def test_what_a_search_means(account, query, count):
    body = account.get("/search", query=query).body
    assert body["count"] == count
    assert account.get("/search/count", query=query).body["count"] == count
    assert all("result_type" in row for row in body["results"])


def test_search_ends_at_a_thousand_rows(account):
    assert account.get("/search", query="type:ticket", page=11, per_page=100).status == 422
    assert account.get("/search", query="type:ticket", **{"page[size]": 5}).status == 400


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


def test_the_search_export_takes_one_type_by_cursor(account):
    first = account.get("/search/export", query="export", **{"filter[type]": "ticket", "page[size]": 8}).body
    query = dict(parse_qsl(urlsplit(first["links"]["next"]).query))
    second = account.get("/search/export", **query).body
    assert len({row["id"] for row in first["results"] + second["results"]}) == 12
    assert account.get("/search/export", query="x", **{"filter[type]": "wish"}).status == 400
