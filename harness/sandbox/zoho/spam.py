"""Spam: records marked as spam, and deleted permanently."""

from __future__ import annotations

from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.service import Behaviour
from harness.sandbox.zoho import trash
from harness.sandbox.zoho.body import given
from harness.sandbox.zoho.bulk import for_each, set_fields


def mark_as_spam(org: Org, call: Call, table: str, ident: str) -> bool:
    """Mark as spam, or as none where the body says so."""
    return set_fields(isSpam=bool(given(call, "isSpam", True)))(org, call, table, ident)


def delete_marked(org: Org, call: Call, table: str, ident: str) -> bool:
    """Delete permanently, but only what is marked as spam."""
    record = org.store[table].get(ident)
    return bool(record is not None and record.get("isSpam") and trash.erase(org, table, ident))


def delete_all_marked(*tables: str) -> Behaviour:
    """Delete all spam of these tables permanently, of one department where the body names it."""

    def behaviour(org: Org, call: Call) -> Reply:
        wanted = given(call, "departmentId")
        for table in tables:
            for row in org.store[table].where(lambda row: bool(row.get("isSpam"))):
                if wanted is None or str(row.get("departmentId", wanted)) == str(wanted):
                    trash.erase(org, table, str(row["id"]))
        return Reply(org.engine.plan_of(call).status)

    return behaviour


BEHAVIOURS: dict[str, Behaviour] = {
    "markTicketAsSpam": for_each("tickets", "ids", mark_as_spam),
    "markContactsAsSpam": for_each("contacts", "ids", mark_as_spam),
    "deleteSpamTickets": for_each("tickets", "ticketIds", delete_marked),
    "deleteSpamContacts": for_each("contacts", "contactIds", delete_marked),
    "deleteSpamTasks": for_each("tasks", "taskIds", delete_marked),
    "deleteSpamCalls": for_each("calls", "callIds", delete_marked),
    "deleteSpamEvents": for_each("events", "eventIds", delete_marked),
    "deleteAllSpamTickets": delete_all_marked("tickets"),
    "deleteAllSpamTasks": delete_all_marked("tasks"),
    "deleteAllSpamCalls": delete_all_marked("calls"),
    "deleteAllSpamEvents": delete_all_marked("events"),
    "deleteSpamActivities": delete_all_marked("tasks", "calls", "events"),
}
