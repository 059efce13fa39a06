"""Tickets: created with their first thread, updated with an event in the history, resolved."""

from __future__ import annotations

from typing import Any

from harness.sandbox.answer_plan import AnswerPlan
from harness.sandbox.behaviours import about
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.service import Behaviour
from harness.sandbox.store import Record
from harness.sandbox.zoho.body import given, ticket_of, ticket_or_trashed_of
from harness.sandbox.zoho.conversations import add_thread
from harness.sandbox.zoho.derived import stamp
from harness.sandbox.zoho.history import add_event

RESOLUTION = "tickets/resolution"


def create(org: Org, call: Call) -> Reply:
    """POST /tickets: 200 with the bare ticket (client report). A new contact may come along in `contact`."""
    plan = org.engine.plan_of(call)
    fields = dict(call.fields)
    contact = fields.pop("contact", None)
    if isinstance(contact, dict) and not fields.get("contactId"):
        fields["contactId"] = _contact(org, call, contact)["id"]
    call.body = fields
    return org.engine.shown(call, open_ticket(org, call, plan, fields), plan)


def open_ticket(org: Org, call: Call, plan: AnswerPlan, fields: dict[str, Any]) -> Record:
    """A new ticket; its description is its first thread."""
    ticket = org.engine.make(org, call, plan, fields)
    ticket["accountId"] = (org.store["contacts"].get(ticket.get("contactId")) or {}).get("accountId")
    if fields.get("description"):
        is_mail = str(ticket["channel"]).lower() == "email"
        add_thread(
            org, call, ticket, content=fields["description"], direction="in", channel="EMAIL" if is_mail else "WEB",
            isDescriptionThread=not is_mail,
        )  # fmt: skip
    return ticket


def _contact(org: Org, call: Call, fields: dict[str, Any]) -> Record:
    """The contact with this address, or a new one."""
    email = fields.get("email")
    contacts = org.store["contacts"].where(lambda contact: bool(email and contact.get("email") == email))
    if contacts:
        return contacts[0]
    plan = org.engine.plan(org.engine.operation("createContact"))
    return org.engine.make(org, call, plan, fields)


@about(ticket_or_trashed_of)
def show(org: Org, call: Call, ticket: Record) -> Reply:
    """GET /tickets/{ticketId}: one in the trash is shown too, and says so in `isTrashed` (client report, live 2026)."""
    return org.engine.shown(call, ticket)


def update(org: Org, call: Call) -> Reply | None:
    """PATCH /tickets/{ticketId}: as any record, with an event in the history."""
    ticket = ticket_of(org, call)
    if ticket is not None:
        add_event(org, call, str(ticket["id"]), "TicketUpdated")
        ticket.update((name, None) for name in ("assigneeId", "productId") if call.fields.get(name, "") is None)
    return None


@about(ticket_of)
def resolution(org: Org, call: Call, ticket: Record) -> Reply:
    """GET, PATCH and DELETE /tickets/{ticketId}/resolution; the ticket shows the text as well."""
    resolutions, ident = org.store[RESOLUTION], str(ticket["id"])
    if call.method == "DELETE":
        resolutions.remove(ident)
        ticket["resolution"] = None
        return Reply(204)
    if call.method == "PATCH":
        ticket["resolution"] = given(call, "content")
        resolutions.add({"id": ident, "content": ticket["resolution"], "modifiedTime": stamp(org, call.now)})
    record = resolutions.get(ident) or {"content": None, "modifiedTime": None, "author": None}
    return org.engine.shown(call, record)


BEHAVIOURS: dict[str, Behaviour] = {
    "createTicket": create,
    "getTicket": show,
    "updateTicket": update,
    "getTicketResolution": resolution,
    "updateTicketResolution": resolution,
    "deleteTicketResolution": resolution,
}
