"""Tickets: creation with its thread, replies, resolution, merge, split, history."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.service import Behaviour
from harness.sandbox.store import Record
from harness.sandbox.zoho import errors, trash
from harness.sandbox.zoho.links import TICKETS
from harness.sandbox.zoho.records import actor, given, identify, ids, plan_of, stamp, touch

THREADS, HISTORY, RESOLUTION = "tickets/threads", "tickets/History", "tickets/resolution"


# What nobody has done to a new ticket yet.
_NEW: Record = {
    "resolution": None, "onholdTime": None, "responseDueDate": None, "customerResponseTime": None, "teamId": None,
    "entitySkills": [], "secondaryContacts": [], "sharedDepartments": [], "channelRelatedInfo": None, "slaId": None,
}  # fmt: skip


def ticket_of(org: Org, call: Call) -> Record | None:
    """The ticket that the path names, by whichever of the document's names for its id."""
    names = ("ticketId", "ticket_id", "caseId", "entityId", "requestId")
    return org.store["tickets"].get(next((call.values[name] for name in names if name in call.values), ""))


def create(org: Org, call: Call) -> Reply:
    """POST /tickets: 200 with the bare ticket (client report). A new contact may come along in `contact`."""
    plan = plan_of(org, call)
    fields = dict(call.body) if isinstance(call.body, dict) else {}
    contact = fields.pop("contact", None)
    if isinstance(contact, dict) and not fields.get("contactId"):
        fields["contactId"] = _contact(org, call, contact)["id"]
    call.body = fields
    ticket = org.engine.make(org, call, plan, fields)
    ticket |= copy.deepcopy(_NEW)
    ticket["accountId"] = (org.store["contacts"].get(ticket.get("contactId")) or {}).get("accountId")
    if fields.get("description"):
        thread(org, call, str(ticket["id"]), content=fields["description"], direction="in", isDescriptionThread=True)
    return org.engine.shown(plan, ticket)


def _contact(org: Org, call: Call, given_: dict[str, Any]) -> Record:
    """The contact with this address, or a new one."""
    email = given_.get("email")
    known = org.store["contacts"].where(lambda one: bool(email and one.get("email") == email))
    if known:
        return known[0]
    plan = org.engine.plan(org.engine.operation("createContact"))
    return org.engine.make(org, call, plan, given_)


def thread(org: Org, call: Call, ticket: str, **fields: Any) -> Record:
    """A new thread of a ticket, an e-mail unless said otherwise."""
    plan = org.engine.plan(org.engine.operation("sendReply"))
    side = org.engine.side(plan)
    form = side.schemas.form(plan.schema, {"channel": str(fields.get("channel") or "EMAIL")})
    record = copy.deepcopy(org.engine.filler(side, form))
    record |= {"channel": "EMAIL", "status": "SUCCESS", **fields}
    record |= {"id": identify(org, THREADS, {}), "createdTime": stamp(org, call.now), "author": None}
    return org.store[THREADS].add(record, (ticket,))


def reply(org: Org, call: Call, **fields: Any) -> Reply:
    """POST /tickets/{ticketId}/sendReply: kept as a thread; nothing is sent to anybody."""
    ticket = ticket_of(org, call)
    if ticket is None:
        return org.engine.service.ways.missing(org, call)
    body = (
        {name: value for name, value in call.body.items() if value is not None} if isinstance(call.body, dict) else {}
    )
    made = thread(org, call, str(ticket["id"]), direction="out", **{**body, **fields})
    if body.get("ticketStatus"):
        ticket["status"] = body["ticketStatus"]
    ticket["threadCount"] = str(len(org.store[THREADS].within((str(ticket["id"]),))))
    touch(org, call, "tickets", ticket, False)
    log(org, call, str(ticket["id"]), "ThreadAdded")
    return org.engine.shown(plan_of(org, call), made)


def draft(org: Org, call: Call) -> Reply:
    """POST /tickets/{ticketId}/draftReply."""
    return reply(org, call, status="DRAFT")


def redraft(org: Org, call: Call) -> Reply:
    """PATCH /tickets/{ticketId}/draftReply/{threadId}."""
    ticket = ticket_of(org, call)
    found = org.store[THREADS].get(call.values["threadId"])
    if ticket is None or found is None:
        return org.engine.service.ways.missing(org, call)
    found.update({name: value for name, value in (call.body or {}).items() if value is not None})
    return org.engine.shown(plan_of(org, call), found)


def update(org: Org, call: Call) -> Reply | None:
    """PATCH /tickets/{ticketId}: as any record, and noted in the history."""
    ticket = ticket_of(org, call)
    if ticket is not None:
        log(org, call, str(ticket["id"]), "TicketUpdated")
        if isinstance(call.body, dict):
            ticket.update({name: None for name in ("assigneeId", "productId") if call.body.get(name, "") is None})
    return None


def log(org: Org, call: Call, ticket: str, event: str) -> None:
    """A line in a ticket's history."""
    rows = org.store[HISTORY]
    by = {"id": actor(org)["id"], "name": actor(org).get("name"), "type": "Agent"}
    rows.add({"id": identify(org, HISTORY, {}), "eventName": event, "eventTime": stamp(org, call.now), "actor": by},
             (ticket,))  # fmt: skip


def history(org: Org, call: Call) -> Reply:
    """GET /tickets/{ticketId}/History: newest first, the creation last."""
    ticket = ticket_of(org, call)
    if ticket is None:
        return org.engine.service.ways.missing(org, call)
    born = {"eventName": "TicketCreated", "eventTime": ticket["createdTime"]}
    rows = [*reversed(org.store[HISTORY].within((str(ticket["id"]),))), born]
    wanted = call.arg("eventFilter")
    rows = [row for row in rows if wanted in ("", row["eventName"])]
    return org.engine.listed(org, call, plan_of(org, call), rows)


def merge(table: str, parameter: str) -> Behaviour:
    """POST …/merge: the record in the path stays, those in `ids` are gone. There is no way back."""

    def behaviour(org: Org, call: Call) -> Reply:
        kept, record = org.store[table], org.store[table].get(call.values[parameter])
        if record is None:
            return org.engine.service.ways.missing(org, call)
        others = [one for one in ids(call, "ids") if one != str(record["id"])]
        wrong = [index for index, one in enumerate(others) if kept.get(one) is None]
        if wrong:
            return errors.invalid(*((f"/ids/{index}", "invalid") for index in wrong))
        _inherit(org, table, str(record["id"]), others)
        for one in others:
            trash.forget(org, table, one)
        touch(org, call, table, record, False)
        return org.engine.shown(plan_of(org, call), record)

    return behaviour


def _inherit(org: Org, table: str, heir: str, others: Iterable[str]) -> None:
    """Threads and comments of the merged ones, and the tickets of merged contacts and accounts."""
    gone = set(others)
    if table == "tickets":
        for kept in (org.store[THREADS], org.store["tickets/comments"]):
            kept.scope.update({ident: (heir,) for ident, scope in kept.scope.items() if scope and scope[0] in gone})
        return
    link = "contactId" if table == "contacts" else "accountId"
    for row in org.store["tickets"].where(lambda one: one.get(link) in gone):
        row[link] = heir


def split(org: Org, call: Call) -> Reply:
    """POST /tickets/{ticketId}/threads/{threadId}/split: the thread moves to a ticket of its own."""
    ticket, threads = ticket_of(org, call), org.store[THREADS]
    if ticket is None or threads.scope.get(call.values["threadId"]) != (str(ticket["id"]),):
        return org.engine.service.ways.missing(org, call)
    made = copy.deepcopy(ticket)
    made["id"] = identify(org, "tickets", {})
    touch(org, call, "tickets", made, True)
    threads.scope[call.values["threadId"]] = (str(made["id"]),)
    return org.engine.shown(plan_of(org, call), org.store["tickets"].add(made))


def resolution(org: Org, call: Call) -> Reply:
    """GET, PATCH and DELETE /tickets/{ticketId}/resolution; the ticket shows the text as well."""
    ticket = ticket_of(org, call)
    if ticket is None:
        return org.engine.service.ways.missing(org, call)
    kept, ident = org.store[RESOLUTION], str(ticket["id"])
    if call.method == "DELETE":
        kept.remove(ident)
        ticket["resolution"] = None
        return Reply(204)
    if call.method == "PATCH":
        ticket["resolution"] = given(call, "content")
        kept.add({"id": ident, "content": ticket["resolution"], "modifiedTime": stamp(org, call.now)})
    record = kept.get(ident) or {"content": None, "modifiedTime": None, "author": None}
    return org.engine.shown(plan_of(org, call), record)


def followed(org: Org, call: Call) -> Reply:
    """GET /associatedTickets: of the acting agent, as assignee or follower."""
    mine = actor(org)["id"]
    rows = [one for one in org.store["tickets"] if one.get("assigneeId") == mine]
    rows += [one for one in TICKETS.lefts(org, mine) if one.get("assigneeId") != mine]
    return org.engine.listed(org, call, plan_of(org, call), rows)


def archived(org: Org, call: Call) -> Reply:
    """GET /tickets/archivedTickets: closed ones that were put aside; here none is."""
    rows = org.store["tickets"].where(lambda one: bool(one.get("isArchived")))
    return org.engine.listed(org, call, plan_of(org, call), rows)


def metrics(org: Org, call: Call) -> Reply | None:
    """GET /tickets/{ticketId}/metrics, with the numbers of threads as they are."""
    ticket = ticket_of(org, call)
    if ticket is None:
        return org.engine.service.ways.missing(org, call)
    threads = org.store[THREADS].within((str(ticket["id"]),))
    out = sum(one.get("direction") == "out" for one in threads)
    record = {"threadCount": str(len(threads)), "outgoingCount": str(out), "responseCount": str(out)}
    return org.engine.shown(plan_of(org, call), record)


def statistics(link: str) -> Behaviour:
    """GET …/statistics of a contact or account: how many tickets of which state."""

    def behaviour(org: Org, call: Call) -> Reply:
        ident = call.values[link]
        if org.store[f"{link.removesuffix('Id')}s"].get(ident) is None:
            return org.engine.service.ways.missing(org, call)
        rows = org.store["tickets"].where(lambda one: one.get(link) == ident)
        kinds = {"openTickets": "Open", "closedTickets": "Closed", "onholdTickets": "On Hold"}
        record = {name: str(sum(one.get("statusType") == kind for one in rows)) for name, kind in kinds.items()}
        record |= {"totalTickets": str(len(rows)), "spamTickets": str(sum(bool(one.get("isSpam")) for one in rows))}
        return org.engine.shown(plan_of(org, call), record)

    return behaviour


def activities(org: Org, call: Call) -> Reply:
    """GET /tickets/{ticketId}/activities: its tasks, events and calls."""
    ticket = ticket_of(org, call)
    if ticket is None:
        return org.engine.service.ways.missing(org, call)
    rows = [
        {**one, "activityType": kind}
        for kind, table in (("Tasks", "tasks"), ("Events", "events"), ("Calls", "calls"))
        for one in org.store[table].where(ticketId=ticket["id"])
    ]
    return org.engine.listed(org, call, plan_of(org, call), rows)


BEHAVIOURS: dict[str, Behaviour] = {
    "createTicket": create,
    "updateTicket": update,
    "sendReply": reply,
    "draftsReply": draft,
    "updateDrafts": redraft,
    "mergeTicket": merge("tickets", "ticketId"),
    "mergeContacts": merge("contacts", "contactId"),
    "mergeAccounts": merge("accounts", "accountId"),
    "splitThreadIntoNewTicket": split,
    "getTicketHistory": history,
    "getTicketResolution": resolution,
    "updateTicketResolution": resolution,
    "deleteTicketResolution": resolution,
    "getAssociatedTickets": followed,
    "getArchivedTickets": archived,
    "getTicketsMetrics": metrics,
    "getAccountStatistics": statistics("accountId"),
    "getContactStatistics": statistics("contactId"),
    "getActivitiesForTicket": activities,
}
