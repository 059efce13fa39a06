"""What any token host's answer shows: a token, or a cause by code before status, and nothing of our secrets."""

from __future__ import annotations

import json

import pytest

from harness.exchange import Response
from harness.target import Credentials, Target
from harness.tokens.token import Token
from harness.vendors.obstacle import Obstacle, OrgError
from harness.vendors.token_grant import TokenRefusal, read_answer, token_of

TARGET = Target("here", "v", "https://org.example", Credentials("k", "", "s3cret-word"), token_url="https://t.example")
REFUSALS = {"no such code": TokenRefusal(Obstacle.REVOKED, "it is gone", "Get another.")}


def refusal(status: int, body: object) -> OrgError:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    with pytest.raises(OrgError) as caught:
        read_answer(Response(status, (), raw), TARGET, REFUSALS)
    assert "https://t.example gave no access token" in caught.value.what
    return caught.value


def test_an_answer_with_a_token_is_given_back() -> None:
    body = {"access_token": "t", "error": ""}
    assert read_answer(Response(201, (), json.dumps(body).encode()), TARGET, REFUSALS) == body


@pytest.mark.parametrize("status", [200, 400, 401, 404, 503])
def test_a_code_that_is_known_counts_before_the_status(status: int) -> None:
    for code in ("no such code", "No Such Code", " no such code "):
        error = refusal(status, {"error": code})
        assert (error.obstacle, error.remedy) == (Obstacle.REVOKED, "Get another.")


@pytest.mark.parametrize(
    ("status", "obstacle"),
    [(302, Obstacle.LOGIN_PAGE), (404, Obstacle.DEAD_ACCOUNT), (429, Obstacle.THROTTLED), (502, Obstacle.UNAVAILABLE),
     (401, Obstacle.WRONG_CLIENT), (200, Obstacle.NOT_THE_API)],
)  # fmt: skip
def test_without_a_code_the_status_decides(status: int, obstacle: Obstacle) -> None:
    assert refusal(status, b"<html>").obstacle is obstacle
    assert refusal(status, b"").obstacle is obstacle
    assert refusal(status, ["no", "object"]).obstacle is obstacle


@pytest.mark.parametrize("code", ["s3cret-word", "x s3cret-word", "a" * 50, "\x1b[31m", {"error": 1}, 7])
def test_a_code_that_may_hold_anything_is_not_repeated(code: object) -> None:
    assert refusal(400, {"error": code}).what.split(": ")[-1].startswith("HTTP 400")


@pytest.mark.parametrize(
    ("said", "scopes"),
    [
        ({"scope": "read write"}, {"read", "write"}),
        ({"scope": "Desk.tickets.ALL,Desk.basic.READ"}, {"Desk.tickets.ALL", "Desk.basic.READ"}),
        ({"scope": " a ,  b\n"}, {"a", "b"}),
        ({"scope": ["a", 7, "b"]}, {"a", "b"}),
        ({"scope": ""}, None),
        ({"scope": 7}, None),
        ({}, None),
    ],
)
def test_scopes_are_read_with_spaces_or_commas(said: dict[str, object], scopes: set[str] | None) -> None:
    token = token_of({"access_token": "t", **said}, 10.0, 60.0, 3600.0)
    assert token == Token("t", 70.0, 60.0, "", None if scopes is None else frozenset(scopes))


def test_a_refresh_token_that_no_header_can_carry_is_left_out() -> None:
    assert token_of({"access_token": "t", "refresh_token": "a\nb"}, 0.0, 60.0, 3600.0).refresh == ""
