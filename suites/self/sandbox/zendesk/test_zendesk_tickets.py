"""Tickets: what the vendor makes of them beside what was asked."""

from __future__ import annotations

import pytest


def refusal(reply):
    return reply.status, next(iter(reply.body["details"].values()))[0]["description"]


def test_a_new_ticket_is_shown_with_its_audit_and_where_it_lives(account):
    reply = account.post("/tickets", {"ticket": {"subject": "S", "comment": {"body": "B"}, "tags": ["Two Words", "b"]}})
    ticket, audit = reply.body["ticket"], reply.body["audit"]
    assert reply.status == 201
    assert reply.headers["location"] == ticket["url"]
    assert (ticket["status"], ticket["description"], ticket["tags"]) == ("new", "B", ["b", "two", "words"])
    assert audit["events"][0]["type"] == "Comment"
    assert {event["field_name"] for event in audit["events"][1:]} >= {"subject", "status", "requester_id"}


def test_a_ticket_without_text_is_refused(account):
    assert refusal(account.post("/tickets", {"ticket": {"subject": "empty"}})) == (422, "Description: cannot be blank")


def test_assigning_opens_a_new_ticket(account):
    agent = account.org.memo["people"]["agent@example.com"]["id"]
    ticket = account.ticket()
    assert (
        account.put(f"/tickets/{ticket['id']}", {"ticket": {"assignee_id": agent}}).body["ticket"]["status"] == "open"
    )


def test_solving_without_an_assignee_assigns_who_solves(account):
    solved = account.put(f"/tickets/{account.ticket()['id']}", {"ticket": {"status": "solved"}}).body["ticket"]
    assert solved["assignee_id"] == account.org.memo["people"]["admin@example.com"]["id"]


def test_closed_is_terminal(account):
    path = f"/tickets/{account.ticket()['id']}"
    assert account.put(path, {"ticket": {"status": "closed"}}).status == 200
    reply = account.put(path, {"ticket": {"subject": "again"}})
    assert refusal(reply) == (422, "Status: closed prevents ticket update")
    assert account.put(f"{path}/tags", {"tags": ["late"]}).status == 422


@pytest.mark.parametrize(
    ("before", "after", "field"),
    [({"priority": "high"}, {"priority": None}, "priority"), ({"status": "open"}, {"status": "new"}, "status")],
)
def test_there_is_no_way_back_through_a_small_one_way_door(account, before, after, field):
    ticket = account.ticket(**before)
    reply = account.put(f"/tickets/{ticket['id']}", {"ticket": after})
    assert reply.status == 422
    assert field in reply.body["details"]


def test_safe_update_refuses_what_was_changed_meanwhile(account):
    ticket = account.ticket()
    stamp = ticket["updated_at"]
    account.clock.advance(5)
    account.put(f"/tickets/{ticket['id']}", {"ticket": {"subject": "first"}})
    late = {"subject": "second", "safe_update": True, "updated_stamp": stamp}
    reply = account.put(f"/tickets/{ticket['id']}", {"ticket": late})
    assert reply.status == 409
    assert account.get(f"/tickets/{ticket['id']}").body["ticket"]["subject"] == "first"


def test_an_idempotency_key_replays_the_first_answer(account):
    body = {"ticket": {"subject": "once", "comment": {"body": "x"}}}
    first = account.post("/tickets", body, headers={"idempotency-key": "k"})
    again = account.post("/tickets", body, headers={"idempotency-key": "k"})
    assert (first.headers["x-idempotency-lookup"], again.headers["x-idempotency-lookup"]) == ("miss", "hit")
    assert again.body == first.body
    assert len(account.org.store["tickets"]) == 6

    other = {"ticket": {"subject": "other", "comment": {"body": "x"}}}
    reply = account.post("/tickets", other, headers={"idempotency-key": "k"})
    assert (reply.status, reply.body["error"]) == (400, "IdempotentRequestError")

    account.clock.advance(2 * 3600 + 1)
    assert account.post("/tickets", other, headers={"idempotency-key": "k"}).headers["x-idempotency-lookup"] == "miss"


def test_ten_thousand_tickets_do_not_slow_the_last_ones(account):
    from time import process_time

    def batch(size: int = 1000) -> float:
        start = process_time()
        for _ in range(size):
            account.ticket()
        return process_time() - start

    first = min(batch() for _ in range(2))
    for _ in range(6):
        batch()
    assert min(batch() for _ in range(2)) < 2 * first
    assert len(account.org.store["tickets"]) > 10_000
