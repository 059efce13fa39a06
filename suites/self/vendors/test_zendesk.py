"""Zendesk's credentials reach the header that its API reads."""

from __future__ import annotations

import base64
from typing import Any

import httpx
import pytest

from harness.target import Credentials, Target
from harness.vendors import VENDORS


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


def test_ids_that_cannot_exist_fit_their_type() -> None:
    for vendor in VENDORS.values():
        assert vendor.impossible_ids["integer"].isdigit()
        assert int(vendor.impossible_ids["integer"]) < 2**63, "an int64 must hold it, or another rule refuses it first"
        assert vendor.impossible_ids["string"].isalnum()


@pytest.mark.parametrize(
    ("body", "query"),
    [
        ({"meta": {"has_more": True, "after_cursor": "a=="}}, "page%5Bsize%5D=100&page%5Bafter%5D=a%3D%3D"),
        ({"meta": {"has_more": False, "after_cursor": "a=="}, "next_page": None}, ""),
        ({"next_page": "https://elsewhere.example/api/v2/tickets.json?page=2&per_page=100"}, "page=2&per_page=100"),
        ({"next_page": None}, ""),
        ({"meta": "no"}, ""),
        ([], ""),
        (None, ""),
    ],
)
def test_a_list_is_followed_by_cursor_or_by_link(body: Any, query: str) -> None:
    """Only the query of a link counts: where to ask is not the server's to say."""
    assert VENDORS["zendesk"].paging.following("", body, 100) == query
