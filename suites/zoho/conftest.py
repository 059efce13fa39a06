"""What several Zoho Desk tests need: a token call in plain words, and requests that carry no organisation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from harness.exchange import Request, Response
from harness.execution.api_client import ApiClient

TOKEN_PATH = "/oauth/v2/token"


@pytest.fixture
def ask(client: ApiClient) -> Callable[..., Response]:
    """`ask(client_secret="wrong")` sends one refresh to the accounts host: our own credentials but for the changes."""
    target = client.target
    known = target.credentials
    if known.kind != "zoho":
        pytest.skip("the target has no refresh token")

    def call(**changes: str) -> Response:
        form = {
            "grant_type": "refresh_token",
            "refresh_token": known.secret,
            "client_id": known.client_id,
            "client_secret": known.client_secret,
        } | changes
        headers = (("accept", "application/json"), ("content-type", "application/x-www-form-urlencoded"))
        request = Request("POST", target.token_url + TOKEN_PATH, headers, urlencode(form).encode())
        return client.send(request, signed=False)

    return call


@pytest.fixture
def bearing(client: ApiClient) -> Callable[..., dict[str, str]]:
    """`bearing(orgId="1")` gives headers with the run's own access token, and only the organisation that is named."""

    def headers(**more: Any) -> dict[str, str]:
        # The signer gets its token with the first request that it signs.
        client.get("/api/v1/organizations")
        return {"Authorization": f"Zoho-oauthtoken {client.org.client.transport.signer.token}", **more}

    return headers


@pytest.fixture
def ticket(client: ApiClient) -> Callable[[], str]:
    """`ticket()` makes a contact without an address and a ticket of it, which mails nobody; the ticket's id."""

    def make() -> str:
        department = client.get("/api/v1/departments").json["data"][0]["id"]
        contact = client.post("/api/v1/contacts", {"lastName": f"{client.mark} Nobody"})
        assert contact.status == 200, contact.body
        fields = {
            "subject": f"{client.mark} lamp is dark",
            "description": "It was bright yesterday.",
            "departmentId": department,
            "contactId": contact.json["id"],
            "status": "Open",
        }
        answer = client.post("/api/v1/tickets", fields)
        assert answer.status == 200, answer.body
        assert answer.json["subject"] == fields["subject"]
        return answer.json["id"]

    return make


@pytest.fixture
def expected(client: ApiClient) -> Callable[[str], None]:
    """`expected("success_flag")`: the checks of every answer must have seen this, and here it is no finding."""

    def forgive(check: str) -> None:
        causes = [cause for cause, finding in client.findings.items() if finding.check == check]
        assert causes, f"the check {check} saw nothing"
        for cause in causes:
            del client.findings[cause]

    return forgive
