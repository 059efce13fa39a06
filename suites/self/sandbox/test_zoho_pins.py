"""Pins: pinned, listed, unpinned, and removed by a GET."""

from __future__ import annotations

import pytest
from zoho_desk import Desk


@pytest.fixture
def desk():
    return Desk()


def pinned(desk, ticket, kind="comments"):
    body = {"content": "Seen.", "contentType": "plainText", "attachmentIds": []}
    comment = desk.post(f"/tickets/{ticket}/comments", body).body["id"]
    reply = desk.post(f"/tickets/{ticket}/pins", {"entityId": comment, "type": kind, "isPublic": False})
    assert reply.status == 200, reply.body
    return comment, reply.body


@pytest.mark.parametrize("kind", ["comments", "COMMENTS"])
def test_a_comment_is_pinned_in_either_spelling_and_listed(desk, kind):
    ticket = desk.ticket()["id"]
    comment, pin = pinned(desk, ticket, kind)
    (row,) = desk.get(f"/tickets/{ticket}/pins").body["data"]
    assert (row["id"], row["type"], row["pinnedEntity"]["id"]) == (pin["id"], "comments", comment)
    assert desk.get(f"/tickets/{ticket}/pins", types="threads").body["data"] == []
    assert desk.get(f"/tickets/{ticket}/pins", types="comments,threads").body["data"]


def test_a_pin_needs_an_entity_of_its_ticket_and_only_one(desk):
    one, two = desk.ticket()["id"], desk.ticket()["id"]
    comment, _ = pinned(desk, one)
    again = desk.post(f"/tickets/{one}/pins", {"entityId": comment, "type": "comments"})
    assert again.body["errors"] == [{"fieldName": "/entityId", "errorType": "duplicate"}]
    foreign = desk.post(f"/tickets/{two}/pins", {"entityId": comment, "type": "comments"})
    assert foreign.body["errors"] == [{"fieldName": "/entityId", "errorType": "invalid"}]


def test_unpinning_answers_200_and_says_row_by_row_what_failed(desk):
    ticket = desk.ticket()["id"]
    _, pin = pinned(desk, ticket)
    reply = desk.post(f"/tickets/{ticket}/pins/unpin", {"ids": [pin["id"], "730000000000999999"]})
    assert reply.status == 200
    assert [row["success"] for row in reply.body["results"]] == [True, False]
    assert reply.body["results"][1]["errors"]
    assert desk.get(f"/tickets/{ticket}/pins").body["data"] == []


@pytest.mark.parametrize("by", ["pinId", "ticketId", "both"])
def test_a_get_removes_pins(desk, by):
    ticket = desk.ticket()["id"]
    _, pin = pinned(desk, ticket)
    _, other = pinned(desk, ticket)
    query = {"pinId": pin["id"], "ticketId": ticket}
    reply = desk.get("/_doc/___pin_removal", **(query if by == "both" else {by: query[by]}))
    assert reply.status == 200
    assert all(row["success"] for row in reply.body["results"])
    left = [row["id"] for row in desk.get(f"/tickets/{ticket}/pins").body["data"]]
    assert left == ([] if by == "ticketId" else [other["id"]])


def test_the_get_needs_to_be_told_what(desk):
    assert desk.get("/_doc/___pin_removal").status == 422
    assert desk.get("/_doc/___pin_removal", ticketId="730000000000999999").status == 404
    assert desk.get("/_doc/___pin_removal", pinId="730000000000999999").status == 404
