"""Zendesk's credentials reach the header that its API reads; its tokens are asked for as its pages say."""

from __future__ import annotations

import base64
import json
from dataclasses import replace

import httpx
import pytest

from harness.exchange import Response
from harness.target import Credentials, Target
from harness.tokens.token import Token
from harness.vendors import VENDORS
from harness.vendors.obstacle import Obstacle, OrgError
from harness.vendors.zendesk.auth import LIFETIME, client_credentials, password_for_token, read_token, refresh

URL = "https://org.example"
CLIENT = Credentials("oauth", "", "", "client", "client-s3cret", "read tickets:write")
FIRST = Credentials("oauth_refresh", "", "first-refresh", "client")
TARGET = Target("here", "zendesk", URL, CLIENT, token_url=URL)


def signed(credentials: Credentials) -> str:
    """The authorization header of a request to an org with these credentials."""
    target = Target("here", "zendesk", URL, credentials)
    request = httpx.Request("GET", f"{URL}/api/v2/users/me")
    signer = VENDORS["zendesk"].auth_kind(credentials.kind).flow(target)
    return next(signer.auth_flow(request)).headers.get("authorization", "") if signer else ""


def test_an_api_token_goes_with_the_mail_address() -> None:
    header = signed(Credentials("basic", "me@example.com/token", "s3cret"))
    assert base64.b64decode(header.removeprefix("Basic ")) == b"me@example.com/token:s3cret"


def test_an_oauth_token_is_a_bearer() -> None:
    assert signed(Credentials("bearer", secret="abc")) == "Bearer abc"


def test_none_signs_nothing() -> None:
    assert signed(Credentials("none")) == ""


def test_a_password_is_no_api_token() -> None:
    assert password_for_token(Credentials("basic", "me@example.com/token", "s3cret")) is None
    wrong = password_for_token(Credentials("basic", "me@example.com", "s3cret"))
    assert wrong is not None
    assert "MAIL/token" in wrong[1]


def test_an_api_token_is_deprecated_by_its_date() -> None:
    kinds = {kind.name: kind.deprecated for kind in VENDORS["zendesk"].auth_kinds}
    assert "2027-04-30" in kinds.pop("basic")
    assert set(kinds.values()) == {""}


def test_a_client_asks_in_its_own_name() -> None:
    call = client_credentials(TARGET).ask(None)
    assert (call.url, call.media_type) == (f"{URL}/oauth/tokens", "application/json")
    assert json.loads(call.body) == {
        "grant_type": "client_credentials",
        "client_id": "client",
        "client_secret": "client-s3cret",
        "scope": "read tickets:write",
    }


def test_the_configured_refresh_token_is_only_the_first() -> None:
    grant = refresh(replace(TARGET, credentials=FIRST))
    assert grant.rotates
    assert json.loads(grant.ask(None).body) == {
        "grant_type": "refresh_token", "client_id": "client", "refresh_token": "first-refresh",
    }  # fmt: skip
    last = Token("a", 0.0, LIFETIME, "second-refresh")
    assert json.loads(grant.ask(last).body)["refresh_token"] == "second-refresh"


def test_other_credentials_have_another_key() -> None:
    other_scope = replace(TARGET, credentials=replace(CLIENT, scope="read"))
    other_secret = replace(TARGET, credentials=replace(CLIENT, client_secret="other"))
    other_host = replace(TARGET, token_url="https://other.example")
    keys = {client_credentials(one).key for one in (TARGET, other_scope, other_secret, other_host)}
    assert len(keys) == 4
    assert client_credentials(replace(TARGET, name="elsewhere", org="x")).key in keys


def answered(status: int, body: object) -> Response:
    return Response(status, (), body if isinstance(body, bytes) else json.dumps(body).encode())


def test_a_pair_is_read_with_its_end_and_its_scopes() -> None:
    body = {"access_token": "a", "refresh_token": "r", "expires_in": 300, "scope": "read write", "token_type": "bearer"}
    assert read_token(answered(201, body), TARGET, 1000.0) == Token(
        "a", 1300.0, 300.0, "r", frozenset({"read", "write"})
    )


@pytest.mark.parametrize(
    ("status", "body", "obstacle"),
    [
        (401, {"error": "invalid_client", "error_description": "unknown client"}, Obstacle.WRONG_CLIENT),
        (400, {"error": "invalid_grant"}, Obstacle.REVOKED),
        (400, {"error": "invalid_scope"}, Obstacle.MISSING_SCOPE),
        (400, {"error": "unsupported_grant_type"}, Obstacle.CONFIGURATION),
        (403, {"error": "unauthorized_client"}, Obstacle.WRONG_CLIENT),
        (429, b"slow down", Obstacle.THROTTLED),
        (503, b"<html>", Obstacle.UNAVAILABLE),
        (302, b"", Obstacle.LOGIN_PAGE),
        (404, b"<html>no such account</html>", Obstacle.DEAD_ACCOUNT),
        (200, b"<html>welcome</html>", Obstacle.NOT_THE_API),
        (200, {"token_type": "bearer"}, Obstacle.NOT_THE_API),
    ],
)
def test_each_refusal_has_its_cause_and_a_remedy(status: int, body: object, obstacle: Obstacle) -> None:
    with pytest.raises(OrgError, match="no access token") as caught:
        read_token(answered(status, body), TARGET, 0.0)
    assert caught.value.obstacle is obstacle
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("status", "body", "is_the_tokens"),
    [
        (401, b'{"error":"invalid_token","error_description":"expired"}', True),
        (401, b'{"error":"Couldn\'t authenticate you"}', False),
        (403, b'{"error":"invalid_token"}', False),
        (200, b'{"note":"invalid_token"}', False),
    ],
)
def test_a_refused_token_is_told_from_other_refusals(status: int, body: bytes, is_the_tokens: bool) -> None:
    assert client_credentials(TARGET).refuses(status, body) is is_the_tokens
