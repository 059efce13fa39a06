"""Search: by field, by a part of a text, and for nothing."""

from __future__ import annotations


def test_search_finds_by_field_by_part_and_nothing(portal):
    created = portal.ticket(subject="A very rare binding")
    reply = portal.get("/tickets/search", subject="*rare bind*")
    assert [row["id"] for row in reply.body["data"]] == [created["id"]]
    assert reply.body["count"] == 1
    assert portal.get("/tickets/search", ticketNumber=created["ticketNumber"]).body["data"][0]["id"] == created["id"]
    assert portal.get("/tickets/search", subject="rare").status == 204
    assert portal.get("/tickets/search", from_=5000).status == 422
