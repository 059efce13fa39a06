"""Spam: records marked as such, and deleted for good."""

from __future__ import annotations

from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.service import Behaviour
from harness.sandbox.zoho import trash
from harness.sandbox.zoho.body import given
from harness.sandbox.zoho.bulk import each, put


def spam(org: Org, call: Call, table: str, ident: str) -> bool:
    """Mark as spam, or as none where the body says so."""
    return put(isSpam=bool(given(call, "isSpam", True)))(org, call, table, ident)


def erase_spam(org: Org, call: Call, table: str, ident: str) -> bool:
    """Delete for good, but only what is marked as spam."""
    record = org.store[table].get(ident)
    return bool(record is not None and record.get("isSpam") and trash.forget(org, table, ident))


def empty(*tables: str) -> Behaviour:
    """Delete all spam of these tables for good, of one department where the body names it."""

    def behaviour(org: Org, call: Call) -> Reply:
        wanted = given(call, "departmentId")
        for table in tables:
            for row in org.store[table].where(lambda one: bool(one.get("isSpam"))):
                if wanted is None or str(row.get("departmentId", wanted)) == str(wanted):
                    trash.forget(org, table, str(row["id"]))
        return Reply(org.engine.plan_of(call).status)

    return behaviour


BEHAVIOURS: dict[str, Behaviour] = {
    "markTicketAsSpam": each("tickets", "ids", spam),
    "markContactsAsSpam": each("contacts", "ids", spam),
    "deleteSpamTickets": each("tickets", "ticketIds", erase_spam),
    "deleteSpamContacts": each("contacts", "contactIds", erase_spam),
    "deleteSpamTasks": each("tasks", "taskIds", erase_spam),
    "deleteSpamCalls": each("calls", "callIds", erase_spam),
    "deleteSpamEvents": each("events", "eventIds", erase_spam),
    "deleteAllSpamTickets": empty("tickets"),
    "deleteAllSpamTasks": empty("tasks"),
    "deleteAllSpamCalls": empty("calls"),
    "deleteAllSpamEvents": empty("events"),
    "deleteSpamActivities": empty("tasks", "calls", "events"),
}
