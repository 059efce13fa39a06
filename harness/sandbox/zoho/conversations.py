"""Conversations: the threads of a ticket, its replies, drafts and comments."""

from __future__ import annotations

import copy
from typing import Any

from harness.sandbox.behaviours import about
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.service import Behaviour
from harness.sandbox.store import Record
from harness.sandbox.zoho import errors
from harness.sandbox.zoho.body import ticket_of, ticket_or_trashed_of
from harness.sandbox.zoho.derived import actor, set_derived, stamp
from harness.sandbox.zoho.history import add_event
from harness.sandbox.zoho.ids import new_id

THREADS, COMMENTS = "tickets/threads", "tickets/comments"
# What every thread shows beside its text and the people in it (recorded exchanges, 2025-10).
_NEW_THREAD: Record = {
    "channel": "EMAIL", "canReply": True, "contentType": "text/html", "hasAttach": False, "status": "SUCCESS",
    "attachmentCount": "0", "attachments": [], "sentiment": None, "aspects": None, "keyWords": None, "actions": [],
    "channelRelatedInfo": None, "respondedIn": None, "lastRatingIconURL": None, "readReceipts": None,
    "impersonatedUser": None, "isDescriptionThread": False, "visibility": "public", "isContentTruncated": False,
    "fullContentURL": None,
    "source": {"extId": None, "appName": None, "appPhotoURL": None, "permalink": None, "type": "SYSTEM"},
}  # fmt: skip
_CONTENT_TYPES = {"html": "text/html", "plainText": "text/plain"}
_SUMMARY = 100


def add_thread(org: Org, call: Call, ticket: Record, **fields: Any) -> Record:
    """A new thread of a ticket, an e-mail unless the fields name another channel.

    What comes in is from the ticket's contact, what goes out is from the acting agent.
    """
    plan = org.engine.plan(org.engine.operation("sendReply"))
    model = org.engine.model(plan)
    form = model.schemas.form(plan.schema, {"channel": str(fields.get("channel") or "EMAIL")})
    record = {**copy.deepcopy(org.engine.defaults(model, form)), **copy.deepcopy(_NEW_THREAD)}
    record.pop("responderId", None)
    record |= _people(org, ticket, fields) | fields
    record["contentType"] = _CONTENT_TYPES.get(record["contentType"], record["contentType"])
    record["summary"] = str(record.get("content") or "")[:_SUMMARY]
    record |= {"id": new_id(org, THREADS, {}), "createdTime": stamp(org, call.now)}
    ticket["lastThread"] = {
        "channel": record["channel"],
        "isDraft": record["status"] == "DRAFT",
        "isForward": bool(record.get("isForward")),
        "direction": record["direction"],
    }
    if record["direction"] == "in":
        ticket["customerResponseTime"] = record["createdTime"]
    threads = org.store[THREADS]
    threads.add(record, (str(ticket["id"]),))
    ticket["threadCount"] = str(len(threads.within((str(ticket["id"]),))))
    return record


def _people(org: Org, ticket: Record, fields: Record) -> Record:
    """Who wrote a thread, and for an e-mail from and to which addresses."""
    contact = org.store["contacts"].get(ticket.get("contactId")) or {}
    goes_out = fields.get("direction") == "out"
    author = _author(actor(org), "AGENT") if goes_out else _author(contact, "END_USER")
    people: Record = {"author": author}
    if goes_out:
        people |= {"responderId": author["id"], "respondedIn": "00:05:00"}
    if fields.get("channel", "EMAIL") == "EMAIL":
        ours, theirs = "desk@example.com", str(contact.get("email") or "")
        sender, receiver = (ours, theirs) if goes_out else (theirs, ours)
        people |= {"fromEmailAddress": sender, "to": receiver, "cc": "", "bcc": "", "replyTo": None, "isForward": False}
    return people


def _author(person: Record, kind: str) -> Record:
    first, last = person.get("firstName"), person.get("lastName")
    return {
        "id": person.get("id"), "name": " ".join(filter(None, (first, last))), "firstName": first, "lastName": last,
        "email": person.get("emailId") or person.get("email"), "photoURL": person.get("photoURL"), "type": kind,
    }  # fmt: skip


@about(ticket_of)
def threads_of(org: Org, call: Call, ticket: Record) -> Reply:
    """GET /tickets/{ticketId}/threads: newest first (client report, live 2026)."""
    return org.engine.listed(org, call, org.store[THREADS].within((str(ticket["id"]),))[::-1])


@about(ticket_of)
def thread(org: Org, call: Call, ticket: Record) -> Reply:
    """GET /tickets/{ticketId}/threads/{threadId}: one thread in full."""
    threads, ident = org.store[THREADS], call.values["threadId"]
    if threads.scope.get(ident) != (str(ticket["id"]),):
        return errors.missing(org, call)
    return org.engine.shown(call, threads.rows[ident])


@about(ticket_of)
def latest_thread(org: Org, call: Call, ticket: Record) -> Reply:
    """GET /tickets/{ticketId}/latestThread: the newest one in full."""
    threads = org.store[THREADS].within((str(ticket["id"]),))
    return org.engine.shown(call, threads[-1]) if threads else errors.missing(org, call)


def conversations(org: Org, call: Call) -> Reply:
    """GET /tickets/{ticketId}/conversations: threads and comments, newest first.

    A ticket that is not there has none, and is no error (client report, live 2026).
    """
    scope = (call.values["ticketId"],)
    threads = [{**row, "type": "thread"} for row in org.store[THREADS].within(scope)]
    comments = [{**row, "type": "comment"} for row in org.store[COMMENTS].within(scope)]
    return org.engine.listed(org, call, sorted([*threads, *comments], key=_time_of)[::-1])


def _time_of(entry: Record) -> str:
    return str(entry.get("createdTime") or entry.get("commentedTime"))


@about(ticket_or_trashed_of)
def comments_of(org: Org, call: Call, ticket: Record) -> Reply:
    """GET /tickets/{ticketId}/comments: those of a ticket in the trash are shown as well (client report, live 2026)."""
    return org.engine.listed(org, call, org.store[COMMENTS].within((str(ticket["id"]),)))


def write_comment(event: str) -> Behaviour:
    """POST, PATCH and DELETE of a comment: as any record, with an event in the history."""

    @about(ticket_of)
    def behaviour(org: Org, call: Call, ticket: Record) -> Reply:
        reply = org.engine.generic(org, call)
        if reply.ok:
            add_event(org, call, str(ticket["id"]), event)
            ticket["commentCount"] = str(len(org.store[COMMENTS].within((str(ticket["id"]),))))
        return reply

    return behaviour


@about(ticket_of)
def send_reply(org: Org, call: Call, ticket: Record) -> Reply:
    """POST /tickets/{ticketId}/sendReply: stored as a thread; no mail is sent."""
    return _add_reply(org, call, ticket)


@about(ticket_of)
def draft_reply(org: Org, call: Call, ticket: Record) -> Reply:
    """POST /tickets/{ticketId}/draftReply."""
    return _add_reply(org, call, ticket, status="DRAFT")


def _add_reply(org: Org, call: Call, ticket: Record, **fields: Any) -> Reply:
    body = {name: value for name, value in call.fields.items() if value is not None}
    reply = add_thread(org, call, ticket, direction="out", **{**body, **fields})
    if body.get("ticketStatus"):
        ticket["status"] = body["ticketStatus"]
    set_derived(org, call, "tickets", ticket, False)
    add_event(org, call, str(ticket["id"]), "ThreadAdded")
    return org.engine.shown(call, reply)


@about(ticket_of)
def update_draft(org: Org, call: Call, _: Record) -> Reply:
    """PATCH /tickets/{ticketId}/draftReply/{threadId}."""
    draft = org.store[THREADS].get(call.values["threadId"])
    if draft is None:
        return errors.missing(org, call)
    draft.update({name: value for name, value in (call.body or {}).items() if value is not None})
    draft["contentType"] = _CONTENT_TYPES.get(draft["contentType"], draft["contentType"])
    return org.engine.shown(call, draft)


@about(ticket_of)
def split_thread(org: Org, call: Call, ticket: Record) -> Reply:
    """POST /tickets/{ticketId}/threads/{threadId}/split: the thread moves to a ticket of its own."""
    threads = org.store[THREADS]
    if threads.scope.get(call.values["threadId"]) != (str(ticket["id"]),):
        return errors.missing(org, call)
    new_ticket = copy.deepcopy(ticket)
    new_ticket["id"] = new_id(org, "tickets", {})
    set_derived(org, call, "tickets", new_ticket, True)
    threads.scope[call.values["threadId"]] = (str(new_ticket["id"]),)
    return org.engine.shown(call, org.store["tickets"].add(new_ticket))


@about(ticket_of)
def metrics(org: Org, call: Call, ticket: Record) -> Reply:
    """GET /tickets/{ticketId}/metrics, with the numbers of threads as they are."""
    threads = org.store[THREADS].within((str(ticket["id"]),))
    out = sum(row.get("direction") == "out" for row in threads)
    record = {"threadCount": str(len(threads)), "outgoingCount": str(out), "responseCount": str(out)}
    return org.engine.shown(call, record)


BEHAVIOURS: dict[str, Behaviour] = {
    "getThreads": threads_of,
    "getThread": thread,
    "getLatestThread": latest_thread,
    "getTicketConversations": conversations,
    "getTicketComments": comments_of,
    "createTicketComment": write_comment("CommentAdded"),
    "updateTicketComment": write_comment("CommentEdited"),
    "deleteTicketComment": write_comment("CommentDeleted"),
    "sendReply": send_reply,
    "draftsReply": draft_reply,
    "updateDrafts": update_draft,
    "splitThreadIntoNewTicket": split_thread,
    "getTicketsMetrics": metrics,
}
