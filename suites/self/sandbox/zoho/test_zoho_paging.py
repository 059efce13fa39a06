"""Lists: from, limit and their bounds, order, filters, empty pages, included records."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from zoho_portal import Portal


@pytest.fixture(scope="module")
def portal():
    portal = Portal()
    for number in range(23):
        portal.ticket(subject=f"Page {number:02}")
    return portal


def tickets(portal, **query):
    return portal.get("/tickets", departmentId=portal.first("departments"), **query)


def test_ten_rows_are_shown_where_nothing_else_is_asked_for(portal):
    assert len(tickets(portal).body["data"]) == 10


@given(st.integers(1, 30))
def test_pages_hold_every_row_once_in_order(limit):
    portal = _filled()
    idents, start = [], 1
    while (reply := tickets(portal, limit=limit, from_=start)).status == 200:
        idents += [row["id"] for row in reply.body["data"]]
        start += limit
    assert reply.status == 204
    assert idents == [row["id"] for row in portal.org.store["tickets"]]


def _filled(cache: list[Portal] = []) -> Portal:  # noqa: B006 -- one portal for all examples
    if not cache:
        cache.append(Portal())
        for number in range(8):
            cache[0].ticket(subject=f"Page {number}")
    return cache[0]


@pytest.mark.parametrize(
    ("path", "most"),
    [("/departments", 200), ("/agents", 200), ("/articles", 50), ("/recycleBin", 50), ("/contacts", None)],
)
def test_each_list_has_its_own_bound(portal, path, most):
    bound = most or 50
    assert portal.get(path, limit=bound).status in (200, 204)
    refused = portal.get(path, limit=bound + 1) if most else portal.get(path, limit=1000)
    assert refused.status == 422
    assert re.fullmatch(r"The value passed for field 'limit' exceeds the range of '1-\d+'\.", refused.body["message"])


@pytest.mark.parametrize("value", ["0", "-1", "ten", "1.5", "99999999999999999999"])
def test_a_limit_that_is_no_number_of_rows_is_refused(portal, value):
    assert tickets(portal, limit=value).status == 422


@pytest.mark.parametrize(
    ("path", "name", "value", "allowed"),
    [("/tickets", "limit", "101", "1-100"), ("/tickets", "limit", "0", "1-100"), ("/tickets", "from_", "-1", "0-4999"),
     ("/tickets/search", "limit", "200", "1-100"), ("/contacts/search", "from_", "5000", "0-4999"),
     ("/departments", "from_", "-1", ">=0"), ("/agents", "limit", "201", "1-200"),
     ("/accounts", "limit", "0", "1-100")],
)  # fmt: skip
def test_a_number_beyond_its_bounds_is_told_the_bounds(portal, path, name, value, allowed):
    refused = portal.get(path, **{name: value})
    assert (refused.status, refused.body["errorCode"]) == (422, "UNPROCESSABLE_ENTITY")
    words = f"The value passed for field '{name.rstrip('_')}' exceeds the range of '{allowed}'."
    assert refused.body["message"] == words


def test_a_page_is_judged_before_the_record_is_looked_for(portal):
    assert portal.get("/tickets/730000000000999999/threads", limit="many").status == 422
    assert portal.get("/tickets/730000000000999999/threads").status == 404


def test_a_search_counts_from_zero_and_ends_at_five_thousand(portal):
    everything = portal.get("/tickets/search", limit=100).body["data"]
    assert portal.get("/tickets/search", from_=0, limit=1).body["data"][0] == everything[0]
    assert portal.get("/tickets/search", from_=1, limit=1).body["data"][0] == everything[1]
    assert portal.get("/tickets/search", from_=4990).status == 204
    beyond = portal.get("/tickets/search", from_=4999)
    assert (beyond.status, beyond.body["message"]) == (422, "Max search result iterable is 5000")


def test_a_list_begins_at_one_and_zero_means_the_same(portal):
    assert portal.get("/contacts", from_=0, limit=1).body == portal.get("/contacts", from_=1, limit=1).body


def test_a_page_beyond_the_end_is_a_204_without_a_body(portal):
    reply = tickets(portal, from_=1000)
    assert reply.status == 204
    assert not reply.body


def test_rows_are_sorted_and_filtered_by_their_fields(portal):
    newest = tickets(portal, sortBy="createdTime", limit=3).body["data"]
    assert newest == sorted(newest, key=lambda row: row["createdTime"])
    assert {row["status"] for row in tickets(portal, status="Closed", limit=50).body["data"]} == {"Closed"}
    assert portal.get("/tickets", departmentId="730000000000000999").status == 204


def test_a_required_query_parameter_is_missed(portal):
    refused = portal.get("/mailReplyAddress")
    assert refused.body["message"] == "The value passed for the 'departmentId' query parameter is invalid."


def test_a_conversation_reads_what_it_can_of_its_page(portal):
    ticket = portal.ticket(description="The binding gives.")["id"]
    portal.post(f"/tickets/{ticket}/comments", {"content": "Seen."})
    path = f"/tickets/{ticket}/conversations"
    both = [row["id"] for row in portal.get(path).body["data"]]
    assert len(both) == 2
    assert [row["id"] for row in portal.get(path, from_=2, limit=1).body["data"]] == both[1:]
    for query in ({"limit": "many"}, {"limit": "0"}, {"limit": "9999"}, {"from_": "-3"}):
        assert [row["id"] for row in portal.get(path, **query).body["data"]] == both


def test_a_list_in_the_query_has_no_empty_entry(portal):
    for include in ("", "contacts,", ","):
        refused = portal.get("/tickets", include=include)
        assert (refused.status, refused.body["errorCode"]) == (422, "UNPROCESSABLE_ENTITY"), include
