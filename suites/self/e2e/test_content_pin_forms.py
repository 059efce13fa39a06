"""Pins were published with a text as id and bare; since then with an integer, and wrapped: no form is a finding."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness import settings
from harness.checks import judge
from harness.contract.contract import Contract
from harness.exchange import Exchange, Request, Response
from harness.openapi.document_cache import DocumentCache, open_documents

PINS = "/api/v2/ticket_content_pins"
TIMES = {"created_at": "2026-01-01T00:00:00Z", "url": "https://acme.zendesk.example/x"}
PIN = {"account_id": "1", "ticket_id": "2", "content_id": "x", "content_type": "article", "locale": None, **TIMES}


@pytest.fixture(scope="module")
def documents() -> DocumentCache:
    return open_documents(settings.cache_folder())


def found(documents: DocumentCache, method: str, path: str, status: int, body: Any) -> list[tuple[str, str]]:
    """What the checks find in one answer about pins."""
    match = documents.catalog.match("zendesk", method, path)
    assert match
    response = Response(status, (("content-type", "application/json"),), json.dumps(body).encode())
    exchange = Exchange(Request(method, f"https://acme.zendesk.example{path}"), response)
    return [(finding.check, finding.pointer) for finding in judge(exchange, match, Contract(documents.document))]


@pytest.mark.parametrize("ident", ["01HFS51MMTVW7CMVEV5V51NYV5", 3500])
def test_both_forms_of_ids_and_of_wrappers_are_taken(documents: DocumentCache, ident: str | int) -> None:
    pin = {**PIN, "id": ident}
    for body in (pin, {"ticket_content_pin": pin}):
        assert found(documents, "POST", PINS, 201, body) == []
        assert found(documents, "DELETE", f"{PINS}/{ident}", 200, body) == []
    assert found(documents, "GET", PINS, 200, {"count": 1, "ticket_content_pins": [pin]}) == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({**PIN, "id": True}, ("body", "/id")),
        ({**PIN, "id": "1", "locale": 7}, ("body", "/locale")),
        ({"ticket_content_pin": {**PIN, "id": 1, "locale": 7}}, ("body", "/ticket_content_pin/locale")),
        ({"pin": {**PIN, "id": 1}}, ("undocumented_field", "/pin")),
    ],
)
def test_another_form_is_a_finding(documents: DocumentCache, body: Any, expected: tuple[str, str]) -> None:
    assert expected in found(documents, "POST", PINS, 201, body)
