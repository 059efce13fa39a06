"""Lists: cursors, offsets, and where each of them ends."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from zendesk_account import Account


@pytest.fixture(scope="module")
def account():
    account = Account()
    for number in range(37):
        account.ticket(subject=f"Page {number:02}")
        account.post("/groups", {"group": {"name": f"Group {number % 7}"}})
    return account


def follow(account, path, size, **query):
    """Every row of a list, by the links of its pages."""
    rows, page = [], {"page[size]": size, **query}
    while True:
        body = account.get(path, **page).body
        rows += body[path.strip("/").split("/")[-1]]
        if not body["meta"]["has_more"]:
            return rows
        page = dict(parse_qsl(urlsplit(body["links"]["next"]).query))


@pytest.mark.parametrize("size", [1, 7, 100])
@pytest.mark.parametrize("path", ["/tickets", "/groups", "/users", "/triggers"])
def test_a_cursor_meets_each_row_once(account, path, size):
    idents = [row["id"] for row in follow(account, path, size)]
    assert len(idents) == len(set(idents)) == account.get(path).body["count"]


def test_a_cursor_meets_each_deleted_ticket_once_in_whatever_order_they_went(account):
    created = [account.ticket()["id"] for _ in range(5)]
    for ident in (created[3], created[0], created[4], created[1], created[2]):
        account.send("DELETE", f"/tickets/{ident}")
    assert [row["id"] for row in follow(account, "/deleted_tickets", 2)] == created


@pytest.mark.parametrize("sort", ["id", "-id", "updated_at", "-updated_at", "status"])
def test_a_sorted_cursor_meets_each_row_once_too(account, sort):
    assert (
        len({row["id"] for row in follow(account, "/tickets", 5, sort=sort)}) == account.get("/tickets").body["count"]
    )


def test_the_way_back_shows_the_page_before(account):
    first = account.get("/tickets", **{"page[size]": 5}).body
    second = account.get("/tickets", **dict(parse_qsl(urlsplit(first["links"]["next"]).query))).body
    back = account.get("/tickets", **dict(parse_qsl(urlsplit(second["links"]["prev"]).query))).body
    assert back["tickets"] == first["tickets"]


def test_a_row_that_goes_meanwhile_costs_no_other(account):
    fresh = Account()
    created = [fresh.ticket()["id"] for _ in range(10)]
    first = fresh.get("/tickets", **{"page[size]": 8}).body
    fresh.delete(f"/tickets/{created[0]}")
    rest = fresh.get("/tickets", **dict(parse_qsl(urlsplit(first["links"]["next"]).query))).body
    assert [row["id"] for row in rest["tickets"]] == created[3:]


def test_offset_pages_have_a_count_and_their_neighbours(account):
    body = account.get("/tickets", per_page=10, page=2).body
    assert (len(body["tickets"]), body["count"]) == (10, 42)
    assert "page=3" in body["next_page"]
    assert "page=1" in body["previous_page"]
    assert "meta" not in body


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"page[size]": 101}, "InvalidPaginationParameter"),
        ({"page[size]": "x"}, "InvalidPaginationParameter"),
        ({"page[after]": "nonsense"}, "InvalidPaginationParameter"),
        ({"page[size]": 5, "sort": "colour"}, "InvalidPaginationParameter"),
        ({"page": 102, "per_page": 100}, "InvalidPaginationDepth"),
    ],
)
def test_pages_that_cannot_be(account, query, code):
    reply = account.get("/tickets", **query)
    assert (reply.status, reply.body["errors"][0]["code"]) == (400, code)


def test_help_center_pages_tell_their_number(account):
    body = account.get("/help_center/categories").body
    assert (body["page"], body["page_count"], body["per_page"]) == (1, 1, 30)
    links = account.get("/help_center/categories", **{"page[size]": 1}).body["links"]
    assert {"first", "last", "next", "prev"} == set(links)


def test_triggers_are_in_order_of_position_and_title_in_whatever_case(account):
    for title in ("zebra", "Apple"):
        fields = {"title": title, "position": 1, "actions": [{"field": "status", "value": "open"}]}
        account.post("/triggers", {"trigger": fields})
    titles, cursor = [], {}
    while len(titles) < 99:
        body = account.get("/triggers", **{"page[size]": "3", **cursor}).body
        titles += [row["title"] for row in body["triggers"]]
        cursor = {"page[after]": body["meta"]["after_cursor"]}
        if not body["meta"]["has_more"]:
            break
    first = [title for title in titles if title != "Notify all agents of received request"]
    assert first == sorted(first, key=str.casefold)
    assert len(set(titles)) == len(titles) == 10
