"""A ticket is created, read, changed, changed too late, deleted; and the key that makes a create safe to repeat."""

from __future__ import annotations

import uuid

import pytest

TICKETS = "/api/v2/tickets"
NOT_FOUND = {"error": "RecordNotFound", "description": "Not found"}

pytestmark = [pytest.mark.zendesk, pytest.mark.resource("tickets")]


def body(client, **changes):
    ticket = {
        "subject": f"{client.mark} door is stuck",
        "comment": {"body": "It opens inwards.", "public": False},
    }
    return {"ticket": ticket | changes}


@pytest.mark.write
def test_what_was_sent_can_be_read(client, ticket):
    created = ticket(priority="low", tags=["door", "office"])
    shown = client.get(f"{TICKETS}/{created['id']}")
    assert shown.status == 200
    read = shown.json["ticket"]
    assert {name: read[name] for name in ("id", "subject", "priority")} == {
        name: created[name] for name in ("id", "subject", "priority")
    }
    assert sorted(read["tags"]) == ["door", "office"]
    assert read["status"] in ("new", "open")


@pytest.mark.write
def test_a_create_says_where_the_ticket_is(client):
    answer = client.post(TICKETS, body(client))
    assert answer.status == 201
    created = answer.json["ticket"]
    assert answer.header("location").removesuffix(".json").endswith(f"{TICKETS}/{created['id']}")
    assert answer.json["audit"]["ticket_id"] == created["id"]


@pytest.mark.write
def test_a_private_comment_stays_private(client, ticket):
    created = ticket()
    comments = client.get(f"{TICKETS}/{created['id']}/comments").json["comments"]
    assert [comment["public"] for comment in comments] == [False]
    assert comments[0]["body"] == "Smoke, no flames yet."


@pytest.mark.write
def test_a_change_is_there_at_the_next_read(client, ticket):
    created = ticket(priority="low")
    changed = client.put(f"{TICKETS}/{created['id']}", {"ticket": {"priority": "high", "tags": ["checked"]}})
    assert changed.status == 200
    read = client.get(f"{TICKETS}/{created['id']}").json["ticket"]
    assert (read["priority"], read["tags"]) == ("high", ["checked"])
    assert read["subject"] == created["subject"]
    assert read["updated_at"] >= created["updated_at"]


@pytest.mark.write
def test_a_change_on_stale_ground_is_refused(client, ticket):
    """`safe_update` with a stamp that is not the ticket's own: 409, and the ticket is as it was."""
    created = ticket(priority="low")
    late = {"priority": "urgent", "safe_update": True, "updated_stamp": "2020-01-01T00:00:00Z"}
    answer = client.put(f"{TICKETS}/{created['id']}", {"ticket": late})
    assert answer.status == 409
    assert answer.json["error"] == "UpdateConflict"
    assert client.get(f"{TICKETS}/{created['id']}").json["ticket"]["priority"] == "low"


@pytest.mark.write
def test_a_change_on_fresh_ground_is_taken(client, ticket):
    created = ticket(priority="low")
    now = {"priority": "urgent", "safe_update": True, "updated_stamp": created["updated_at"]}
    answer = client.put(f"{TICKETS}/{created['id']}", {"ticket": now})
    assert answer.status == 200
    assert answer.json["ticket"]["priority"] == "urgent"


@pytest.mark.write
def test_an_unknown_key_is_taken_with_a_warning(client, ticket):
    """The vendor accepts it and says so in a header (recorded 2023-09, 151 answers)."""
    created = ticket()
    answer = client.put(f"{TICKETS}/{created['id']}", {"ticket": {"deskcheck_unknown": 1}})
    assert answer.status == 200
    assert "deskcheck_unknown" in answer.header("x-zendesk-api-warn")
    assert "deskcheck_unknown" not in answer.json["ticket"]


@pytest.mark.write
def test_a_deleted_ticket_is_gone(client, ticket):
    created = ticket()
    assert client.delete(f"{TICKETS}/{created['id']}").status == 204
    answer = client.get(f"{TICKETS}/{created['id']}")
    assert answer.status == 404
    assert answer.json == NOT_FOUND


@pytest.mark.read
def test_the_largest_id_is_nobodys(client):
    answer = client.get(f"{TICKETS}/9223372036854775807")
    assert answer.status == 404
    assert answer.json == NOT_FOUND


@pytest.mark.write
def test_an_empty_ticket_is_refused_field_by_field(client):
    answer = client.post(TICKETS, {"ticket": {"comment": {"body": "", "public": False}}})
    assert answer.status == 422
    assert answer.json["error"] == "RecordInvalid"
    assert all(set(problem) >= {"description"} for field in answer.json["details"].values() for problem in field)


@pytest.mark.write
def test_the_same_key_makes_one_ticket(client):
    key, sent = {"Idempotency-Key": f"{client.mark}-{uuid.uuid4()}"}, body(client)
    first, second = (client.post(TICKETS, sent, headers=key) for _ in range(2))
    assert (first.status, second.status) == (201, 201)
    assert [answer.header("x-idempotency-lookup") for answer in (first, second)] == ["miss", "hit"]
    assert first.json["ticket"]["id"] == second.json["ticket"]["id"]


@pytest.mark.write
def test_a_key_is_good_for_one_body_only(client):
    key = {"Idempotency-Key": f"{client.mark}-{uuid.uuid4()}"}
    assert client.post(TICKETS, body(client), headers=key).status == 201
    other = client.post(TICKETS, body(client, priority="high"), headers=key)
    assert other.status == 400
    assert other.json["error"] == "IdempotentRequestError"
