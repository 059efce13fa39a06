"""Identities: what a user is known by."""

from __future__ import annotations


def test_a_new_identity_is_the_one_that_was_sent(account):
    user = account.user(email="one@example.com")["id"]
    created = account.post(f"/users/{user}/identities", {"identity": {"type": "email", "value": "two@example.com"}})
    assert created.body["identity"]["user_id"] == user
    shown = account.get(f"/users/{user}/identities").body["identities"]
    assert [(row["value"], row["primary"]) for row in shown] == [("one@example.com", True), ("two@example.com", False)]
