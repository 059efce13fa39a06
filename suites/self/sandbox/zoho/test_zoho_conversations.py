"""Threads, replies and comments of a ticket."""

from __future__ import annotations


def test_a_reply_is_kept_as_a_thread_and_noted_in_the_history(portal):
    created = portal.ticket(description="The binding gives.")
    body = {
        "channel": "EMAIL",
        "content": "We mend it.",
        "fromEmailAddress": "desk@example.com",
        "to": "jo@example.com",
    }
    sent = portal.post(f"/tickets/{created['id']}/sendReply", body)
    assert (sent.status, sent.body["content"], sent.body["direction"]) == (200, "We mend it.", "out")
    threads = portal.get(f"/tickets/{created['id']}/threads").body["data"]
    assert [row["direction"] for row in threads] == ["in", "out"]
    events = portal.get(f"/tickets/{created['id']}/History").body["data"]
    assert [row["eventName"] for row in events] == ["ThreadAdded", "TicketCreated"]


def test_a_comment_belongs_to_its_ticket_alone(portal):
    one, two = portal.ticket(), portal.ticket()
    created = portal.post(
        f"/tickets/{one['id']}/comments", {"content": "Seen.", "contentType": "plainText", "attachmentIds": []}
    )
    ident = created.body["id"]
    assert portal.get(f"/tickets/{one['id']}/comments/{ident}").body["content"] == "Seen."
    assert portal.get(f"/tickets/{two['id']}/comments/{ident}").status == 404
    assert portal.send("DELETE", f"/tickets/{one['id']}/comments/{ident}").status == 200
    assert portal.get(f"/tickets/{one['id']}/comments/{ident}").status == 404


def test_a_thread_can_leave_for_a_ticket_of_its_own(portal):
    created = portal.ticket(description="Two things at once")
    thread = portal.get(f"/tickets/{created['id']}/threads").body["data"][0]["id"]
    split = portal.post(f"/tickets/{created['id']}/threads/{thread}/split").body
    assert split["id"] != created["id"]
    assert [row["id"] for row in portal.get(f"/tickets/{split['id']}/threads").body["data"]] == [thread]
    assert portal.get(f"/tickets/{created['id']}/threads").status in (200, 204)
