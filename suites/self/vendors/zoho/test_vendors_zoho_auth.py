"""Zoho's tokens: what is asked, what an answer means in whatever form it comes, and whose 401 calls for another."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.exchange import Response
from harness.target import Credentials, Target
from harness.tokens.token import is_sendable
from harness.vendors.obstacle import Obstacle, OrgError
from harness.vendors.zoho.auth import LIFETIME, grant, read_token

TARGET = Target(
    "here", "zoho", "https://desk.example", Credentials("zoho", "", "refresh", "client", "client-secret"),
    token_url="https://accounts.example", org_id="4242",
)  # fmt: skip
THROTTLE = {"error": "Access Denied", "error_description": "You have made too many requests", "status": "failure"}


def answered(status: int, body: object) -> Response:
    return Response(status, (), body if isinstance(body, bytes) else json.dumps(body).encode())


def test_the_refresh_token_is_sent_as_a_form() -> None:
    call = grant(TARGET).ask(None)
    assert (call.url, call.media_type) == (
        "https://accounts.example/oauth/v2/token",
        "application/x-www-form-urlencoded",
    )
    assert parse_qs(call.body.decode()) == {
        "grant_type": ["refresh_token"],
        "refresh_token": ["refresh"],
        "client_id": ["client"],
        "client_secret": ["client-secret"],
    }


def test_a_token_has_its_own_scheme() -> None:
    assert grant(TARGET).scheme == "Zoho-oauthtoken"


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ({}, LIFETIME),
        ({"expires_in": 0}, LIFETIME),
        ({"expires_in": -5}, LIFETIME),
        ({"expires_in": None}, LIFETIME),
        ({"expires_in": True}, LIFETIME),
        ({"expires_in": 10**12}, LIFETIME),
        ({"expires_in": 10**400}, LIFETIME),
        ({"expires_in": "soon"}, LIFETIME),
        ({"expires_in": 1800}, 1800),
        ({"expires_in": "1800"}, 1800),
        ({"expires_in": 1_800_000}, 1800),
        ({"expires_in_sec": 1800, "expires_in": 1_800_000}, 1800),
        ({"expires_in_sec": "1800", "expires_in": "1800000"}, 1800),
    ],
)
def test_a_lifetime_is_read_in_every_form_that_occurs(said: dict[str, object], seconds: float) -> None:
    token = read_token(answered(200, {"access_token": "t", **said}), TARGET, 100.0)
    assert (token.access, token.expires_at, token.lifetime) == ("t", 100.0 + seconds, seconds)


@given(
    st.integers(200, 599),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=2)
            | st.dictionaries(st.sampled_from(["error", "access_token", "expires_in", "scope", "status"]), inner)
        ),
        max_leaves=6,
    ),
)
def test_any_answer_gives_a_token_or_says_why_not(status: int, body: object) -> None:
    if isinstance(body, dict) and is_sendable(body.get("access_token")) and status < 300:
        token = read_token(answered(status, body), TARGET, 0.0)
        assert token.access == body["access_token"]
        assert 0 < token.expires_at <= LIFETIME * 24
    else:
        with pytest.raises(OrgError, match="no access token"):
            read_token(answered(status, body), TARGET, 0.0)


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize(
    ("error", "obstacle", "remedy"),
    [
        ("invalid_code", Obstacle.REVOKED, "new refresh token"),
        ("invalid_client", Obstacle.WRONG_CLIENT, "data centre"),
        ("invalid_client_secret", Obstacle.WRONG_SECRET, "client_secret_env"),
        ("something_new", Obstacle.CONFIGURATION, "Check auth"),
    ],
)
def test_the_remedy_fits_the_refusal(status: int, error: str, obstacle: Obstacle, remedy: str) -> None:
    with pytest.raises(OrgError, match=error) as caught:
        read_token(answered(status, {"error": error}), TARGET, 0.0)
    assert caught.value.obstacle is obstacle
    assert remedy in caught.value.remedy
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, THROTTLE),
        (200, THROTTLE),
        (400, {**THROTTLE, "error_description": "Sie haben ununterbrochen zu viele Anfragen gestellt."}),
        (400, {**THROTTLE, "error_description": "リクエストが多すぎます。"}),
        (400, {"error": "Access Denied", "status": "failure"}),
        (429, b""),
        (429, b"<html>busy</html>"),
    ],
)
def test_the_throttle_is_known_by_its_code_in_any_language(status: int, body: object) -> None:
    with pytest.raises(OrgError, match="no access token") as caught:
        read_token(answered(status, body), TARGET, 0.0)
    assert caught.value.obstacle is Obstacle.THROTTLED
    assert "10 to 30 minutes" in caught.value.remedy
    assert caught.value.exit_code == 4


def test_what_a_token_host_says_of_our_secrets_is_not_repeated() -> None:
    for echo in ("client-secret", "refresh", "no client-secret here"):
        with pytest.raises(OrgError) as caught:
            read_token(answered(400, {"error": echo, "error_description": "client-secret"}), TARGET, 0.0)
        assert "client-secret" not in str(caught.value)


def test_a_token_that_no_header_can_carry_is_none() -> None:
    with pytest.raises(OrgError, match="no access token"):
        read_token(answered(200, {"access_token": "a\r\nx-admin: 1"}), TARGET, 0.0)


@pytest.mark.parametrize(
    ("status", "code", "is_the_tokens"),
    [(401, "INVALID_OAUTH", True), (401, "UNAUTHORIZED", False), (403, "INVALID_OAUTH", False)],
)
def test_a_401_for_another_reason_costs_no_token(status: int, code: str, is_the_tokens: bool) -> None:
    assert grant(TARGET).refuses(status, json.dumps({"errorCode": code}).encode()) is is_the_tokens
