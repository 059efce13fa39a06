"""Tickets seen from elsewhere: those of an agent, archived ones, numbers of them, and the activities of one."""

from __future__ import annotations

from harness.sandbox.behaviours import about, about_path
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.service import Behaviour
from harness.sandbox.store import Record
from harness.sandbox.zoho.associations import TICKETS
from harness.sandbox.zoho.body import ticket_of
from harness.sandbox.zoho.derived import actor


def followed(org: Org, call: Call) -> Reply:
    """GET /associatedTickets: of the acting agent, as assignee or follower."""
    mine = actor(org)["id"]
    rows = [one for one in org.store["tickets"] if one.get("assigneeId") == mine]
    rows += [one for one in TICKETS.lefts(org, mine) if one.get("assigneeId") != mine]
    return org.engine.listed(org, call, rows)


def archived(org: Org, call: Call) -> Reply:
    """GET /tickets/archivedTickets: closed ones that were put aside; here none is."""
    rows = org.store["tickets"].where(lambda one: bool(one.get("isArchived")))
    return org.engine.listed(org, call, rows)


def statistics(link: str) -> Behaviour:
    """GET …/statistics of a contact or account: how many tickets of which state."""

    @about_path(f"{link.removesuffix('Id')}s", link)
    def behaviour(org: Org, call: Call, record: Record) -> Reply:
        ident = str(record["id"])
        rows = org.store["tickets"].where(lambda one: one.get(link) == ident)
        kinds = {"openTickets": "Open", "closedTickets": "Closed", "onholdTickets": "On Hold"}
        record = {name: str(sum(one.get("statusType") == kind for one in rows)) for name, kind in kinds.items()}
        record |= {"totalTickets": str(len(rows)), "spamTickets": str(sum(bool(one.get("isSpam")) for one in rows))}
        return org.engine.shown(org.engine.plan_of(call), record)

    return behaviour


@about(ticket_of)
def activities(org: Org, call: Call, ticket: Record) -> Reply:
    """GET /tickets/{ticketId}/activities: its tasks, events and calls."""
    rows = [
        {**one, "activityType": kind}
        for kind, table in (("Tasks", "tasks"), ("Events", "events"), ("Calls", "calls"))
        for one in org.store[table].where(ticketId=ticket["id"])
    ]
    return org.engine.listed(org, call, rows)


BEHAVIOURS: dict[str, Behaviour] = {
    "getAssociatedTickets": followed,
    "getArchivedTickets": archived,
    "getAccountStatistics": statistics("accountId"),
    "getContactStatistics": statistics("contactId"),
    "getActivitiesForTicket": activities,
}
