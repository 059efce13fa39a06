"""Pinned conversations: pin, list, unpin, and failures under HTTP 200."""

from __future__ import annotations

import pytest

UNKNOWN = "1"
"""No record has this id: real ones have 16 to 19 digits."""

pytestmark = [
    pytest.mark.zoho,
    pytest.mark.resource("pins"),
    pytest.mark.operations("getPinnedConversations", "pinConversationOnTicket", "unPinConversations"),
]


@pytest.mark.write
def test_a_pin_shows_what_was_pinned_and_when(pinned):
    _, pin = pinned()
    assert pin["id"].isdigit()
    assert pin["type"].upper() == "THREADS"
    assert pin["isPublic"] in (False, "false")
    assert pin["pinnedTime"]


@pytest.mark.write
def test_the_list_can_be_narrowed_to_a_type(client, pinned, pins):
    ticket, pin = pinned()
    assert [row["id"] for row in pins(ticket)] == [pin["id"]]
    assert [row["id"] for row in pins(ticket, types="threads")] == [pin["id"]]
    assert [row["id"] for row in pins(ticket, types="comments,threads")] == [pin["id"]]
    assert pins(ticket, types="comments") == []


@pytest.mark.write
def test_a_type_that_is_none_is_refused(client, ticket):
    answer = client.get(f"/api/v1/tickets/{ticket()['id']}/pins", query={"types": "nonsense"})
    assert answer.status == 422
    assert answer.json["errorCode"] in ("UNPROCESSABLE_ENTITY", "INVALID_DATA")


@pytest.mark.write
def test_a_foreign_thread_cannot_be_pinned(client, ticket, pins):
    ident = ticket()["id"]
    answer = client.post(f"/api/v1/tickets/{ident}/pins", {"entityId": UNKNOWN, "type": "THREADS"})
    assert answer.status == 422
    assert answer.json["errorCode"] == "INVALID_DATA"
    assert [row["fieldName"] for row in answer.json["errors"]] == ["/entityId"]
    assert pins(ident) == []


@pytest.mark.destructive
def test_unpinning_removes_the_pin(client, pinned, pins):
    ticket, pin = pinned()
    answer = client.post(f"/api/v1/tickets/{ticket}/pins/unpin", {"ids": [pin["id"]]})
    assert answer.status == 200
    (row,) = answer.json["results"]
    assert (row["id"], row["success"]) == (pin["id"], True)
    assert pins(ticket) == []


@pytest.mark.destructive
def test_a_pin_that_is_not_there_fails_under_200(client, pinned, pins, expected):
    """The status says that all went well; only the row says that one did not (document: `results`)."""
    ticket, pin = pinned()
    answer = client.post(f"/api/v1/tickets/{ticket}/pins/unpin", {"ids": [UNKNOWN, pin["id"]]})
    expected("success_flag")
    assert answer.status == 200
    assert {row["id"]: row["success"] for row in answer.json["results"]} == {UNKNOWN: False, pin["id"]: True}
    assert answer.json["results"][0]["errors"]
    assert pins(ticket) == []
