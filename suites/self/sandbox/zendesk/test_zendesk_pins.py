"""Ticket content pins."""

from __future__ import annotations

import pytest


def pin(account, **fields):
    body = {"ticket_id": "1", "content_id": "77", "content_type": "article", "locale": "en-us", **fields}
    return account.post(
        "/ticket_content_pins", {"ticket_content_pin": {k: v for k, v in body.items() if v is not None}}
    )


def test_pinned_listed_unpinned(account):
    created = pin(account)
    assert created.status == 201
    listed = account.get("/ticket_content_pins", ticket_id="1").body
    assert (listed["count"], listed["ticket_content_pins"]) == (1, [created.body])
    assert account.delete(f"/ticket_content_pins/{created.body['id']}").body == created.body
    assert account.get("/ticket_content_pins", ticket_id="1").body["count"] == 0
    assert account.delete(f"/ticket_content_pins/{created.body['id']}").body["error"] == "RecordNotFound"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"ticket_id": 1}, 400),
        ({"content_id": None}, 400),
        ({"locale": None}, 400),
        ({"content_type": "external_content", "locale": None}, 201),
        ({"ticket_id": "9999"}, 404),
    ],
)
def test_what_can_be_pinned(account, fields, status):
    assert pin(account, **fields).status == status


def test_the_same_content_is_pinned_once(account):
    pin(account)
    again = pin(account)
    assert (again.status, again.body["error"]) == (422, "ContentAlreadyPinned")
    assert again.body["description"] == "The content with ID 77 is already pinned to this ticket."
