"""Lists of tickets: those of the acting agent, archived ones, statistics, and the activities of a ticket."""

from __future__ import annotations

from harness.sandbox.behaviours import about, about_path
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.service import Behaviour
from harness.sandbox.store import Record
from harness.sandbox.zoho.associations import TICKET_FOLLOWERS
from harness.sandbox.zoho.body import ticket_of
from harness.sandbox.zoho.derived import actor


def followed(org: Org, call: Call) -> Reply:
    """GET /associatedTickets: of the acting agent, as assignee or follower."""
    agent = actor(org)["id"]
    rows = [row for row in org.store["tickets"] if row.get("assigneeId") == agent]
    rows += [row for row in TICKET_FOLLOWERS.lefts(org, agent) if row.get("assigneeId") != agent]
    return org.engine.listed(org, call, rows)


def archived(org: Org, call: Call) -> Reply:
    """GET /tickets/archivedTickets: closed ones that were archived; here none is."""
    rows = org.store["tickets"].where(lambda row: bool(row.get("isArchived")))
    return org.engine.listed(org, call, rows)


def statistics(link: str) -> Behaviour:
    """GET …/statistics of a contact or account: how many tickets of which state."""

    @about_path(f"{link.removesuffix('Id')}s", link)
    def behaviour(org: Org, call: Call, record: Record) -> Reply:
        ident = str(record["id"])
        rows = org.store["tickets"].where(lambda row: row.get(link) == ident)
        kinds = {"openTickets": "Open", "closedTickets": "Closed", "onholdTickets": "On Hold"}
        record = {name: str(sum(row.get("statusType") == kind for row in rows)) for name, kind in kinds.items()}
        record |= {"totalTickets": str(len(rows)), "spamTickets": str(sum(bool(row.get("isSpam")) for row in rows))}
        return org.engine.shown(call, record)

    return behaviour


@about(ticket_of)
def activities(org: Org, call: Call, ticket: Record) -> Reply:
    """GET /tickets/{ticketId}/activities: its tasks, events and calls."""
    rows = [
        {**activity, "activityType": kind}
        for kind, table in (("Tasks", "tasks"), ("Events", "events"), ("Calls", "calls"))
        for activity in org.store[table].where(ticketId=ticket["id"])
    ]
    return org.engine.listed(org, call, rows)


BEHAVIOURS: dict[str, Behaviour] = {
    "getAssociatedTickets": followed,
    "getArchivedTickets": archived,
    "getAccountStatistics": statistics("accountId"),
    "getContactStatistics": statistics("contactId"),
    "getActivitiesForTicket": activities,
}
