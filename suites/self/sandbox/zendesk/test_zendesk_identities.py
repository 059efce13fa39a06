"""Identities: what a user is known by."""

from __future__ import annotations

import pytest


def test_a_new_identity_is_the_one_that_was_sent(account):
    user = account.user(email="one@example.com")["id"]
    created = account.post(f"/users/{user}/identities", {"identity": {"type": "email", "value": "two@example.com"}})
    assert created.body["identity"]["user_id"] == user
    shown = account.get(f"/users/{user}/identities").body["identities"]
    assert [(row["value"], row["primary"]) for row in shown] == [("one@example.com", True), ("two@example.com", False)]


def create(account, user, value):
    return account.post(f"/users/{user}/identities", {"identity": {"type": "email", "value": value}})


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("not an email", "is not properly formatted"),
        ("ben.sample@example.com", "is already being used by another user"),
    ],
)
def test_an_address_must_be_one_and_of_nobody_else(account, value, why):
    refused = create(account, account.user()["id"], value)
    assert refused.status == 422
    assert refused.body["details"]["value"][0]["description"] == f"Value: {value} {why}"


def test_an_address_is_free_again_when_its_identity_or_user_is_gone(account):
    user = account.user(email="one@example.com")["id"]
    identity = create(account, user, "two@example.com").body["identity"]["id"]
    taken = account.post("/users", {"user": {"name": "Other", "email": "two@example.com"}})
    assert taken.body["details"]["email"][0]["error"] == "DuplicateValue"
    account.delete(f"/users/{user}/identities/{identity}")
    assert account.user(email="two@example.com")
    account.delete(f"/users/{user}")
    assert account.user(email="one@example.com")


def test_the_primary_address_is_the_one_that_the_user_shows(account):
    user = account.user(email="one@example.com")["id"]
    identity = create(account, user, "two@example.com").body["identity"]["id"]
    account.put(f"/users/{user}/identities/{identity}/make_primary")
    assert account.get(f"/users/{user}").body["user"]["email"] == "two@example.com"
