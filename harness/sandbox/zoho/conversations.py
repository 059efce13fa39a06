"""What is said on a ticket: its threads, replies and drafts."""

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
from harness.sandbox.zoho.history import log
from harness.sandbox.zoho.ids import new_id

THREADS = "tickets/threads"


def thread(org: Org, call: Call, ticket: str, **fields: Any) -> Record:
    """A new thread of a ticket, an e-mail unless said otherwise."""
    plan = org.engine.plan(org.engine.operation("sendReply"))
    model = org.engine.model(plan)
    form = model.schemas.form(plan.schema, {"channel": str(fields.get("channel") or "EMAIL")})
    record = copy.deepcopy(org.engine.defaults(model, form))
    record |= {"channel": "EMAIL", "status": "SUCCESS", **fields}
    record |= {"id": new_id(org, THREADS, {}), "createdTime": stamp(org, call.now), "author": None}
    return org.store[THREADS].add(record, (ticket,))


def reply(org: Org, call: Call, **fields: Any) -> Reply:
    """POST /tickets/{ticketId}/sendReply: kept as a thread; nothing is sent to anybody."""
    ticket = ticket_of(org, call)
    if ticket is None:
        return errors.missing(org, call)
    body = (
        {name: value for name, value in call.body.items() if value is not None} if isinstance(call.body, dict) else {}
    )
    made = thread(org, call, str(ticket["id"]), direction="out", **{**body, **fields})
    if body.get("ticketStatus"):
        ticket["status"] = body["ticketStatus"]
    ticket["threadCount"] = str(len(org.store[THREADS].within((str(ticket["id"]),))))
    set_derived(org, call, "tickets", ticket, False)
    log(org, call, str(ticket["id"]), "ThreadAdded")
    return org.engine.shown(org.engine.plan_of(call), made)


def draft(org: Org, call: Call) -> Reply:
    """POST /tickets/{ticketId}/draftReply."""
    return reply(org, call, status="DRAFT")


def redraft(org: Org, call: Call) -> Reply:
    """PATCH /tickets/{ticketId}/draftReply/{threadId}."""
    ticket = ticket_of(org, call)
    found = org.store[THREADS].get(call.values["threadId"])
    if ticket is None or found is None:
        return errors.missing(org, call)
    found.update({name: value for name, value in (call.body or {}).items() if value is not None})
    return org.engine.shown(org.engine.plan_of(call), found)


def split(org: Org, call: Call) -> Reply:
    """POST /tickets/{ticketId}/threads/{threadId}/split: the thread moves to a ticket of its own."""
    ticket, threads = ticket_of(org, call), org.store[THREADS]
    if ticket is None or threads.scope.get(call.values["threadId"]) != (str(ticket["id"]),):
        return errors.missing(org, call)
    made = copy.deepcopy(ticket)
    made["id"] = new_id(org, "tickets", {})
    set_derived(org, call, "tickets", made, True)
    threads.scope[call.values["threadId"]] = (str(made["id"]),)
    return org.engine.shown(org.engine.plan_of(call), org.store["tickets"].add(made))


@about(ticket_of)
def metrics(org: Org, call: Call, ticket: Record) -> Reply:
    """GET /tickets/{ticketId}/metrics, with the numbers of threads as they are."""
    threads = org.store[THREADS].within((str(ticket["id"]),))
    out = sum(one.get("direction") == "out" for one in threads)
    record = {"threadCount": str(len(threads)), "outgoingCount": str(out), "responseCount": str(out)}
    return org.engine.shown(org.engine.plan_of(call), record)


BEHAVIOURS: dict[str, Behaviour] = {
    "sendReply": reply,
    "draftsReply": draft,
    "updateDrafts": redraft,
    "splitThreadIntoNewTicket": split,
    "getTicketsMetrics": metrics,
}
