"""Search: what a text means, and where its results end."""

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


def test_the_search_export_takes_one_type_by_cursor(account):
    first = account.get("/search/export", query="export", **{"filter[type]": "ticket", "page[size]": 8}).body
    asked = dict(parse_qsl(urlsplit(first["links"]["next"]).query))
    second = account.get("/search/export", **asked).body
    assert len({row["id"] for row in first["results"] + second["results"]}) == 12
    assert account.get("/search/export", query="x", **{"filter[type]": "wish"}).status == 400


def test_a_search_without_a_text_is_refused(account):
    assert account.get("/search").status == 400
    assert account.get("/search/count").status == 400
