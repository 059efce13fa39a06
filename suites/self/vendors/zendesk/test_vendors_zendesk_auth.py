"""Zendesk's credentials reach the header that its API reads."""

from __future__ import annotations

import base64

import httpx

from harness.target import Credentials, Target
from harness.vendors import VENDORS
from harness.vendors.zendesk.auth import password_for_token


def signed(credentials: Credentials) -> str:
    """The authorization header of a request to an org with these credentials."""
    target = Target("here", "zendesk", "https://org.example", credentials)
    request = httpx.Request("GET", "https://org.example/api/v2/users/me")
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
