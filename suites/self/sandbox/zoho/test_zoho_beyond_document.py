"""What portals take although the document forbids it, and refuse although it allows it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from zoho_portal import Portal, code

EXTRA = "Extra query parameter '{}' is present in the input."


@pytest.fixture(scope="module")
def portal():
    return Portal()


def refusal(reply):
    return reply.status, code(reply), reply.body["message"]


@pytest.mark.parametrize("path", ["/tickets", "/contacts/{}/tickets"])
def test_tickets_of_all_departments_are_listed_where_none_is_named(portal, path):
    assert portal.get(path.format(portal.first("contacts"))).status == 200


@pytest.mark.parametrize(
    ("name", "value"),
    [("departmentIds", "730000000000000002"), ("priority", "High"), ("status", "Open,Closed"), ("channel", "Email"),
     ("receivedInDays", "30"), ("assignee", "730000000000000001"), ("include", "contacts,isRead,team")],
)  # fmt: skip
def test_the_filters_of_tickets_that_portals_take(portal, name, value):
    assert portal.get("/tickets", **{name: value}).status == 200


def test_nobody_can_be_looked_for(portal):
    assert portal.get("/tickets", assignee="Unassigned").status == 204
    unassigned = portal.ticket()["id"]
    assert [row["id"] for row in portal.get("/tickets", assignee="Unassigned").body["data"]] == [unassigned]
    assert len(portal.get("/tickets", assignee="Unassigned,730000000000000001").body["data"]) == 4
    portal.org.store.erase("tickets", unassigned)


@pytest.mark.parametrize(
    ("path", "field"),
    [("/tickets", "responseDueDate"), ("/tickets", "customerResponseTime"), ("/tickets", "createdTime"),
     ("/accounts", "createdTime"), ("/contacts", "lastName"), ("/contacts/search", "modifiedTime")],
)  # fmt: skip
def test_every_sort_field_can_be_sorted_by_in_both_directions(portal, path, field):
    up, down = (portal.get(path, sortBy=f"{sign}{field}").body["data"] for sign in ("", "-"))
    assert sorted(row["id"] for row in up) == sorted(row["id"] for row in down)
    assert portal.get(path, sortBy="banana").status == 422
    assert portal.get(path, sortBy="-banana").status == 422


@pytest.mark.parametrize("path", ["/tickets", "/contacts", "/accounts", "/products"])
def test_a_view_that_is_not_there_is_wrong_data(portal, path):
    assert refusal(portal.get(path, viewId="999")) == (422, "INVALID_DATA", "Invalid View Id")
    assert portal.get(path, viewId=portal.first("views")).status == 200
    assert code(portal.get(path, viewId="mine")) == "UNPROCESSABLE_ENTITY"


def test_a_wrong_number_of_days_is_wrong_data_too(portal):
    reply = portal.get("/tickets", receivedInDays="7")
    assert (reply.status, code(reply)) == (422, "INVALID_DATA")


@given(st.from_regex(r"[a-z]{1,12}", fullmatch=True))
def test_any_other_name_is_refused_by_every_list_and_search(name):
    portal = _portal()
    for path in ("/tickets", "/tickets/search", "/departments", "/contacts", "/agents"):
        reply = portal.get(path, **{f"{name}X_": "1"})
        assert refusal(reply) == (422, "UNPROCESSABLE_ENTITY", EXTRA.format(f"{name}X"))


def _portal(cache: list[Portal] = []) -> Portal:  # noqa: B006 -- one portal for all examples
    if not cache:
        cache.append(Portal())
    return cache[0]


@pytest.mark.parametrize(
    "name", ["email", "firstName", "lastName", "fullName", "phone", "mobile", "accountName", "_all"]
)
def test_a_text_to_search_contacts_for_has_three_letters(portal, name):
    words = f"The value passed for field '{name}' is less than the specified minimum length of '3'."
    assert refusal(portal.send("GET", "/contacts/search", **{name: "ab"})) == (422, "UNPROCESSABLE_ENTITY", words)
    assert portal.get("/contacts/search", **{name: "nobody at all"}).status == 204


def test_contacts_are_found_by_address_and_custom_field(portal):
    (found,) = portal.get("/contacts/search", email="jo@quill.example.com").body["data"]
    assert found["lastName"] == "Carter"
    assert portal.get("/contacts/search", customField1="cf_0:any").status in (200, 204)
    assert portal.get("/contacts", customField1="cf_0:any").status == 422


@pytest.mark.parametrize("contact", [{"email": "new@example.com"}, {"lastName": "New"}])
def test_half_a_contact_is_enough_for_a_new_ticket(portal, contact):
    body = {"subject": "Hello", "departmentId": portal.first("departments")}
    created = portal.post("/tickets", {**body, "contact": contact})
    assert created.status == 200
    assert portal.get(f"/contacts/{created.body['contactId']}").status == 200
    assert portal.post("/tickets", {**body, "contact": {}}).status == 422


def test_a_sender_may_have_a_name(portal):
    reply = f"/tickets/{portal.first('tickets')}/sendReply"
    body = {"channel": "EMAIL", "content": "Mended.", "fromEmailAddress": '"Paper Lane"<desk@example.com>'}
    assert portal.post(reply, body).status == 200


@pytest.mark.parametrize("value", ["", None])
def test_a_required_field_that_holds_nothing_is_missing(portal, value):
    body = {"subject": value, "departmentId": portal.first("departments"), "contactId": portal.first("contacts")}
    errors = portal.post("/tickets", body).body["errors"]
    assert {"fieldName": "/subject", "errorType": "missing", "errorMessage": ""} in errors


def test_a_call_shows_its_own_id_under_both_names(portal):
    for call in portal.get("/calls", departmentId=portal.first("departments")).body["data"]:
        assert call["callId"] == call["id"]
