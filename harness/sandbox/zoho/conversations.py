"""Conversations: the threads of a ticket, its replies and drafts."""

from __future__ import annotations

import copy
from typing import Any

from harness.sandbox.behaviours import about
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.service import Behaviour
from harness.sandbox.store import Record
from harness.sandbox.zoho import errors
from harness.sandbox.zoho.body import ticket_of
from harness.sandbox.zoho.derived import set_derived, stamp
from harness.sandbox.zoho.history import add_event
from harness.sandbox.zoho.ids import new_id

THREADS = "tickets/threads"


def add_thread(org: Org, call: Call, ticket: str, **fields: Any) -> Record:
    """A new thread of a ticket, an e-mail unless the fields name another channel."""
    plan = org.engine.plan(org.engine.operation("sendReply"))
    model = org.engine.model(plan)
    form = model.schemas.form(plan.schema, {"channel": str(fields.get("channel") or "EMAIL")})
    record = copy.deepcopy(org.engine.defaults(model, form))
    record |= {"channel": "EMAIL", "status": "SUCCESS", **fields}
    record |= {"id": new_id(org, THREADS, {}), "createdTime": stamp(org, call.now), "author": None}
    return org.store[THREADS].add(record, (ticket,))


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
    thread = add_thread(org, call, str(ticket["id"]), direction="out", **{**body, **fields})
    if body.get("ticketStatus"):
        ticket["status"] = body["ticketStatus"]
    ticket["threadCount"] = str(len(org.store[THREADS].within((str(ticket["id"]),))))
    set_derived(org, call, "tickets", ticket, False)
    add_event(org, call, str(ticket["id"]), "ThreadAdded")
    return org.engine.shown(call, thread)


@about(ticket_of)
def update_draft(org: Org, call: Call, _: Record) -> Reply:
    """PATCH /tickets/{ticketId}/draftReply/{threadId}."""
    thread = org.store[THREADS].get(call.values["threadId"])
    if thread is None:
        return errors.missing(org, call)
    thread.update({name: value for name, value in (call.body or {}).items() if value is not None})
    return org.engine.shown(call, thread)


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
    out = sum(thread.get("direction") == "out" for thread in threads)
    record = {"threadCount": str(len(threads)), "outgoingCount": str(out), "responseCount": str(out)}
    return org.engine.shown(call, record)


BEHAVIOURS: dict[str, Behaviour] = {
    "sendReply": send_reply,
    "draftsReply": draft_reply,
    "updateDrafts": update_draft,
    "splitThreadIntoNewTicket": split_thread,
    "getTicketsMetrics": metrics,
}
