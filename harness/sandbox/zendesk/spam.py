"""Spam: a ticket marked as spam is deleted and its requester suspended."""

from __future__ import annotations

from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.zendesk import errors, jobs


def mark(org: Org, call: Call) -> Reply:
    """PUT tickets/{id}/mark_as_spam: the ticket is deleted, its requester suspended."""
    if not _mark(org, call, call.values["ticket_id"]):
        return errors.missing(org, call)
    return Reply(200, "")


def mark_many(org: Org, call: Call) -> Reply:
    """PUT tickets/mark_many_as_spam."""
    wanted = call.listed("ids")
    if not wanted:
        return errors.attribute("ids", "must be a list of ids")
    done = [jobs.changed(int(ident), "mark_as_spam") for ident in wanted if _mark(org, call, ident)]
    return jobs.start(org, call, "Bulk Update Ticket", done)


def _mark(org: Org, call: Call, ident: str) -> bool:
    ticket = org.store["tickets"].move_to_trash(ident)
    if ticket is None:
        return False
    requester = org.store["users"].get(ticket["requester_id"])
    if requester is not None and requester["role"] == "end-user":
        requester["suspended"] = True
    return True


BEHAVIOURS = {
    "PUT /api/v2/tickets/{ticket_id}/mark_as_spam": mark,
    "PUT /api/v2/tickets/mark_many_as_spam": mark_many,
}
