"""The history of a ticket: an event for each change, newest first."""

from __future__ import annotations

from harness.sandbox.behaviours import about
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.service import Behaviour
from harness.sandbox.store import Record
from harness.sandbox.zoho.body import ticket_of
from harness.sandbox.zoho.derived import actor, stamp
from harness.sandbox.zoho.ids import new_id

HISTORY = "tickets/History"
# The events of each category that `eventFilter` takes, by the beginnings of their names (document: getTicketHistory).
# Categories of automation (WorkflowHistory and the like) say who caused an event, which no name tells.
_CATEGORIES: dict[str, tuple[str, ...]] = {
    "CommentHistory": ("Comment",),
    "TimeEntryHistory": ("TimeEntry",),
    "TaskHistory": ("Task",),
    "CallHistory": ("Call",),
    "EventHistory": ("Event",),
    "AttachmentHistory": ("Attachment",),
    "ApprovalHistory": ("Approval",),
    "SuperviseHistory": ("OvershotDueTime", "TicketEscalated"),
    "WorkflowHistory": ("WorkflowActionFailed", "CustomFunctionExecuted"),
    "NotificationRuleHistory": ("NotificationSent",),
    "SLAHistory": ("OvershotDueTime", "TicketEscalated"),
    "BlueprintHistory": ("Blueprint",),
    "ZiaRelatedHistory": ("LanguageDetection",),
}


def add_event(org: Org, call: Call, ticket: str, event: str) -> None:
    """A line in a ticket's history."""
    rows = org.store[HISTORY]
    by = {"id": actor(org)["id"], "name": actor(org).get("name"), "type": "Agent"}
    rows.add({"id": new_id(org, HISTORY, {}), "eventName": event, "eventTime": stamp(org, call.now), "actor": by},
             (ticket,))  # fmt: skip


@about(ticket_of)
def history(org: Org, call: Call, ticket: Record) -> Reply:
    """GET /tickets/{ticketId}/History: newest first, the creation last; of one category where the query names it."""
    creation = {"eventName": "TicketCreated", "eventTime": ticket["createdTime"]}
    rows = [*reversed(org.store[HISTORY].within((str(ticket["id"]),))), creation]
    category = call.arg("eventFilter")
    if category:
        rows = [row for row in rows if row["eventName"].startswith(_CATEGORIES.get(category, ()))]
    return org.engine.listed(org, call, rows)


BEHAVIOURS: dict[str, Behaviour] = {
    "getTicketHistory": history,
}
