"""What a Zendesk account's refusals mean, in each of the shapes that they come in."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.exchange import Response
from harness.vendors.diagnosis import absent, diagnose
from harness.vendors.obstacle import Obstacle
from harness.vendors.zendesk.obstacles import SIGNS, code, missing_scopes


@pytest.mark.parametrize(("status", "body", "obstacle"), [
    (401, {"error": "Couldn't authenticate you"}, Obstacle.WRONG_SECRET),
    (401, {"error": "invalid_token", "error_description": "expired, revoked, malformed"}, Obstacle.EXPIRED),
    (403, {"error": "Forbidden", "description": "Missing the following required scopes: read"}, Obstacle.MISSING_SCOPE),
    (403, {"error": {"title": "Forbidden", "message": "You do not have access"}}, Obstacle.NOT_PERMITTED),
    (403, {"errors": [{"title": "Forbidden", "detail": "x"}]}, Obstacle.NOT_PERMITTED),
    (429, {"error": "APIRateLimitExceeded", "description": "x"}, Obstacle.THROTTLED),
    (429, {"errors": [{"code": "TooManyRequests", "title": "x"}]}, Obstacle.THROTTLED),
    (503, {"error": "DatabaseDeadlock"}, Obstacle.UNAVAILABLE),
    (422, {"error": "RecordInvalid"}, None), (400, {"errors": [{"code": "InvalidPaginationDepth"}]}, None),
    (404, {"error": "RecordNotFound", "description": "Not found"}, None),
])  # fmt: skip
def test_each_refusal_has_its_meaning(status: int, body: Any, obstacle: Obstacle | None) -> None:
    diagnosis = diagnose(Response(status, (), json.dumps(body).encode()), SIGNS)
    assert (diagnosis.obstacle if diagnosis else None) is obstacle


@pytest.mark.parametrize("page", [
    b"<h1>No help desk at acme.zendesk.com</h1>", b"<p>There is no help desk configured at this address.</p>",
    b"<p>This account has been suspended.</p>",
])  # fmt: skip
def test_a_page_in_place_of_an_account_says_that_it_is_gone(page: bytes) -> None:
    diagnosis = diagnose(Response(200, (), page), SIGNS)
    assert diagnosis is not None
    assert diagnosis.obstacle is Obstacle.DEAD_ACCOUNT


def test_nothing_on_any_path_is_a_dead_account() -> None:
    assert absent(SIGNS).obstacle is Obstacle.DEAD_ACCOUNT


def test_the_scopes_that_are_missing_are_read_from_the_words() -> None:
    assert missing_scopes({"description": "Missing the following required scopes: tickets:write, read"}) == (
        "tickets:write", "read",
    )  # fmt: skip
    assert missing_scopes({"description": 7}) == ()


@pytest.mark.parametrize("body", [{}, {"error": 7}, {"errors": []}, {"errors": ["x"]}, {"errors": {"base": []}}])
def test_another_object_has_no_code(body: Any) -> None:
    assert code(body) == ""
