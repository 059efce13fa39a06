"""OAuth tokens: refreshed, ended by their time, and of too small a scope."""

from __future__ import annotations

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


def test_a_token_is_shown_with_its_own_scopes():
    account = Account(headers={})
    body = {"grant_type": "client_credentials", "scope": "read", "client_id": oauth.CLIENT[0],
            "client_secret": oauth.CLIENT[1]}  # fmt: skip
    account.headers = with_token(account.post("/oauth/tokens", body).body["access_token"])
    assert account.get("/api/v2/oauth/tokens/current").body["token"]["scopes"] == ["read"]
