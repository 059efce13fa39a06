"""Users as others see them: filtered lists, identities, and the organization they belong to."""

from __future__ import annotations

import pytest
from zendesk_desk import Desk


@pytest.fixture
def desk():
    return Desk()


@pytest.mark.parametrize(("query", "count"), [({"role": "admin"}, 1), ({"role[]": "agent"}, 1), ({}, 5)])
def test_lists_and_counts_show_the_role_that_is_asked_for(desk, query, count):
    assert len(desk.get("/users", **query).body["users"]) == count
    assert len(desk.get("/users", **query, **{"page[size]": 10}).body["users"]) == count
    assert desk.get("/users/count", **query).body["count"]["value"] == count


def test_a_filter_that_the_operation_does_not_declare_is_passed_over(desk):
    assert desk.get("/tickets", role="admin").body["count"] == 5
    assert desk.get("/triggers", active="false").body["count"] == 0


def test_a_new_identity_is_the_one_that_was_sent(desk):
    user = desk.user(email="one@example.com")["id"]
    made = desk.post(f"/users/{user}/identities", {"identity": {"type": "email", "value": "two@example.com"}})
    assert made.body["identity"]["user_id"] == user
    shown = desk.get(f"/users/{user}/identities").body["identities"]
    assert [(row["value"], row["primary"]) for row in shown] == [("one@example.com", True), ("two@example.com", False)]


def test_the_organization_of_a_user_is_that_of_the_default_membership(desk):
    works, foods = (row["id"] for row in desk.get("/organizations").body["organizations"])
    user = desk.user(organization_id=works)["id"]
    assert memberships(desk, user) == [(works, True)]
    desk.put(f"/users/{user}", {"user": {"organization_id": foods}})
    assert memberships(desk, user) == [(foods, True)]
    desk.post("/organization_memberships", {"organization_membership": {"user_id": user, "organization_id": works}})
    assert memberships(desk, user) == [(foods, True), (works, False)]
    desk.put(f"/users/{user}", {"user": {"organization_id": None}})
    assert memberships(desk, user) == [(works, False)]


def test_the_first_membership_gives_the_user_an_organization(desk):
    works, user = desk.get("/organizations").body["organizations"][0]["id"], desk.user()["id"]
    desk.post("/organization_memberships", {"organization_membership": {"user_id": user, "organization_id": works}})
    assert desk.get(f"/users/{user}").body["user"]["organization_id"] == works


def test_who_is_deleted_leaves_no_membership_behind(desk):
    before = dict(desk.org.store["organization_memberships"].rows)
    user = desk.user(organization_id=next(iter(desk.org.store["organizations"]))["id"])["id"]
    assert desk.org.store["organization_memberships"].rows != before
    desk.delete(f"/users/{user}")
    assert desk.org.store["organization_memberships"].rows == before


def memberships(desk, user):
    rows = desk.get(f"/users/{user}/organization_memberships").body["organization_memberships"]
    return [(row["organization_id"], row["default"]) for row in rows]
