"""Requests that the document forbids, and the fields that the refusals name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from zoho_portal import Portal, code


@pytest.fixture(scope="module")
def portal():
    return Portal()


def refused(reply, *fields):
    assert (reply.status, code(reply)) == (422, "INVALID_DATA")
    assert {(one["fieldName"], one["errorType"]) for one in reply.body["errors"]} == set(fields)


def test_what_is_missing_is_named(portal):
    refused(portal.post("/contacts", {"firstName": "Jo"}), ("/lastName", "missing"))
    refused(portal.post("/tickets/moveToTrash", {}), ("/ticketIds", "missing"))


def test_what_has_the_wrong_type_is_named_with_its_place(portal):
    refused(portal.post("/contacts", {"lastName": ["Page"]}), ("/lastName", "invalid"))
    refused(portal.post("/tickets/moveToTrash", {"ticketIds": ["1", {"id": 2}]}), ("/ticketIds/1", "invalid"))


def test_a_new_ticket_names_its_contact(portal):
    body = {"subject": "Hello", "departmentId": portal.first("departments")}
    refused(portal.post("/tickets", body), ("/contactId", "missing"))


@pytest.mark.parametrize(
    ("body", "field", "kind"),
    [({}, "content", "missing"), ({"channel": "EMAIL"}, "content", "missing"), ({"content": "x"}, "channel", "missing"),
     ({"content": "x", "channel": "EMAIL"}, "fromEmailAddress", "missing"),
     ({"content": "x", "channel": "other", "fromEmailAddress": "a@example.com"}, "channel", "invalid")],
)  # fmt: skip
def test_a_reply_is_told_one_field_at_a_time_whatever_its_ticket(portal, body, field, kind):
    for ticket in (portal.first("tickets"), "730000000000999999"):
        refused(portal.post(f"/tickets/{ticket}/sendReply", body), (f"/{field}", kind))
    whole = {"content": "x", "channel": "EMAIL", "fromEmailAddress": "a@example.com"}
    assert portal.post("/tickets/730000000000999999/sendReply", whole).status == 404


def test_a_name_that_the_document_does_not_know_is_refused(portal):
    refused(portal.post("/contacts", {"lastName": "Page", "nick": "P"}), ("/nick", "invalid"))


def test_a_reference_to_nothing_is_refused(portal):
    body = {"subject": "Hello", "departmentId": "730000000000999999", "status": "Open"}
    refused(portal.post("/tickets", {**body, "contactId": portal.first("contacts")}), ("/departmentId", "invalid"))


def test_part_of_a_record_is_enough_to_change_it(portal):
    contact = portal.first("contacts")
    assert portal.patch(f"/contacts/{contact}", {"phone": "12345"}).status == 200
    assert portal.patch(f"/contacts/{contact}", {}).status == 200


def test_no_body_and_one_that_is_no_json(portal):
    assert code(portal.post("/contacts")) == "EMPTY_PAYLOAD"
    broken = portal.send("POST", "/contacts", headers={**portal.headers(), "content-type": "text/csv"})
    assert code(broken) == "EMPTY_PAYLOAD"


@pytest.mark.parametrize(
    ("name", "value", "ok"),
    [("module", "tickets", True), ("module", "nothing", False), ("departmentId", "ten", False)],
)
def test_query_values_are_read_by_their_schema(portal, name, value, ok):
    query = {"module": "tickets", name: value}
    assert (portal.get("/layouts", **query).status < 300) is ok


def test_a_query_name_that_the_document_does_not_know_is_refused(portal):
    reply = portal.get("/agents", sortOrder="asc")
    assert (reply.status, code(reply)) == (422, "UNPROCESSABLE_ENTITY")
    assert reply.body["message"] == "Extra query parameter 'sortOrder' is present in the input."


def test_numbers_that_their_format_cannot_hold_are_refused(portal):
    refused(portal.post("/tickets/moveToTrash", {"ticketIds": [2**63]}), ("/ticketIds/0", "invalid"))
    assert portal.post("/tickets/moveToTrash", {"ticketIds": [2**63 - 1]}).status == 204


def test_a_form_needs_its_file_and_the_record_has_its_name(portal):
    path = f"/tickets/{portal.first('tickets')}/attachments"
    created = portal.upload(path)
    assert (created.status, created.body["name"], created.body["size"]) == (200, "note.txt", "5")
    refused(portal.upload(path, field="other"), ("/file", "missing"))
    assert code(portal.post(path, {"file": "hello"})) == "UNSUPPORTED_MEDIA_TYPE"


def test_path_and_header_values_are_read_by_their_schemas(portal):
    assert portal.get("/bug/ten/tickets").status == 404
    assert portal.send("GET", "/modules", headers={**portal.headers(), "featureflags": "other"}).status == 422


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner)))
def test_any_value_for_a_field_is_taken_or_refused_but_never_breaks(value):
    portal = _portal()
    reply = portal.patch(f"/contacts/{portal.first('contacts')}", {"lastName": value})
    assert reply.status in (200, 422)
    if reply.status == 200:
        assert reply.body["lastName"] == value


def _portal(cache: list[Portal] = []) -> Portal:  # noqa: B006 -- one portal for all examples
    if not cache:
        cache.append(Portal())
    return cache[0]
