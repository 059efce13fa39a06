"""Ticket content pins."""

from __future__ import annotations

from functools import partial

import httpx
import pytest

from harness.sandbox.process import start
from harness.transport.overlap import others_may_pass, run_overlapping


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


def test_of_two_creates_at_once_the_second_conflicts_and_none_that_comes_later() -> None:
    with start() as sandbox:
        login = sandbox.credentials["zendesk"]
        auth = (login["user"], login["token"])
        fields = {"ticket_id": "1", "content_type": "article", "locale": "en-us"}

        def create(content: str) -> httpx.Response:
            body = {"ticket_content_pin": {**fields, "content_id": content}}
            with others_may_pass():
                return httpx.post(f"{sandbox.urls['zendesk']}/api/v2/ticket_content_pins", json=body, auth=auth)

        for number in range(5):
            answers = run_overlapping([partial(create, f"{number}{letter}") for letter in "ab"])
            conflicts = [answer for answer in answers if answer.status_code == 409]
            assert [answer.status_code for answer in answers if answer not in conflicts] in ([201], [201, 201])
            if conflicts:
                break
        assert [answer.json() for answer in conflicts] == [
            {
                "error": "ContentPinCreationConflict",
                "description": "A conflicting operation is in progress, please try again later",
            }
        ]
        assert create("later").status_code == 201
        assert create("later still").status_code == 201
