"""Spam: tickets marked as such, which deletes them and suspends who asked."""

from __future__ import annotations

from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.zendesk import errors, jobs


def spam(org: Org, call: Call) -> Reply:
    """PUT tickets/{id}/mark_as_spam: the ticket is deleted, its requester suspended."""
    if not _spammed(org, call, call.values["ticket_id"]):
        return errors.missing(org, call)
    return Reply(200, "")


def spam_many(org: Org, call: Call) -> Reply:
    """PUT tickets/mark_many_as_spam."""
    wanted = call.listed("ids")
    if not wanted:
        return errors.attribute("ids", "must be a list of ids")
    done = [jobs.changed(int(ident), "mark_as_spam") for ident in wanted if _spammed(org, call, ident)]
    return jobs.start(org, call, "Bulk Update Ticket", done)


def _spammed(org: Org, call: Call, ident: str) -> bool:
    ticket = org.store["tickets"].bin(ident)
    if ticket is None:
        return False
    requester = org.store["users"].get(ticket["requester_id"])
    if requester is not None and requester["role"] == "end-user":
        requester["suspended"] = True
    return True


BEHAVIOURS = {
    "PUT /api/v2/tickets/{ticket_id}/mark_as_spam": spam,
    "PUT /api/v2/tickets/mark_many_as_spam": spam_many,
}
