"""What the doctor makes of a Zendesk account's answers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.exchange import Response
from harness.target import Credentials, Target
from harness.vendors.doctor_line import DoctorLine, Examination
from harness.vendors.zendesk.doctor import login, scopes


def examined(kind: str, body: Any = None) -> DoctorLine:
    """The line about scopes of an account that answers so when it is asked for the token's."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    target = Target("acme", "zendesk", "https://acme.zendesk.example", Credentials(kind))
    (line,) = scopes(Examination(target, lambda path: Response(200, (), content), ()))
    return line


def test_a_user_with_an_id_is_logged_in() -> None:
    line = login({"user": {"id": 7, "role": "admin"}})
    assert (line.state, line.message) == ("ok", "user 7, role admin")


@pytest.mark.parametrize("body", [{"user": {"id": None, "role": "end-user"}}, {"user": "me"}, {}])
def test_an_anonymous_user_is_a_problem_though_the_answer_is_200(body: Any) -> None:
    assert login(body).state == "problem"


def test_an_api_token_has_no_scopes() -> None:
    assert examined("basic").state == "ok"


@pytest.mark.parametrize(
    ("granted", "state"), [(["read", "write"], "ok"), (["read"], "unknown"), ([], "unknown"), (None, "unknown")]
)
def test_an_oauth_token_needs_read_and_write(granted: Any, state: str) -> None:
    assert examined("bearer", {"token": {"scopes": granted}}).state == state


def test_the_scopes_that_are_missing_are_named() -> None:
    assert "without write" in examined("bearer", {"token": {"scopes": ["read"]}}).message


@pytest.mark.parametrize("body", [b"<html>", {"token": None}, []])
def test_an_answer_that_names_no_scopes_is_no_problem(body: Any) -> None:
    assert examined("bearer", body).state == "unknown"
