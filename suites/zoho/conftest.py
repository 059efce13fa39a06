"""What several Zoho Desk tests need: a token request by its fields, and requests that name no organisation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from harness.exchange import Request, Response
from harness.execution.api_client import ApiClient

TOKEN_PATH = "/oauth/v2/token"


@pytest.fixture
def refresh(client: ApiClient) -> Callable[..., Response]:
    """`refresh(client_secret="wrong")` sends one refresh to the accounts host: our own credentials with the changes."""
    target = client.target
    credentials = target.credentials
    if credentials.kind != "zoho":
        pytest.skip("the target has no refresh token")
    if not target.embedded:
        pytest.skip("an org gives ten access tokens in ten minutes, and its next runs need them")

    def call(**changes: str) -> Response:
        form = {
            "grant_type": "refresh_token",
            "refresh_token": credentials.secret,
            "client_id": credentials.client_id,
            "client_secret": credentials.client_secret,
        } | changes
        headers = (("accept", "application/json"), ("content-type", "application/x-www-form-urlencoded"))
        request = Request("POST", target.token_url + TOKEN_PATH, headers, urlencode(form).encode())
        return client.send(request, signed=False)

    return call


@pytest.fixture
def token_headers(client: ApiClient) -> Callable[..., dict[str, str]]:
    """`token_headers(orgId="1")` gives headers with the run's own access token and only the named organisation."""

    def headers(**more: Any) -> dict[str, str]:
        # The signer gets its token with the first request that it signs.
        client.get("/api/v1/organizations")
        return {"Authorization": f"Zoho-oauthtoken {client.org.client.transport.signer.held.access}", **more}

    return headers


@pytest.fixture
def pinned(client: ApiClient, ticket: Callable[..., dict[str, Any]]) -> Callable[[], tuple[str, dict[str, Any]]]:
    """`pinned()` pins the first thread of a ticket of its own: the ticket's id, and the pin as the org shows it."""

    def make() -> tuple[str, dict[str, Any]]:
        ident = ticket()["id"]
        threads = client.get(f"/api/v1/tickets/{ident}/threads")
        assert threads.status == 200, "a ticket's description is its first thread"
        entity = threads.json["data"][0]["id"]
        answer = client.post(
            f"/api/v1/tickets/{ident}/pins", {"entityId": entity, "type": "THREADS", "isPublic": False}
        )
        assert answer.status == 200, answer.body
        assert (answer.json["entityPinned"] if "entityPinned" in answer.json else answer.json["pinnedEntity"])[
            "id"
        ] == entity
        return ident, answer.json

    return make


@pytest.fixture
def pins(client: ApiClient) -> Callable[..., list[dict[str, Any]]]:
    """`pins(ticket, types="threads")` lists the pins of a ticket."""

    def listed(ticket: str, **query: str) -> list[dict[str, Any]]:
        answer = client.get(f"/api/v1/tickets/{ticket}/pins", query=query)
        if answer.status == 204:
            return []
        assert answer.status == 200
        rows: list[dict[str, Any]] = answer.json["data"]
        return rows

    return listed


@pytest.fixture
def reader(client: ApiClient) -> str:
    """A refresh token with few scopes that no run depends on: only the embedded sandbox has one to give."""
    if not client.target.embedded:
        pytest.skip("no refresh token of this org may be used up")
    from harness.sandbox.zoho.oauth import READER_TOKEN

    return READER_TOKEN
