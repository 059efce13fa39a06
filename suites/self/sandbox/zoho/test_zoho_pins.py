"""Pins: pinned, listed, unpinned, and removed by a GET."""

from __future__ import annotations

import pytest


def pinned(portal, ticket, kind="comments"):
    body = {"content": "Seen.", "contentType": "plainText", "attachmentIds": []}
    comment = portal.post(f"/tickets/{ticket}/comments", body).body["id"]
    reply = portal.post(f"/tickets/{ticket}/pins", {"entityId": comment, "type": kind, "isPublic": False})
    assert reply.status == 200, reply.body
    return comment, reply.body


@pytest.mark.parametrize("kind", ["comments", "COMMENTS"])
def test_a_comment_is_pinned_in_either_spelling_and_listed(portal, kind):
    ticket = portal.ticket()["id"]
    comment, pin = pinned(portal, ticket, kind)
    (row,) = portal.get(f"/tickets/{ticket}/pins").body["data"]
    assert (row["id"], row["type"], row["pinnedEntity"]["id"]) == (pin["id"], "comments", comment)
    assert portal.get(f"/tickets/{ticket}/pins", types="threads").body["data"] == []
    assert portal.get(f"/tickets/{ticket}/pins", types="comments,threads").body["data"]


def test_a_pin_needs_an_entity_of_its_ticket_and_only_one(portal):
    one, two = portal.ticket()["id"], portal.ticket()["id"]
    comment, _ = pinned(portal, one)
    again = portal.post(f"/tickets/{one}/pins", {"entityId": comment, "type": "comments"})
    assert again.body["errors"] == [{"fieldName": "/entityId", "errorType": "duplicate", "errorMessage": ""}]
    foreign = portal.post(f"/tickets/{two}/pins", {"entityId": comment, "type": "comments"})
    assert foreign.body["errors"] == [{"fieldName": "/entityId", "errorType": "invalid", "errorMessage": ""}]


def test_unpinning_answers_200_and_says_row_by_row_what_failed(portal):
    ticket = portal.ticket()["id"]
    _, pin = pinned(portal, ticket)
    reply = portal.post(f"/tickets/{ticket}/pins/unpin", {"ids": [pin["id"], "730000000000999999"]})
    assert reply.status == 200
    assert [row["success"] for row in reply.body["results"]] == [True, False]
    assert reply.body["results"][1]["errors"]
    assert portal.get(f"/tickets/{ticket}/pins").body["data"] == []


@pytest.mark.parametrize("by", ["pinId", "ticketId", "both"])
def test_a_get_removes_pins(portal, by):
    ticket = portal.ticket()["id"]
    _, pin = pinned(portal, ticket)
    _, other = pinned(portal, ticket)
    query = {"pinId": pin["id"], "ticketId": ticket}
    reply = portal.get("/_doc/___pin_removal", **(query if by == "both" else {by: query[by]}))
    assert reply.status == 200
    assert all(row["success"] for row in reply.body["results"])
    left = [row["id"] for row in portal.get(f"/tickets/{ticket}/pins").body["data"]]
    assert left == ([] if by == "ticketId" else [other["id"]])


def test_the_get_needs_to_be_told_what(portal):
    assert portal.get("/_doc/___pin_removal").status == 422
    assert portal.get("/_doc/___pin_removal", ticketId="730000000000999999").status == 404
    assert portal.get("/_doc/___pin_removal", pinId="730000000000999999").status == 404
