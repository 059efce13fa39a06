"""Lists: from, limit and their bounds, order, filters, empty pages, included records."""

from __future__ import annotations

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
    assert refused.body["message"] == "The value passed for the 'limit' query parameter is invalid."


@pytest.mark.parametrize("value", ["0", "-1", "ten", "1.5", "99999999999999999999"])
def test_a_limit_that_is_no_number_of_rows_is_refused(portal, value):
    assert tickets(portal, limit=value).status == 422


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


def test_a_list_in_the_query_has_no_empty_entry(portal):
    for include in ("", "contacts,", ","):
        refused = portal.get("/tickets", include=include)
        assert (refused.status, refused.body["errorCode"]) == (422, "UNPROCESSABLE_ENTITY"), include
