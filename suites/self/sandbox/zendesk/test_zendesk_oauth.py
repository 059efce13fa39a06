"""OAuth tokens: refreshed, ended by their time, and of too small a scope."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from zendesk_account import Account

from harness.sandbox.zendesk import oauth


def with_token(token):
    return {"authorization": f"Bearer {token}"}


def test_refreshing_takes_the_old_pair_away():
    account = Account(headers={})
    client = {"client_id": oauth.CLIENT[0], "client_secret": oauth.CLIENT[1]}
    first = account.post("/oauth/tokens", {"grant_type": "client_credentials", "scope": "read", **client}).body
    second = account.post(
        "/oauth/tokens", {"grant_type": "refresh_token", "refresh_token": first["refresh_token"], **client}
    ).body
    account.headers = with_token(first["access_token"])
    assert account.get("/tickets").status == 401
    account.headers = with_token(second["access_token"])
    assert account.get("/tickets").status == 200
    used = account.post(
        "/oauth/tokens", {"grant_type": "refresh_token", "refresh_token": first["refresh_token"], **client}
    )
    assert (used.status, used.body["error"]) == (400, "invalid_grant")


def test_a_token_ends_with_its_time():
    account = Account(headers={})
    body = {"grant_type": "client_credentials", "client_id": oauth.CLIENT[0], "client_secret": oauth.CLIENT[1]}
    account.headers = with_token(account.post("/oauth/tokens", body).body["access_token"])
    assert account.get("/tickets").status == 200
    account.clock.advance(oauth.ACCESS_SECONDS + 1)
    assert account.get("/tickets").status == 401


def test_a_scope_that_is_too_small_is_named():
    account = Account(headers={})
    body = {"grant_type": "client_credentials", "scope": "read", "client_id": oauth.CLIENT[0],
            "client_secret": oauth.CLIENT[1]}  # fmt: skip
    account.headers = with_token(account.post("/oauth/tokens", body).body["access_token"])
    reply = account.post("/tickets", {"ticket": {"comment": {"body": "x"}}})
    assert (reply.status, reply.body["description"]) == (403, "Missing the following required scopes: write")


CLIENT = {"client_id": oauth.CLIENT[0], "client_secret": oauth.CLIENT[1]}
READER = {"client_id": oauth.READER_CLIENT[0], "client_secret": oauth.READER_CLIENT[1]}
GRANT = {"grant_type": "client_credentials", **CLIENT}
FIRST = {"grant_type": "refresh_token", "refresh_token": oauth.REFRESH}


def asked(account: Account, **fields):
    return account.post("/oauth/tokens", fields)


def test_the_printed_refresh_token_gives_the_first_pair_once_and_needs_no_secret():
    account = Account(headers={})
    form = {**FIRST, "client_id": oauth.CLIENT[0]}
    first = asked(account, **form)
    assert (first.ok, first.body["scope"], first.body["expires_in"]) == (True, "read write", 1800)
    assert asked(account, **form).body["error"] == "invalid_grant"
    assert asked(account, **form | {"refresh_token": first.body["refresh_token"]}).ok


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"grant_type": "magic"}, 400, "unsupported_grant_type"),
        ({**FIRST, "refresh_token": "used"}, 400, "invalid_grant"),
        ({**FIRST, "client_secret": "wrong"}, 401, "invalid_client"),
        ({**FIRST, **READER}, 400, "invalid_grant"),
        ({"scope": "read impersonate"}, 400, "invalid_scope"),
        ({"scope": "write", **READER}, 400, "invalid_scope"),
        ({"scope": "tickets:write", **READER}, 400, "invalid_scope"),
    ],
)
def test_each_refusal_has_the_status_and_code_of_the_vendor(changes, status, error):
    reply = asked(Account(headers={}), **GRANT | changes)
    assert (reply.status, reply.body["error"]) == (status, error)


def test_a_refused_refresh_leaves_the_pair_alive():
    account = Account(headers={})
    form = {**FIRST, "client_id": oauth.CLIENT[0]}
    assert asked(account, **form, client_secret="wrong").status == 401
    assert asked(account, **form, scope="impersonate").status == 400
    assert asked(account, **form).ok


def test_an_unknown_scope_gives_a_token_that_may_do_nothing():
    account = Account(headers={})
    given = asked(account, **GRANT, scope="nonsense ticket:reed")
    assert given.ok
    account.headers = with_token(given.body["access_token"])
    assert {account.get("/tickets").status, account.get("/users").status} == {403}


def test_the_scope_of_one_resource_is_for_that_alone():
    account = Account(headers={})
    account.headers = with_token(asked(account, **GRANT, scope="tickets:read users:write").body["access_token"])
    assert (account.get("/tickets").status, account.get("/users").status) == (200, 403)
    assert account.post("/tickets", {"ticket": {"comment": {"body": "x"}}}).status == 403
    assert account.post("/users", {"user": {"name": "Robin"}}).status == 201


def test_a_grant_may_come_as_a_form():
    account = Account(headers={})
    reply = account.post("/oauth/tokens", urlencode(GRANT).encode())
    assert reply.ok
    assert reply.body["access_token"]


def test_a_token_can_ask_for_its_own_scopes():
    account = Account(headers={})
    account.headers = with_token(asked(account, **GRANT, scope="read users:write").body["access_token"])
    assert account.get("/api/v2/oauth/tokens/current").body["token"]["scopes"] == ["read", "users:write"]
