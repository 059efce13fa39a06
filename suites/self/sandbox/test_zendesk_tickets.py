"""Tickets: what the vendor makes of them beside what was asked."""

from __future__ import annotations

import pytest
from zendesk_desk import Desk


@pytest.fixture
def desk():
    return Desk()


def refusal(reply):
    return reply.status, next(iter(reply.body["details"].values()))[0]["description"]


def test_a_new_ticket_is_shown_with_its_audit_and_where_it_lives(desk):
    reply = desk.post("/tickets", {"ticket": {"subject": "S", "comment": {"body": "B"}, "tags": ["Two Words", "b"]}})
    ticket, audit = reply.body["ticket"], reply.body["audit"]
    assert reply.status == 201
    assert reply.headers["location"] == ticket["url"]
    assert (ticket["status"], ticket["description"], ticket["tags"]) == ("new", "B", ["b", "two", "words"])
    assert audit["events"][0]["type"] == "Comment"
    assert {event["field_name"] for event in audit["events"][1:]} >= {"subject", "status", "requester_id"}


def test_a_ticket_without_text_is_refused(desk):
    assert refusal(desk.post("/tickets", {"ticket": {"subject": "empty"}})) == (422, "Description: cannot be blank")


def test_assigning_opens_a_new_ticket(desk):
    agent = desk.org.memo["people"]["agent@example.com"]["id"]
    ticket = desk.ticket()
    assert desk.put(f"/tickets/{ticket['id']}", {"ticket": {"assignee_id": agent}}).body["ticket"]["status"] == "open"


def test_solving_without_an_assignee_assigns_who_solves(desk):
    solved = desk.put(f"/tickets/{desk.ticket()['id']}", {"ticket": {"status": "solved"}}).body["ticket"]
    assert solved["assignee_id"] == desk.org.memo["people"]["admin@example.com"]["id"]


def test_closed_is_terminal(desk):
    path = f"/tickets/{desk.ticket()['id']}"
    assert desk.put(path, {"ticket": {"status": "closed"}}).status == 200
    reply = desk.put(path, {"ticket": {"subject": "again"}})
    assert refusal(reply) == (422, "Status: closed prevents ticket update")
    assert desk.put(f"{path}/tags", {"tags": ["late"]}).status == 422


@pytest.mark.parametrize(
    ("before", "after", "field"),
    [({"priority": "high"}, {"priority": None}, "priority"), ({"status": "open"}, {"status": "new"}, "status")],
)
def test_there_is_no_way_back_through_a_small_one_way_door(desk, before, after, field):
    ticket = desk.ticket(**before)
    reply = desk.put(f"/tickets/{ticket['id']}", {"ticket": after})
    assert reply.status == 422
    assert field in reply.body["details"]


def test_an_audit_tells_what_changed_and_how_it_was(desk):
    ticket = desk.ticket(subject="old")
    field = ticket["custom_fields"][0]["id"]
    change = {"subject": "new", "custom_fields": [{"id": field, "value": "A-1"}]}
    events = desk.put(f"/tickets/{ticket['id']}", {"ticket": change}).body["audit"]["events"]
    assert [(one["field_name"], one["previous_value"], one["value"]) for one in events] == [
        ("subject", "old", "new"),
        (str(field), None, "A-1"),
    ]


def test_a_comment_is_as_public_as_its_ticket_unless_it_says(desk):
    inner = desk.ticket(comment={"body": "private", "public": False})
    audit = desk.put(f"/tickets/{inner['id']}", {"ticket": {"comment": {"body": "more"}}}).body["audit"]
    assert audit["events"][0]["public"] is False
    audit = desk.put(f"/tickets/{inner['id']}", {"ticket": {"comment": {"body": "out", "public": True}}}).body["audit"]
    assert audit["events"][0]["public"] is True


def test_safe_update_refuses_what_was_changed_meanwhile(desk):
    ticket = desk.ticket()
    stamp = ticket["updated_at"]
    desk.clock.advance(5)
    desk.put(f"/tickets/{ticket['id']}", {"ticket": {"subject": "first"}})
    late = {"subject": "second", "safe_update": True, "updated_stamp": stamp}
    reply = desk.put(f"/tickets/{ticket['id']}", {"ticket": late})
    assert reply.status == 409
    assert desk.get(f"/tickets/{ticket['id']}").body["ticket"]["subject"] == "first"


def test_an_idempotency_key_replays_the_first_answer(desk):
    body = {"ticket": {"subject": "once", "comment": {"body": "x"}}}
    first = desk.post("/tickets", body, headers={"idempotency-key": "k"})
    again = desk.post("/tickets", body, headers={"idempotency-key": "k"})
    assert (first.headers["x-idempotency-lookup"], again.headers["x-idempotency-lookup"]) == ("miss", "hit")
    assert again.body == first.body
    assert len(desk.org.store["tickets"]) == 6

    other = {"ticket": {"subject": "other", "comment": {"body": "x"}}}
    reply = desk.post("/tickets", other, headers={"idempotency-key": "k"})
    assert (reply.status, reply.body["error"]) == (400, "IdempotentRequestError")

    desk.clock.advance(2 * 3600 + 1)
    assert desk.post("/tickets", other, headers={"idempotency-key": "k"}).headers["x-idempotency-lookup"] == "miss"


def test_a_requester_by_address_becomes_a_user_once(desk):
    who = {"name": "New Person", "email": "new.person@example.com"}
    first, second = desk.ticket(requester=who), desk.ticket(requester=who)
    assert first["requester_id"] == second["requester_id"]
    assert desk.get(f"/users/{first['requester_id']}").body["user"]["email"] == "new.person@example.com"


def test_deleted_tickets_can_come_back_until_they_are_gone_for_good(desk):
    ident = desk.ticket()["id"]
    assert desk.delete(f"/tickets/{ident}").status == 204
    assert desk.get(f"/tickets/{ident}").status == 404
    assert ident in [row["id"] for row in desk.get("/deleted_tickets").body["deleted_tickets"]]
    assert desk.put(f"/deleted_tickets/{ident}/restore").body == {}
    assert desk.get(f"/tickets/{ident}").status == 200

    desk.delete(f"/tickets/{ident}")
    assert desk.delete(f"/deleted_tickets/{ident}").body["job_status"]["status"] == "queued"
    assert desk.put(f"/deleted_tickets/{ident}/restore").status == 404


def test_merged_tickets_are_closed_and_the_target_lives_on(desk):
    target, source = desk.ticket()["id"], desk.ticket()["id"]
    assert desk.post(f"/tickets/{target}/merge", {"ids": [source], "source_comment": "see the other"}).status == 200
    assert desk.get(f"/tickets/{source}").body["ticket"]["status"] == "closed"
    assert desk.get(f"/tickets/{target}").body["ticket"]["status"] == "new"


def test_redacting_takes_the_words_away_for_good(desk):
    ident = desk.ticket(comment={"body": "my card is 4111"})["id"]
    comment = desk.get(f"/tickets/{ident}/comments").body["comments"][0]
    desk.put(f"/tickets/{ident}/comments/{comment['id']}/redact", {"text": "4111"})
    shown = desk.get(f"/tickets/{ident}/comments").body["comments"][0]
    assert "4111" not in shown["body"] + shown["html_body"]


def test_spam_deletes_the_ticket_and_suspends_who_sent_it(desk):
    customer = desk.user()
    ident = desk.ticket(requester_id=customer["id"])["id"]
    assert desk.put(f"/tickets/{ident}/mark_as_spam").status == 200
    assert desk.get(f"/tickets/{ident}").status == 404
    assert desk.get(f"/users/{customer['id']}").body["user"]["suspended"] is True


def test_tags_are_set_added_and_taken_away(desk):
    path = f"/tickets/{desk.ticket(tags=['a'])['id']}/tags"
    assert desk.put(path, {"tags": ["b"]}).body["tags"] == ["a", "b"]
    assert desk.ask("DELETE", path, {"tags": ["a"]}).body["tags"] == ["b"]
    assert desk.post(path, {"tags": ["c"]}).body["tags"] == ["c"]
    assert desk.put(path, {"tags": "c"}).status == 400


def test_unknown_keys_are_taken_with_a_warning(desk):
    reply = desk.put(f"/tickets/{desk.ticket()['id']}", {"ticket": {"id": 1, "colour": "red"}})
    assert reply.status == 200
    assert reply.headers["x-zendesk-api-warn"] == (
        '{:allowed_parameters=>{:controller=>"tickets", :action=>"update", '
        ':unpermitted_keys=>["ticket.id", "ticket.colour"], :invalid_values=>[]}}'
    )


def test_a_warning_cannot_end_its_header(desk):
    reply = desk.put(f"/tickets/{desk.ticket()['id']}", {"ticket": {"x\r\nset-cookie: a=b": 1}})
    assert "\n" not in reply.headers["x-zendesk-api-warn"]


def test_sideloads_come_once_each(desk):
    body = desk.get("/tickets", include="users,groups").body
    idents = [user["id"] for user in body["users"]]
    assert len(idents) == len(set(idents)) > 0


def test_ten_thousand_tickets_do_not_slow_the_last_ones(desk):
    from time import process_time

    def batch(size: int = 1000) -> float:
        start = process_time()
        for _ in range(size):
            desk.ticket()
        return process_time() - start

    first = min(batch() for _ in range(2))
    for _ in range(6):
        batch()
    assert min(batch() for _ in range(2)) < 2 * first
    assert len(desk.org.store["tickets"]) > 10_000
