"""Zendesk's refusals: which shape stands where."""

from __future__ import annotations

import pytest
from zendesk_account import BASE, Account, engine, signed

from harness.sandbox.call import ABSENT


def test_what_is_not_there_is_not_found_in_one_form(account):
    for path in ("/tickets/9223372036854775807", "/users/1", "/triggers/1", "/help_center/categories/1"):
        reply = account.get(path)
        assert (reply.status, reply.body) == (404, {"error": "RecordNotFound", "description": "Not found"})
        assert reply.headers["cache-control"] == "no-cache"


def test_what_is_no_endpoint_is_said_to_be_none(account):
    assert account.get("/nowhere").body == {"error": "InvalidEndpoint", "description": "Not found"}
    assert account.send("PATCH", "/tickets").body["error"] == "InvalidEndpoint"


def test_an_id_that_is_no_number_is_an_invalid_attribute(account):
    reply = account.get("/tickets/seven")
    assert reply.status == 400
    assert reply.body["error"]["title"] == "Invalid attribute"


@pytest.mark.parametrize("body", [ABSENT, {}, {"ticket": []}, {"ticket": "text"}, [], None, "text"])
def test_a_body_without_its_object_is_refused(account, body):
    assert account.post("/tickets", body).status == 400


@pytest.mark.parametrize("field", [{"tags": 5}, {"status": "asleep"}, {"subject": ["a"]}, {"priority": 1}])
def test_a_field_of_another_type_is_refused_by_name(account, field):
    reply = account.post("/tickets", {"ticket": {"comment": {"body": "x"}, **field}})
    assert reply.status == 422
    assert reply.body["error"] == "RecordInvalid"
    assert set(reply.body["details"]) == set(field)


def test_a_body_that_is_no_json_is_refused(account):
    from harness.sandbox.call import Call

    call = Call("POST", "/api/v2/tickets", headers=signed(), raw=b"{", base=BASE, now=account.clock.now())
    call.operation, call.values = engine().router.find("POST", "/api/v2/tickets")
    call.state["malformed"] = True
    assert engine().handle(account.org, call).status == 422


def test_names_and_addresses_that_are_taken_are_refused(account):
    account.user(email="one@example.com")
    reply = account.post("/users", {"user": {"name": "Other", "email": "ONE@example.com"}})
    assert (reply.status, list(reply.body["details"])) == (422, ["email"])
    reply = account.post("/organizations", {"organization": {"name": "Example Works"}})
    assert (reply.status, list(reply.body["details"])) == (422, ["name"])


def test_references_must_point_at_something(account):
    for field in ("requester_id", "assignee_id", "group_id", "organization_id"):
        reply = account.post("/tickets", {"ticket": {"comment": {"body": "x"}, field: 5}})
        assert reply.status == 422, field


def test_a_user_with_open_tickets_stays(account):
    customer = account.user()
    ticket = account.ticket(requester_id=customer["id"])
    assert account.delete(f"/users/{customer['id']}").status == 422
    account.put(f"/tickets/{ticket['id']}", {"ticket": {"status": "closed"}})
    reply = account.delete(f"/users/{customer['id']}")
    assert (reply.status, reply.body["user"]["active"]) == (200, False)


def test_more_than_a_hundred_at_once_are_too_many(account):
    tickets = [{"subject": "x", "comment": {"body": "x"}}] * 101
    reply = account.post("/tickets/create_many", {"tickets": tickets})
    assert reply.status == 400
    assert reply.body["description"] == "Parameter  cannot specify more than 100 values"
    assert reply.body["max_count"] == 100
    reply = account.post("/users/create_many", {"users": [{"name": "x"}] * 101})
    assert reply.body == {"error": "TooManyValues", "description": "Maximum 100 users may be created per call"}


@pytest.mark.parametrize("key", ["", "a b", "a\x19", "a/b"])
def test_a_record_that_is_known_by_its_key_needs_one_that_a_path_can_hold(key):
    body = {"custom_object": {"key": key, "title": "Shelf", "title_pluralized": "Shelves"}}
    assert Account().post("/custom_objects", body).status == 422
