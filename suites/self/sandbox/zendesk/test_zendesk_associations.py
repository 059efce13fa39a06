"""Memberships: the organizations that a user belongs to."""

from __future__ import annotations

import pytest


def memberships(account, user):
    rows = account.get(f"/users/{user}/organization_memberships").body["organization_memberships"]
    return [(row["organization_id"], row["default"]) for row in rows]


def test_the_organization_of_a_user_is_that_of_the_default_membership(account):
    works, foods = (row["id"] for row in account.get("/organizations").body["organizations"])
    user = account.user(organization_id=works)["id"]
    assert memberships(account, user) == [(works, True)]
    account.put(f"/users/{user}", {"user": {"organization_id": foods}})
    assert memberships(account, user) == [(foods, True)]
    account.post("/organization_memberships", {"organization_membership": {"user_id": user, "organization_id": works}})
    assert memberships(account, user) == [(foods, True), (works, False)]
    account.put(f"/users/{user}", {"user": {"organization_id": None}})
    assert memberships(account, user) == [(works, False)]


def test_the_first_membership_gives_the_user_an_organization(account):
    works, user = account.get("/organizations").body["organizations"][0]["id"], account.user()["id"]
    account.post("/organization_memberships", {"organization_membership": {"user_id": user, "organization_id": works}})
    assert account.get(f"/users/{user}").body["user"]["organization_id"] == works


def test_who_is_deleted_leaves_no_membership_behind(account):
    before = dict(account.org.store["organization_memberships"].rows)
    user = account.user(organization_id=next(iter(account.org.store["organizations"]))["id"])["id"]
    assert account.org.store["organization_memberships"].rows != before
    account.delete(f"/users/{user}")
    assert account.org.store["organization_memberships"].rows == before


@pytest.mark.parametrize(
    ("fields", "field", "error"),
    [({"organization_id": 1}, "organization", "BlankValue"), ({}, "user_id", "DuplicateValue"),
     ({"user_id": 1}, "user", "BlankValue")],
)  # fmt: skip
def test_a_membership_joins_two_who_are_there_once(account, fields, field, error):
    row = account.get("/organization_memberships").body["organization_memberships"][0]
    wanted = {"user_id": row["user_id"], "organization_id": row["organization_id"], **fields}
    refused = account.post("/organization_memberships", {"organization_membership": wanted})
    assert refused.status == 422
    assert refused.body["details"][field][0]["error"] == error
