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


def test_records_are_found_by_the_names_of_those_that_they_name(portal):
    assert len(portal.get("/tickets/search", accountName="Quill and Ink").body["data"]) == 3
    assert len(portal.get("/tickets/search", contactName="Cart*").body["data"]) == 3
    assert portal.get("/tickets/search", accountName="Bindery").status == 204
    assert portal.get("/contacts/search", accountName="zzzz").status == 204


def test_contacts_are_found_by_a_part_of_a_name_and_by_the_whole_last_name(portal):
    assert [row["firstName"] for row in portal.get("/contacts/search", fullName="jo cart").body["data"]] == ["Jo"]
    assert portal.get("/contacts/search", lastName="Carte").status == 204
    assert portal.get("/contacts/search", lastName="carter").status == 200
