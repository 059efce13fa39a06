"""Pinned conversations: pin, list, unpin, failures under HTTP 200, and the GET that destroys."""

from __future__ import annotations

from typing import Any

import pytest

from harness.risk.tier import Tier
from harness.run.collection import context_of
from harness.transport.refused import Refused

REMOVAL = "/api/v1/_doc/___pin_removal"
"""From a client's source only; no published document describes it."""

KEY = "zoho:removePinsUndocumented"

UNKNOWN = "1"
"""No record has this id: real ones have 16 to 19 digits."""

pytestmark = [pytest.mark.zoho, pytest.mark.resource("pins")]


@pytest.fixture
def pinned(client, ticket):
    """`pinned()` pins the first thread of a ticket of its own: the ticket's id, and the pin as the org shows it."""

    def make() -> tuple[str, dict[str, Any]]:
        ident = ticket()
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


def pins(client, ticket: str, **query: str) -> list[dict[str, Any]]:
    answer = client.get(f"/api/v1/tickets/{ticket}/pins", query=query)
    if answer.status == 204:
        return []
    assert answer.status == 200
    return answer.json["data"]


@pytest.mark.write
def test_a_pin_shows_what_was_pinned_and_when(pinned):
    _, pin = pinned()
    assert pin["id"].isdigit()
    assert pin["type"].upper() == "THREADS"
    assert pin["isPublic"] in (False, "false")
    assert pin["pinnedTime"]


@pytest.mark.write
def test_the_list_can_be_narrowed_to_a_type(client, pinned):
    ticket, pin = pinned()
    assert [row["id"] for row in pins(client, ticket)] == [pin["id"]]
    assert [row["id"] for row in pins(client, ticket, types="threads")] == [pin["id"]]
    assert [row["id"] for row in pins(client, ticket, types="comments,threads")] == [pin["id"]]
    assert pins(client, ticket, types="comments") == []


@pytest.mark.write
def test_a_type_that_is_none_is_refused(client, ticket):
    answer = client.get(f"/api/v1/tickets/{ticket()}/pins", query={"types": "nonsense"})
    assert answer.status == 422
    assert answer.json["errorCode"] in ("UNPROCESSABLE_ENTITY", "INVALID_DATA")


@pytest.mark.write
def test_a_foreign_thread_cannot_be_pinned(client, ticket):
    ident = ticket()
    answer = client.post(f"/api/v1/tickets/{ident}/pins", {"entityId": UNKNOWN, "type": "THREADS"})
    assert answer.status == 422
    assert answer.json["errorCode"] == "INVALID_DATA"
    assert [row["fieldName"] for row in answer.json["errors"]] == ["/entityId"]
    assert pins(client, ident) == []


@pytest.mark.destructive
def test_unpinning_removes_the_pin(client, pinned):
    ticket, pin = pinned()
    answer = client.post(f"/api/v1/tickets/{ticket}/pins/unpin", {"ids": [pin["id"]]})
    assert answer.status == 200
    (row,) = answer.json["results"]
    assert (row["id"], row["success"]) == (pin["id"], True)
    assert pins(client, ticket) == []


@pytest.mark.destructive
def test_a_pin_that_is_not_there_fails_under_200(client, pinned, expected):
    """The status says that all went well; only the row says that one did not (document: `results`)."""
    ticket, pin = pinned()
    answer = client.post(f"/api/v1/tickets/{ticket}/pins/unpin", {"ids": [UNKNOWN, pin["id"]]})
    expected("success_flag")
    assert answer.status == 200
    assert {row["id"]: row["success"] for row in answer.json["results"]} == {UNKNOWN: False, pin["id"]: True}
    assert answer.json["results"][0]["errors"]
    assert pins(client, ticket) == []


@pytest.mark.read
def test_the_get_that_destroys_does_not_leave_without_permit(client, pytestconfig):
    """Its method says `read`; with nothing but `read` and `write` allowed it must not reach the network."""
    options = context_of(pytestconfig).options
    if Tier.DESTRUCTIVE in (options.allow or ()) or KEY in options.operations:
        pytest.skip("this run may destroy")
    sent = client.org.client.transport.exchanges.sent
    with pytest.raises(Refused) as refused:
        client.get(REMOVAL, query={"ticketId": UNKNOWN})
    assert refused.value.verdict.tier is Tier.DESTRUCTIVE
    assert refused.value.verdict.operation == KEY
    assert client.org.client.transport.exchanges.sent == sent


@pytest.mark.destructive
def test_the_get_that_destroys_removes_the_pin(client, pinned):
    """The pin must be gone from the list after the call: its 200 alone proves nothing."""
    ticket, pin = pinned()
    answer = client.get(REMOVAL, query={"ticketId": ticket, "pinId": pin["id"]})
    assert answer.status == 200
    assert pins(client, ticket) == []


@pytest.mark.destructive
def test_the_get_that_destroys_knows_no_unknown_pin(client, pinned):
    ticket, pin = pinned()
    answer = client.get(REMOVAL, query={"ticketId": ticket, "pinId": UNKNOWN})
    assert answer.status == 404
    assert answer.json["errorCode"] == "URL_NOT_FOUND"
    assert [row["id"] for row in pins(client, ticket)] == [pin["id"]]
