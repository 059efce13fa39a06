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
    assert [row["direction"] for row in threads] == ["out", "in"]
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


def test_threads_say_who_wrote_to_whom(portal):
    out, came = portal.get(f"/tickets/{portal.first('tickets')}/threads").body["data"]
    assert (out["author"]["type"], came["author"]["type"]) == ("AGENT", "END_USER")
    assert out["responderId"] == out["author"]["id"] == portal.first("agents")
    assert came["author"]["id"] == portal.first("contacts")
    assert (out["to"], came["fromEmailAddress"]) == ("jo@quill.example.com", "jo@quill.example.com")
    assert {row["contentType"] for row in (out, came)} == {"text/html"}
    assert "content" not in out


def test_a_ticket_that_no_mail_opened_has_a_description_without_addresses(portal):
    created = portal.ticket(description="Seen at the desk.")
    (thread,) = portal.get(f"/tickets/{created['id']}/threads").body["data"]
    assert (thread["channel"], thread["isDescriptionThread"]) == ("WEB", True)
    assert "fromEmailAddress" not in thread


def test_one_thread_and_the_latest_one_are_shown_in_full(portal):
    ticket = portal.first("tickets")
    newest = portal.get(f"/tickets/{ticket}/threads").body["data"][0]["id"]
    shown = portal.get(f"/tickets/{ticket}/threads/{newest}")
    assert (shown.status, shown.body["content"]) == (200, "We look into it.")
    assert portal.get(f"/tickets/{ticket}/latestThread").body == shown.body
    assert portal.get(f"/tickets/{ticket}/threads/730000000000999999").status == 404
    other = list(portal.org.store["tickets"].rows)[1]
    assert portal.get(f"/tickets/{other}/threads/{newest}").status == 404
    assert portal.get("/tickets/730000000000999999/latestThread").status == 404


def test_a_conversation_holds_threads_and_comments(portal):
    created = portal.ticket(description="The binding gives.")["id"]
    comment = portal.post(f"/tickets/{created}/comments", {"content": "Seen.", "isPublic": False}).body["id"]
    entries = portal.get(f"/tickets/{created}/conversations").body["data"]
    assert [entry["type"] for entry in entries] == ["comment", "thread"]
    assert entries[0]["id"] == comment


def test_a_ticket_that_is_not_there_has_an_empty_conversation(portal):
    reply = portal.get("/tickets/730000000000999999/conversations", limit="many", from_="-1")
    assert (reply.status, reply.body) == (200, {"data": []})


def test_a_comment_needs_its_text_and_no_more_and_is_by_the_agent(portal):
    ticket = portal.ticket()["id"]
    created = portal.post(f"/tickets/{ticket}/comments", {"content": "Seen.", "isPublic": False})
    assert (created.status, created.body["isPublic"]) == (200, False)
    assert created.body["commenterId"] == created.body["commenter"]["id"] == portal.first("agents")
    assert (created.body["attachments"], created.body["impersonatedUser"]) == ([], None)
    assert portal.post(f"/tickets/{ticket}/comments", {"isPublic": True}).status == 422
    assert portal.get(f"/tickets/{ticket}").body["commentCount"] == "1"


def test_a_ticket_without_comments_has_an_empty_list_of_them(portal):
    reply = portal.get(f"/tickets/{portal.ticket()['id']}/comments")
    assert (reply.status, reply.body) == (200, {"data": []})
