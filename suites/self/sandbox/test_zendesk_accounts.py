"""Who may ask for what: tokens of both kinds, roles, and the doors that are open to all."""

from __future__ import annotations

import pytest
from zendesk_desk import Desk, signed

from harness.sandbox.zendesk import accounts


def with_token(token):
    return {"authorization": f"Bearer {token}"}


def test_a_wrong_token_is_told_which_kind_was_expected():
    reply = Desk(headers=signed(token="wrong")).get("/tickets")
    assert (reply.status, reply.body) == (401, {"error": "Couldn't authenticate you"})
    assert reply.headers["www-authenticate"] == 'Basic realm="Web Password"'
    reply = Desk(headers=with_token("wrong")).get("/tickets")
    assert (reply.status, reply.body["error"]) == (401, "invalid_token")


@pytest.mark.parametrize("headers", [{}, {"authorization": "Basic ???"}, {"authorization": "Digest x"}])
def test_without_good_credentials_nothing_is_shown(headers):
    assert Desk(headers=headers).get("/tickets").status == 401


def test_users_me_is_no_check_of_credentials():
    reply = Desk(headers={}).get("/users/me")
    assert (reply.status, reply.body["user"]["id"], reply.body["user"]["name"]) == (200, None, "Anonymous user")
    assert Desk().get("/users/me").body["user"]["email"] == "admin@example.com"


def test_refreshing_takes_the_old_pair_away():
    desk = Desk(headers={})
    client = {"client_id": accounts.CLIENT[0], "client_secret": accounts.CLIENT[1]}
    first = desk.post("/oauth/tokens", {"grant_type": "client_credentials", "scope": "read", **client}).body
    second = desk.post(
        "/oauth/tokens", {"grant_type": "refresh_token", "refresh_token": first["refresh_token"], **client}
    ).body
    desk.headers = with_token(first["access_token"])
    assert desk.get("/tickets").status == 401
    desk.headers = with_token(second["access_token"])
    assert desk.get("/tickets").status == 200
    used = desk.post(
        "/oauth/tokens", {"grant_type": "refresh_token", "refresh_token": first["refresh_token"], **client}
    )
    assert (used.status, used.body["error"]) == (400, "invalid_grant")


def test_a_token_ends_with_its_time():
    desk = Desk(headers={})
    body = {"grant_type": "client_credentials", "client_id": accounts.CLIENT[0], "client_secret": accounts.CLIENT[1]}
    desk.headers = with_token(desk.post("/oauth/tokens", body).body["access_token"])
    assert desk.get("/tickets").status == 200
    desk.clock.advance(accounts.ACCESS_SECONDS + 1)
    assert desk.get("/tickets").status == 401


def test_a_scope_that_is_too_small_is_named():
    desk = Desk(headers={})
    body = {"grant_type": "client_credentials", "scope": "read", "client_id": accounts.CLIENT[0],
            "client_secret": accounts.CLIENT[1]}  # fmt: skip
    desk.headers = with_token(desk.post("/oauth/tokens", body).body["access_token"])
    reply = desk.post("/tickets", {"ticket": {"comment": {"body": "x"}}})
    assert (reply.status, reply.body["description"]) == (403, "Missing the following required scopes: write")


@pytest.mark.parametrize(
    ("who", "method", "path", "status"),
    [
        ("agent@example.com", "GET", "/tickets", 200),
        ("agent@example.com", "GET", "/triggers", 200),
        ("agent@example.com", "DELETE", "/triggers/1", 403),
        ("agent@example.com", "GET", "/audit_logs", 403),
        ("customer@example.com", "GET", "/tickets", 403),
        ("customer@example.com", "GET", "/requests", 200),
        ("customer@example.com", "GET", "/ticket_content_pins", 200),
    ],
)
def test_each_role_has_its_own_reach(who, method, path, status):
    assert Desk(headers=signed(who)).ask(method, path).status == status


def test_a_customer_sees_only_requests_of_their_own():
    desk = Desk(headers=signed("customer@example.com"))
    own = desk.get("/requests").body["requests"]
    assert {row["requester_id"] for row in own} == {desk.org.memo["people"]["customer@example.com"]["id"]}
    other = next(row["id"] for row in desk.org.store["tickets"] if row["requester_id"] != own[0]["requester_id"])
    assert desk.get(f"/requests/{other}").status == 404


def test_the_account_says_that_it_is_a_sandbox():
    assert Desk().get("/account").body["account"]["sandbox"] is True
    assert Desk().get("/account/subscription").status == 422
