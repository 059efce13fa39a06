"""What the vendor refuses in a record although its document allows it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.sandbox.zendesk.record_rules import broken_rules, is_address

NO_ADDRESSES = ["not an email", "@example.com", "someone@", "someone@example", "some one@example.com",
                "a@b@example.com", "someone@example..com", ".someone@example.com", "someone.@example.com",
                "someone@-example.com", "someone@example.com8050262430", "a@example.com, b@example.com"]  # fmt: skip
ADDRESSES = ["someone@example.com", "Some.One+tag@mail.example.co.uk", "o'neil@example.com", "x_y-z@a-b.example",
             "someone@xn--bcher-kva.example", "someone@bücher.example", " someone@example.com "]  # fmt: skip


@pytest.mark.parametrize("text", NO_ADDRESSES)
def test_what_is_no_address_is_refused_wherever_an_address_is_wanted(account, text):
    ident = account.user()["id"]
    user = {"user": {"name": "X", "email": text}}
    for reply in (account.post("/users", user), account.put(f"/users/{ident}", user),
                  account.post("/users/create_or_update", user)):  # fmt: skip
        assert (reply.status, reply.body["error"]) == (422, "RecordInvalid")
        assert reply.body["details"]["email"][0]["description"] == f"Email: {text} is not properly formatted"
    assert account.post("/recipient_addresses", {"recipient_address": {"name": "X", "email": text}}).status == 422


@pytest.mark.parametrize("text", ADDRESSES)
def test_what_is_an_address_is_taken(account, text):
    assert account.post("/users", {"user": {"name": "X", "email": text}}).status == 201


@given(st.from_regex(r"[a-z0-9]+(\.[a-z0-9]+)*@([a-z0-9]+\.)+[a-z]{2,}", fullmatch=True))
def test_plain_addresses_are_addresses_and_no_longer_with_a_blank_in_them(text):
    assert is_address(text)
    assert not is_address(text.replace("@", " @"))
    assert not is_address(text.replace("@", ""))


@pytest.mark.parametrize("kind", ["tickets", "requests"])
def test_a_requester_has_an_address_and_is_not_suspended(account, kind):
    suspended = account.user(email="spam@example.com")
    account.put(f"/users/{suspended['id']}", {"user": {"suspended": True}})
    wrapper = kind.removesuffix("s")
    for email, error in (("nobody", "InvalidValue"), ("spam@example.com", "UserSuspended")):
        fields = {"subject": "S", "comment": {"body": "x"}, "requester": {"name": "X", "email": email}}
        refused = account.post(f"/{kind}", {wrapper: fields})
        assert refused.status == 422
        assert refused.body["details"]["requester"][0]["error"] == error


def test_a_bulk_create_says_of_each_row_what_it_has_wrong(account):
    rows = [{"name": "A", "email": "a@example.com"}, {"name": "B", "email": "b"}, {"name": " "}]
    job = account.post("/users/create_many", {"users": rows}).body["job_status"]["id"]
    results = account.get(f"/job_statuses/{job}").body["job_status"]["results"]
    assert [row.get("details") for row in results] == [
        None, "Email: b is not properly formatted", "Name: is too short (minimum is 1 characters)"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "wrapper", "fields", "field"),
    [("/organizations", "organization", {"name": "  "}, "name"),
     ("/organizations", "organization", {"name": "x" * 256}, "name"),
     ("/organizations", "organization", {"name": "Example Works"}, "name"),
     ("/groups", "group", {"name": ""}, "name"),
     ("/views", "view", {"title": "", "all": []}, "title"),
     ("/macros", "macro", {"title": " ", "actions": []}, "title"),
     ("/ticket_fields", "ticket_field", {"title": "", "type": "text"}, "title"),
     ("/brands", "brand", {"name": "Example", "subdomain": "other"}, "name"),
     ("/recipient_addresses", "recipient_address", {"name": "S", "email": "support@example.com"}, "email"),
     ("/users", "user", {"name": "x" * 256}, "name"),
     ("/users", "user", {"name": "X", "email": "ben.sample@example.com"}, "email")],
)  # fmt: skip
def test_a_record_that_breaks_a_rule_is_refused_with_its_field(account, path, wrapper, fields, field):
    before = len(account.get(path).body[path[1:]])
    refused = account.post(path, {wrapper: fields})
    assert (refused.status, refused.body["error"]) == (422, "RecordInvalid")
    assert list(refused.body["details"]) == [field]
    assert len(account.get(path).body[path[1:]]) == before


@pytest.mark.parametrize(("path", "wrapper"), [("/users", "user"), ("/organizations", "organization")])
def test_an_external_id_is_had_once(account, path, wrapper):
    first = account.post(path, {wrapper: {"name": "One", "external_id": "crm-1"}})
    second = account.post(path, {wrapper: {"name": "Two", "external_id": "CRM-1"}})
    assert (first.status, second.status) == (201, 422)
    assert list(second.body["details"]) == ["external_id"]


def test_a_record_may_keep_what_it_has(account):
    own = next(iter(account.org.store["organizations"]))
    assert account.put(f"/organizations/{own['id']}", {"organization": {"name": own["name"]}}).status == 200
    assert account.put(f"/organizations/{own['id']}", {"organization": {"notes": "x"}}).status == 200
    assert account.put("/organizations/1", {"organization": {"name": ""}}).status == 404


@pytest.mark.parametrize(
    ("name", "why"), [("example works", ["Name: example works has already been taken"]), ("Somebody Else", [])]
)
def test_no_two_organizations_share_a_name(account, name, why):
    broken = broken_rules(account.org, "organizations", {"name": name})
    assert [rule.description for rule in broken] == why
