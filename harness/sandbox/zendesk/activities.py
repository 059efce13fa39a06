"""Activities: what happened to tickets that concerns an agent, in the order in which it happened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.sandbox.behaviours import about
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.store import Record
from harness.sandbox.zendesk import history, paging

# Leaves the ids of an audit's events alone; the next audit is farther away (`ids.STEP`).
_BEHIND_EVENTS = 100


def of_caller(org: Org, call: Call) -> list[Record]:
    """The activities of an agent: tickets that were assigned to them or to a group of theirs, and comments on those."""
    user = call.actor or {}
    groups = {row["group_id"] for row in org.store["group_memberships"].where(user_id=user.get("id"))}
    return [
        _activity(org, call.base, user, audit, *happened)
        for audit in history.of_org(org).audits
        if (happened := next(_happened(org, audit, user.get("id"), groups), None)) is not None
    ]


def _happened(org: Org, audit: history.Audit, user: Any, groups: set[Any]) -> Iterator[tuple[str, str, Record]]:
    """The verb, the words and the object of what an audit means to a user."""
    ticket = org.store["tickets"].get(audit.ticket_id)
    if ticket is None:
        return
    subject = {"id": ticket["id"], "subject": ticket["subject"]}
    for _, name, value, _ in audit.changes:
        if (name == "assignee_id" and value == user) or (name == "group_id" and value in groups):
            yield "tickets.assignment", f"ticket #{ticket['id']} was assigned", {"ticket": subject}
    if audit.comment is not None and ticket["assignee_id"] == user:
        comment = {"value": audit.comment.body, "public": audit.comment.public}
        yield "tickets.comment", f"ticket #{ticket['id']} was commented on", {"comment": comment}


def _activity(
    org: Org, base: str, user: Record, audit: history.Audit, verb: str, title: str, about_what: Record
) -> Record:
    ident = audit.id + _BEHIND_EVENTS
    actor = org.store["users"].get(audit.author_id) or user
    ticket = org.store["tickets"].rows[str(audit.ticket_id)]
    return {
        "url": f"{base}/api/v2/activities/{ident}.json", "id": ident, "title": title, "verb": verb,
        "user_id": user["id"], "actor_id": actor["id"], "updated_at": audit.created_at,
        "created_at": audit.created_at, "object": about_what,
        "target": {"ticket": {"id": ticket["id"], "subject": ticket["subject"]}}, "user": user, "actor": actor,
    }  # fmt: skip


def listed(org: Org, call: Call) -> Reply:
    """GET activities: with the people of the page, in any case (document, ListActivities)."""
    reply = paging.page(org, call, "activities", of_caller(org, call))
    if reply.ok:
        for name in ("user", "actor"):
            people = {row[f"{name}_id"]: row[name] for row in reply.body["activities"]}
            reply.body[f"{name}s"] = list(people.values())
    return reply


def _own(org: Org, call: Call) -> Record | None:
    wanted = call.values["activity_id"]
    return next((row for row in of_caller(org, call) if str(row["id"]) == wanted), None)


@about(_own)
def shown(_: Org, __: Call, activity: Record) -> Reply:
    """GET activities/{id}."""
    return Reply(200, {"activity": activity})


def counted(org: Org, call: Call) -> Reply:
    """GET activities/count."""
    return paging.count(org, call, len(of_caller(org, call)))


BEHAVIOURS = {
    "GET /api/v2/activities": listed,
    "GET /api/v2/activities/count": counted,
    "GET /api/v2/activities/{activity_id}": shown,
}
