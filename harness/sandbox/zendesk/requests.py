"""Requests: tickets in the form in which their requesters see them."""

from __future__ import annotations

from harness.sandbox.behaviours import about
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.service import Behaviour
from harness.sandbox.store import Record
from harness.sandbox.zendesk import errors, paging, tickets


def request_json(ticket: Record) -> Record:
    """A ticket as its requester sees it."""
    names = ("id", "url", "status", "priority", "type", "subject", "description", "organization_id", "via",
             "custom_fields", "fields", "requester_id", "collaborator_ids", "email_cc_ids", "is_public", "due_at",
             "group_id", "assignee_id", "ticket_form_id", "custom_status_id", "recipient", "followup_source_id",
             "created_at", "updated_at")  # fmt: skip
    shown = {name: ticket.get(name) for name in names}
    shown["url"] = ticket["url"].replace("/tickets/", "/requests/")
    return {
        **shown,
        "can_be_solved_by_me": ticket["status"] not in ("solved", "closed"),
        "solved": ticket["status"] == "solved",
    }


def _shown(org: Org, call: Call, ticket: Record) -> Record:
    """The request in the form that the operation declares; what it has no room for stays out."""
    return org.engine.prune(org.engine.plan_of(call), request_json(ticket))


def requests(*statuses: str, ccd: bool = False) -> Behaviour:
    """A behaviour that lists requests in some statuses; all of them, or those of one user or organization."""

    def answer(org: Org, call: Call) -> Reply:
        for name, table in (("user_id", "users"), ("organization_id", "organizations")):
            if name in call.values and org.store[table].get(call.values[name]) is None:
                return errors.missing(org, call)
        rows = [_shown(org, call, row) for row in org.store["tickets"] if _is_listed(call, row, statuses, ccd)]
        return paging.page(org, call, "requests", rows)

    return answer


def _is_listed(call: Call, row: Record, statuses: tuple[str, ...], ccd: bool) -> bool:
    if _is_hidden(call, row) or (statuses and row["status"] not in statuses):
        return False
    if ccd:
        return bool(row["collaborator_ids"])
    if call.values.get("user_id", str(row["requester_id"])) != str(row["requester_id"]):
        return False
    if call.values.get("organization_id", str(row["organization_id"])) != str(row["organization_id"]):
        return False
    return call.arg("query").lower() in str(row["subject"] or "").lower()


def _is_hidden(call: Call, ticket: Record) -> bool:
    """Whether a ticket is hidden from the caller: an end user sees their own ones only."""
    return bool(call.actor) and call.actor["role"] == "end-user" and ticket["requester_id"] != call.actor["id"]


def create_request(org: Org, call: Call) -> Reply:
    """POST requests: a ticket by its requester; anonymous callers must give a name."""
    refusal = tickets.body_refusal(org, call, "request") or tickets.new_ticket_refusal(org, call.envelope("request"))
    if refusal is not None:
        return refusal
    fields = call.envelope("request")
    if call.actor is None and not (isinstance(fields.get("requester"), dict) and fields["requester"].get("name")):
        return errors.record_invalid({"requester": [("Requester: Name: is too short", "BlankValue")]})
    allowed = {key: value for key, value in fields.items() if key not in ("status", "assignee_id", "group_id", "tags")}
    ticket, _ = tickets.make(org, call, allowed)
    shown = _shown(org, call, ticket)
    return Reply(201, {"request": shown}, {"location": shown["url"]})


def _visible(org: Org, call: Call) -> Record | None:
    ticket = org.store["tickets"].get(call.values["request_id"])
    return None if ticket is None or _is_hidden(call, ticket) else ticket


@about(_visible)
def show_request(org: Org, call: Call, ticket: Record) -> Reply:
    """GET requests/{id}."""
    return Reply(200, {"request": _shown(org, call, ticket)})


@about(_visible)
def update_request(org: Org, call: Call, ticket: Record) -> Reply:
    """PUT requests/{id}: a comment, or solved."""
    fields = call.envelope("request")
    refusal = tickets.change_refusal(org, ticket, {})
    if refusal is not None:
        return refusal
    wanted: Record = {key: fields[key] for key in ("comment", "additional_collaborators") if key in fields}
    if fields.get("solved") is True:
        wanted["status"] = "solved"
    tickets.change(org, call, ticket, wanted)
    return Reply(200, {"request": _shown(org, call, ticket)})


_REQUESTS = "/api/v2/requests"
BEHAVIOURS = {
    f"GET {_REQUESTS}": requests(),
    f"GET {_REQUESTS}/open": requests("new", "open", "pending", "hold"),
    f"GET {_REQUESTS}/solved": requests("solved", "closed"),
    f"GET {_REQUESTS}/ccd": requests(ccd=True),
    f"GET {_REQUESTS}/search": requests(),
    "GET /api/v2/users/{user_id}/requests": requests(),
    "GET /api/v2/organizations/{organization_id}/requests": requests(),
    f"POST {_REQUESTS}": create_request,
    f"GET {_REQUESTS}/{{request_id}}": show_request,
    f"PUT {_REQUESTS}/{{request_id}}": update_request,
}
