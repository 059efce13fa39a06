"""Lists of tickets: all of them, those of a user or organization, incidents of a problem, users on a ticket."""

from __future__ import annotations

from collections.abc import Callable

from harness.sandbox.behaviours import about_path, with_valid_body
from harness.sandbox.call import ABSENT, Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.service import Behaviour
from harness.sandbox.store import Record
from harness.sandbox.zendesk import lists, paging, tickets


def listed(org: Org, call: Call) -> Reply:
    """GET tickets."""
    rows = list(org.store["tickets"])
    external_id = call.arg("external_id")
    if external_id:
        rows = [row for row in rows if row["external_id"] == external_id]
    return tickets.page(org, call, rows)


def _tickets_of(test: Callable[[Record, int], bool], parent: str, table: str, *, count: bool = False) -> Behaviour:
    """A behaviour that lists or counts the tickets of one user or organization."""

    @about_path(table, parent)
    def answer(org: Org, call: Call, owner: Record) -> Reply:
        rows = [row for row in org.store["tickets"] if test(row, owner["id"])]
        if count:
            return paging.count(org, call, len(rows))
        return tickets.page(org, call, rows)

    return answer


@about_path("tickets", "ticket_id")
def incidents(org: Org, call: Call, problem: Record) -> Reply:
    """GET tickets/{id}/incidents."""
    return tickets.page(org, call, [row for row in org.store["tickets"] if row["problem_id"] == problem["id"]])


@with_valid_body
def problems(org: Org, call: Call) -> Reply:
    """GET problems, and POST problems/autocomplete by the beginning of the subject."""
    text = call.arg("text") if call.body is ABSENT else str(call.fields.get("text") or "")
    rows = org.store["tickets"].where(_begins_with(text.lower()), type="problem")
    return tickets.page(org, call, rows)


def _begins_with(text: str) -> Callable[[Record], bool]:
    return lambda row: str(row["subject"] or "").lower().startswith(text)


def users_in(field: str) -> Behaviour:
    """A behaviour that lists the users in a ticket's field."""

    @about_path("tickets", "ticket_id")
    def answer(org: Org, call: Call, ticket: Record) -> Reply:
        return paging.page(org, call, "users", org.store["users"].get_many(ticket[field]))

    return answer


@about_path("tickets", "ticket_id")
def related(org: Org, call: Call, ticket: Record) -> Reply:
    """GET tickets/{id}/related."""
    count = sum(1 for row in org.store["tickets"] if row["problem_id"] == ticket["id"])
    return Reply(200, {"topic_id": None, "jira_issue_ids": [], "followup_source_ids": [], "from_archive": False,
                       "incidents": count})  # fmt: skip


def _is(field: str) -> Callable[[Record, int], bool]:
    return lambda row, owner: row[field] == owner


def _in(field: str) -> Callable[[Record, int], bool]:
    return lambda row, owner: owner in row[field]


_TICKET = "/api/v2/tickets/{ticket_id}"
_USER = "/api/v2/users/{user_id}/tickets"
_COMPANY = "/api/v2/organizations/{organization_id}/tickets"
BEHAVIOURS = {
    "GET /api/v2/tickets": listed,
    "GET /api/v2/tickets/recent": lists.all_rows,
    f"GET {_TICKET}/incidents": incidents,
    f"GET {_TICKET}/related": related,
    f"GET {_TICKET}/collaborators": users_in("collaborator_ids"),
    f"GET {_TICKET}/followers": users_in("follower_ids"),
    f"GET {_TICKET}/email_ccs": users_in("email_cc_ids"),
    "GET /api/v2/problems": problems,
    "POST /api/v2/problems/autocomplete": problems,
    f"GET {_USER}/assigned": _tickets_of(_is("assignee_id"), "user_id", "users"),
    f"GET {_USER}/assigned/count": _tickets_of(_is("assignee_id"), "user_id", "users", count=True),
    f"GET {_USER}/requested": _tickets_of(_is("requester_id"), "user_id", "users"),
    f"GET {_USER}/ccd": _tickets_of(_in("collaborator_ids"), "user_id", "users"),
    f"GET {_USER}/ccd/count": _tickets_of(_in("collaborator_ids"), "user_id", "users", count=True),
    f"GET {_USER}/followed": _tickets_of(_in("follower_ids"), "user_id", "users"),
    f"GET {_COMPANY}": _tickets_of(_is("organization_id"), "organization_id", "organizations"),
    f"GET {_COMPANY}/count": _tickets_of(_is("organization_id"), "organization_id", "organizations", count=True),
}
