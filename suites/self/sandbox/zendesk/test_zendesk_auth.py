"""Who may ask for what: tokens of both kinds, roles, and the doors that are open to all."""

from __future__ import annotations

import pytest
from zendesk_account import Account, signed


def with_token(token):
    return {"authorization": f"Bearer {token}"}


def test_a_wrong_token_is_told_which_kind_was_expected():
    reply = Account(headers=signed(token="wrong")).get("/tickets")
    assert (reply.status, reply.body) == (401, {"error": "Couldn't authenticate you"})
    assert reply.headers["www-authenticate"] == 'Basic realm="Web Password"'
    reply = Account(headers=with_token("wrong")).get("/tickets")
    assert (reply.status, reply.body["error"]) == (401, "invalid_token")


@pytest.mark.parametrize("headers", [{}, {"authorization": "Basic ???"}, {"authorization": "Digest x"}])
def test_without_good_credentials_nothing_is_shown(headers):
    assert Account(headers=headers).get("/tickets").status == 401


def test_users_me_is_no_check_of_credentials():
    reply = Account(headers={}).get("/users/me")
    assert (reply.status, reply.body["user"]["id"], reply.body["user"]["name"]) == (200, None, "Anonymous user")
    assert Account().get("/users/me").body["user"]["email"] == "admin@example.com"


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
    assert Account(headers=signed(who)).send(method, path).status == status


def test_a_customer_sees_only_requests_of_their_own():
    account = Account(headers=signed("customer@example.com"))
    own = account.get("/requests").body["requests"]
    assert {row["requester_id"] for row in own} == {account.org.memo["people"]["customer@example.com"]["id"]}
    other = next(row["id"] for row in account.org.store["tickets"] if row["requester_id"] != own[0]["requester_id"])
    assert account.get(f"/requests/{other}").status == 404
