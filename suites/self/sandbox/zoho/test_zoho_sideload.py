"""Sideloading: the records that a row names stand within the row where `include` asks for them."""

from __future__ import annotations


def tickets(portal, **query):
    return portal.get("/tickets", departmentId=portal.first("departments"), **query)


def test_included_records_stand_in_their_rows(portal):
    row = tickets(portal, include="departments", limit=1).body["data"][0]
    assert row["department"]["id"] == row["departmentId"]
    assert "department" not in tickets(portal, limit=1).body["data"][0]


def test_a_single_record_takes_them_as_well(portal):
    shown = portal.get(f"/tickets/{portal.first('tickets')}", include="contacts").body
    assert shown["contact"]["id"] == shown["contactId"]


def test_an_included_contact_shows_its_account_in_short(portal):
    shown = portal.get(f"/tickets/{portal.first('tickets')}", include="contacts").body["contact"]
    assert shown["account"]["id"] == portal.first("accounts")
    without = list(portal.org.store["contacts"].rows)[1]
    ticket = portal.ticket(contactId=without)["id"]
    assert portal.get(f"/tickets/{ticket}", include="contacts").body["contact"]["account"] is None


def test_what_a_row_shows_unasked_is_the_record_that_it_names(portal):
    (found,) = portal.get("/contacts/search", lastName="Carter").body["data"]
    assert (found["owner"]["id"], found["account"]["accountName"]) == (found["ownerId"], "Quill and Ink")


def test_a_name_that_nobody_knows_adds_nothing(portal):
    assert "nonsense" not in portal.get(f"/tickets/{portal.first('tickets')}", include="nonsense").body
