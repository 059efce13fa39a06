"""The account and the user of our credentials: what proves a sandbox, and what an anonymous user gets."""

from __future__ import annotations

import base64

import pytest

ME = "/api/v2/users/me"

pytestmark = [pytest.mark.zendesk, pytest.mark.read, pytest.mark.resource("account")]


def test_the_account_says_whether_it_is_a_sandbox(client):
    """The permit depends on this flag: a clear yes or no, and never yes for an org that was not proven."""
    answer = client.get("/api/v2/account")
    assert answer.status == 200
    flag = answer.json["account"]["sandbox"]
    assert isinstance(flag, bool)
    assert flag or not client.target.embedded


def test_a_feature_named_sandbox_proves_nothing(client):
    """`active_features.sandbox`: the account may have one, not that it is one (vendor page: account settings)."""
    features = client.get("/api/v2/account/settings").json["settings"].get("active_features", {})
    assert isinstance(features.get("sandbox", False), bool)


def test_our_credentials_are_somebodys(client):
    user = client.get(ME).json["user"]
    assert user["id"]
    assert user["role"] in ("admin", "agent", "end-user")


def test_nobody_is_somebody_under_200(client):
    """Without credentials `users/me` answers 200: it is no proof of a login (seen on a live account, 2026-09)."""
    answer = client.get(ME, signed=False)
    assert answer.status == 200
    assert answer.json["user"]["id"] is None
    assert answer.json["user"]["name"] == "Anonymous user"


def test_a_wrong_api_token_is_nobody(client):
    pair = base64.b64encode(b"nobody@example.com/token:wrong").decode()
    answer = client.get(ME, signed=False, headers={"Authorization": f"Basic {pair}"})
    assert answer.status == 401
    assert answer.json == {"error": "Couldn't authenticate you"}
    assert answer.header("www-authenticate").startswith("Basic")


def test_a_wrong_bearer_token_is_named(client):
    answer = client.get("/api/v2/tickets", signed=False, headers={"Authorization": "Bearer 0123456789abcdef"})
    assert answer.status == 401
    assert answer.json["error"] == "invalid_token"
    assert set(answer.json) == {"error", "error_description"}
