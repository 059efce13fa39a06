"""Everything around tickets: lists of them, tags, merges, spam, the deleted ones, requests, views."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.store import Record
from harness.sandbox.zendesk import errors, families, history, ids, jobs, paging, people, query, tickets


def rows_of(org: Org, call: Call, rows: list[Record], key: str = "tickets") -> Reply:
    """A page of tickets, with what `include=` asks for."""
    reply = paging.page(org, call, key, rows)
    if reply.ok and call.query:
        people.sideload(org, call, reply.body, reply.body[key])
    return reply


def listed(org: Org, call: Call) -> Reply:
    """GET tickets."""
    rows: Iterable[Record] = org.store["tickets"]
    outside = call.arg("external_id")
    return rows_of(org, call, [row for row in rows if row["external_id"] == outside] if outside else list(rows))


def _of(test: Callable[[Record, int], bool], parent: str, table: str, *, count: bool = False) -> Any:
    """A behaviour that lists or counts the tickets of one user or organization."""

    def answer(org: Org, call: Call) -> Reply:
        owner = org.store[table].get(call.values[parent])
        if owner is None:
            return errors.missing(org, call)
        rows = [row for row in org.store["tickets"] if test(row, owner["id"])]
        if count:
            return Reply(200, {"count": {"value": len(rows), "refreshed_at": org.stamp(call.now)}})
        return rows_of(org, call, rows)

    return answer


def incidents(org: Org, call: Call) -> Reply:
    """GET tickets/{id}/incidents."""
    problem = org.store["tickets"].get(call.values["ticket_id"])
    if problem is None:
        return errors.missing(org, call)
    return rows_of(org, call, [row for row in org.store["tickets"] if row["problem_id"] == problem["id"]])


def problems(org: Org, call: Call) -> Reply:
    """GET problems, and POST problems/autocomplete by the beginning of the subject."""
    text = str(call.body.get("text") or "") if isinstance(call.body, dict) else call.arg("text")
    rows = [row for row in org.store["tickets"] if row["type"] == "problem"
            and str(row["subject"] or "").lower().startswith(text.lower())]  # fmt: skip
    return rows_of(org, call, rows)


def people_on(field: str, key: str) -> Any:
    """A behaviour that lists the users in a ticket's field."""

    def answer(org: Org, call: Call) -> Reply:
        ticket = org.store["tickets"].get(call.values["ticket_id"])
        if ticket is None:
            return errors.missing(org, call)
        rows = [user for ident in ticket[field] if (user := org.store["users"].get(ident)) is not None]
        return paging.page(org, call, key, rows)

    return answer


def related(org: Org, call: Call) -> Reply:
    """GET tickets/{id}/related."""
    ticket = org.store["tickets"].get(call.values["ticket_id"])
    if ticket is None:
        return errors.missing(org, call)
    count = sum(1 for row in org.store["tickets"] if row["problem_id"] == ticket["id"])
    return Reply(200, {"topic_id": None, "jira_issue_ids": [], "followup_source_ids": [], "from_archive": False,
                       "incidents": count, "url": f"{ticket['url'][:-5]}/related.json"})  # fmt: skip


# -- tags ----------------------------------------------------------------------------------------------------------------

_TAGGED = {"ticket_id": "tickets", "organization_id": "organizations", "user_id": "users"}


def tags(org: Org, call: Call) -> Reply:
    """Tags of a ticket, user or organization: GET, POST sets, PUT adds, DELETE takes away."""
    parameter = next(name for name in _TAGGED if name in call.values)
    record = org.store[_TAGGED[parameter]].get(call.values[parameter])
    if record is None:
        return errors.missing(org, call)
    if call.method != "GET":
        body = call.body if isinstance(call.body, dict) else {}
        given = body.get("tags", call.listed("tags"))
        if not isinstance(given, list) or not all(isinstance(tag, str) for tag in given):
            return errors.attribute("tags", "must be an array of strings")
        if record.get("status") == "closed":
            return errors.field_invalid("status", "closed prevents ticket update")
        if "safe_update" in body and body.get("updated_stamp") not in (None, record["updated_at"]):
            return errors.conflict("UpdateConflict", "Safe Update prevented the update due to outdated ticket data.")
        now, wanted = set(record["tags"]), set(tickets.tags_of(given))
        record["tags"] = sorted({"POST": wanted, "PUT": now | wanted, "DELETE": now - wanted}[call.method])
        record["updated_at"] = org.stamp(call.now)
    return Reply(201 if call.method == "POST" else 200, {"tags": record["tags"]})


def all_tags(org: Org, call: Call) -> Reply:
    """GET tags: each with its number of tickets, the most used first."""
    return paging.page(org, call, "tags", counted_tags(org))


def counted_tags(org: Org) -> list[Record]:
    """Tags of all tickets with their counts."""
    counts: dict[str, int] = {}
    for ticket in org.store["tickets"]:
        for tag in ticket["tags"]:
            counts[tag] = counts.get(tag, 0) + 1
    return [{"name": name, "count": count} for name, count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))]


def count_tags(org: Org, call: Call) -> Reply:
    """GET tags/count."""
    return Reply(200, {"count": {"value": len(counted_tags(org)), "refreshed_at": org.stamp(call.now)}})


def complete_tags(org: Org, call: Call) -> Reply:
    """GET and POST autocomplete/tags: names that begin with two letters or more."""
    body = call.body if isinstance(call.body, dict) else {}
    text = str(call.arg("name") or body.get("name") or "").lower()
    return Reply(200, {"tags": [row["name"] for row in counted_tags(org) if row["name"].startswith(text)]})


# -- one-way doors -------------------------------------------------------------------------------------------------------


def merge(org: Org, call: Call) -> Reply:
    """POST tickets/{id}/merge: the sources are closed and point to the target; a job, and no way back."""
    target = org.store["tickets"].get(call.values["ticket_id"])
    if target is None:
        return errors.missing(org, call)
    problems_ = org.engine.problems(call)
    if problems_:
        return errors.invalid(org, call, problems_)
    body = call.body if isinstance(call.body, dict) else {}
    if not isinstance(body.get("ids"), list):
        return errors.attribute("ids", "must be an array")
    results = []
    for ident in body["ids"]:
        source = org.store["tickets"].get(ident)
        if source is None or source is target or source["status"] == "closed":
            continue
        tickets.change(
            org,
            call,
            source,
            {
                "status": "closed",
                "comment": {
                    "body": str(body.get("source_comment") or "Closed by merge"),
                    "public": bool(body.get("source_comment_is_public")),
                },
            },
        )
        results.append(jobs.changed(source["id"], "merge"))
    tickets.change(
        org,
        call,
        target,
        {
            "comment": {
                "body": str(body.get("target_comment") or "Merged"),
                "public": bool(body.get("target_comment_is_public")),
            }
        },
    )
    return jobs.start(org, call, "Merge Tickets", results or [jobs.changed(target["id"])])


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


# -- deleted tickets -----------------------------------------------------------------------------------------------------


def deleted(org: Org, call: Call) -> Reply:
    """GET deleted_tickets: who deleted what, and how it stood."""
    known: dict[str, tuple[str, int | None]] = org.memo.get("deletions", {})
    rows = []
    for ident, ticket in org.store["tickets"].trash.items():
        at, by = known.get(ident, (ticket["updated_at"], None))
        actor = org.store["users"].get(by) or {"id": -1, "name": "System"}
        rows.append({"id": ticket["id"], "subject": ticket["subject"], "description": ticket["description"],
                     "actor": {"id": actor["id"], "name": actor["name"]}, "deleted_at": at,
                     "previous_state": ticket["status"]})  # fmt: skip
    return paging.page(org, call, "deleted_tickets", rows)


def restore(org: Org, call: Call) -> Reply:
    """PUT deleted_tickets/{id}/restore: answers `{}` (recorded; the document says a string)."""
    if org.store["tickets"].restore(call.values["ticket_id"]) is None:
        return errors.missing(org, call)
    return Reply(200, {})


def restore_many(org: Org, call: Call) -> Reply:
    """PUT deleted_tickets/restore_many."""
    for ident in call.listed("ids"):
        org.store["tickets"].restore(ident)
    return Reply(200, "")


def destroy(org: Org, call: Call) -> Reply:
    """DELETE deleted_tickets/{id}: a job, and final."""
    if call.values["ticket_id"] not in org.store["tickets"].trash:
        return errors.missing(org, call)
    _erase(org, call.values["ticket_id"])
    return jobs.start(org, call, "Delete Ticket Permanently", {"success": True})


def destroy_many(org: Org, call: Call) -> Reply:
    """DELETE deleted_tickets/destroy_many."""
    wanted = call.listed("ids")
    if not wanted:
        return errors.attribute("ids", "must be a list of ids")
    for ident in wanted:
        if ident in org.store["tickets"].trash:
            _erase(org, ident)
    return jobs.start(org, call, "Delete Ticket Permanently", {"success": True})


def _erase(org: Org, ident: str) -> None:
    ticket = org.store["tickets"].trash.pop(ident)
    history.of(org).forget(ticket["id"])


# -- requests ------------------------------------------------------------------------------------------------------------


def request_json(ticket: Record) -> Record:
    """A ticket as its requester sees it."""
    names = ("id", "url", "status", "priority", "type", "subject", "description", "organization_id", "via",
             "custom_fields", "requester_id", "collaborator_ids", "email_cc_ids", "is_public", "due_at", "group_id",
             "assignee_id", "ticket_form_id", "custom_status_id", "recipient", "followup_source_id", "created_at",
             "updated_at")  # fmt: skip
    shown = {name: ticket.get(name) for name in names}
    shown["url"] = ticket["url"].replace("/tickets/", "/requests/")
    return {
        **shown,
        "can_be_solved_by_me": ticket["status"] not in ("solved", "closed"),
        "solved": ticket["status"] == "solved",
    }


def _shown(org: Org, call: Call, ticket: Record) -> Record:
    """The request in the form that the operation declares; what it has no room for stays out."""
    assert call.operation is not None
    return org.engine.prune(org.engine.plan(call.operation), request_json(ticket))


def requests(*statuses: str, ccd: bool = False) -> Any:
    """A behaviour that lists requests in some statuses; all of them, or those of one user or organization."""

    def answer(org: Org, call: Call) -> Reply:
        for name, table in (("user_id", "users"), ("organization_id", "organizations")):
            if name in call.values and org.store[table].get(call.values[name]) is None:
                return errors.missing(org, call)
        rows = [_shown(org, call, row) for row in org.store["tickets"] if _asked(call, row, statuses, ccd)]
        return paging.page(org, call, "requests", rows)

    return answer


def _asked(call: Call, row: Record, statuses: tuple[str, ...], ccd: bool) -> bool:
    actor = call.actor or {}
    if actor.get("role") == "end-user" and row["requester_id"] != actor["id"]:
        return False
    if statuses and row["status"] not in statuses:
        return False
    if ccd:
        return bool(row["collaborator_ids"])
    text = call.arg("query").lower()
    owner = call.values.get("user_id")
    group = call.values.get("organization_id")
    return ((not owner or str(row["requester_id"]) == owner) and (not group or str(row["organization_id"]) == group)
            and text in str(row["subject"] or "").lower())  # fmt: skip


def create_request(org: Org, call: Call) -> Reply:
    """POST requests: a ticket by its requester; anonymous callers must say who they are."""
    refused = tickets.checked(org, call, "request") or tickets.faulty(org, call.envelope("request"))
    if refused is not None:
        return refused
    fields = call.envelope("request")
    if call.actor is None and not (isinstance(fields.get("requester"), dict) and fields["requester"].get("name")):
        return errors.record_invalid({"requester": [("Requester: Name: is too short", "BlankValue")]})
    allowed = {key: value for key, value in fields.items() if key not in ("status", "assignee_id", "group_id", "tags")}
    ticket, _ = tickets.make(org, call, allowed)
    shown = _shown(org, call, ticket)
    return Reply(201, {"request": shown}, {"location": shown["url"]})


def show_request(org: Org, call: Call) -> Reply:
    """GET requests/{id}."""
    ticket = _own(org, call)
    return errors.missing(org, call) if ticket is None else Reply(200, {"request": _shown(org, call, ticket)})


def update_request(org: Org, call: Call) -> Reply:
    """PUT requests/{id}: a comment, or solved."""
    ticket = _own(org, call)
    if ticket is None:
        return errors.missing(org, call)
    fields = call.envelope("request")
    refused = tickets.hindered(org, ticket, {})
    if refused is not None:
        return refused
    wanted = {key: fields[key] for key in ("comment", "additional_collaborators") if key in fields}
    tickets.change(org, call, ticket, {**wanted, **({"status": "solved"} if fields.get("solved") is True else {})})
    return Reply(200, {"request": _shown(org, call, ticket)})


def _own(org: Org, call: Call) -> Record | None:
    ticket = org.store["tickets"].get(call.values["request_id"])
    hidden = (call.actor or {}).get("role") == "end-user" and ticket and ticket["requester_id"] != call.actor["id"]
    return None if hidden else ticket


# -- views ---------------------------------------------------------------------------------------------------------------


def _view(org: Org, call: Call) -> tuple[Record | None, list[Record]]:
    view = org.store["views"].get(call.values.get("view_id"))
    return view, query.matching(org, view["conditions"], call) if view else []


def view_tickets(org: Org, call: Call) -> Reply:
    """GET views/{id}/tickets."""
    view, rows = _view(org, call)
    if view is None:
        return errors.missing(org, call)
    if not call.has("sort") and not call.has("sort_by"):
        # A view's own order is the newest first (its recorded cursors say "nice_id desc").
        call.query = (*call.query, ("sort", "-id") if paging.wants_cursor(call) else ("sort_order", "desc"))
        return rows_of(org, call, rows)
    return rows_of(org, call, rows)


def _count(org: Org, call: Call, view: Record, total: int) -> Record:
    """A view's count; it comes from a cache and says so."""
    return {"url": f"{call.base}/api/v2/views/{view['id']}/count.json", "view_id": view["id"], "value": total,
            "pretty": str(total), "fresh": True, "active": bool(view.get("active", True))}  # fmt: skip


def count_view(org: Org, call: Call) -> Reply:
    """GET views/{id}/count."""
    view, rows = _view(org, call)
    return errors.missing(org, call) if view is None else Reply(200, {"view_count": _count(org, call, view, len(rows))})


def count_views(org: Org, call: Call) -> Reply:
    """GET views/count_many."""
    found = [view for ident in call.listed("ids") if (view := org.store["views"].get(ident)) is not None]
    rows = [_count(org, call, view, len(query.matching(org, view["conditions"], call))) for view in found]
    return Reply(200, {"view_counts": rows})


def execute(org: Org, call: Call) -> Reply:
    """GET views/{id}/execute."""
    view, rows = _view(org, call)
    if view is None:
        return errors.missing(org, call)
    return Reply(200, _executed(org, view, rows[: paging.size_of(call)]))


def _executed(org: Org, view: Record, rows: list[Record]) -> Record:
    shown = [{"subject": row["subject"], "requester_id": row["requester_id"], "created": row["created_at"],
              "updated": row["updated_at"], "group_id": row["group_id"], "assignee_id": row["assignee_id"],
              "priority": row["priority"], "ticket": row} for row in rows]  # fmt: skip
    return {"rows": shown, "columns": view["execution"]["columns"], "groups": [], "view": view}


def preview(org: Org, call: Call) -> Reply:
    """POST views/preview: a view that is not kept."""
    view, rows = _previewed(org, call)
    return view if isinstance(view, Reply) else Reply(200, _executed(org, view, rows))


def preview_count(org: Org, call: Call) -> Reply:
    """POST views/preview/count."""
    view, rows = _previewed(org, call)
    return view if isinstance(view, Reply) else Reply(200, {"view_count": _count(org, call, view, len(rows))})


def _previewed(org: Org, call: Call) -> tuple[Record | Reply, list[Record]]:
    problems_ = org.engine.problems(call)
    if problems_:
        return errors.invalid(org, call, problems_), []
    fields = call.envelope("view")
    conditions = {name: fields[name] if isinstance(fields.get(name), list) else [] for name in ("all", "any")}
    view = {**org.engine.blank(org, "views"), "id": ids.FIRST, "title": str(fields.get("title") or "Preview"),
            "conditions": conditions}  # fmt: skip
    return view, query.matching(org, conditions, call)


def export_view(org: Org, call: Call) -> Reply:
    """GET views/{id}/export: a file that comes by mail, here only imagined."""
    view, _ = _view(org, call)
    if view is None:
        return errors.missing(org, call)
    return Reply(200, {"export": {"view_id": view["id"], "status": "starting"}})


_TICKET = "/api/v2/tickets/{ticket_id}"
_USER = "/api/v2/users/{user_id}/tickets"


def _is(field: str) -> Callable[[Record, int], bool]:
    return lambda row, owner: row[field] == owner


def _in(field: str) -> Callable[[Record, int], bool]:
    return lambda row, owner: owner in row[field]


BEHAVIOURS = {
    "GET /api/v2/tickets": listed,
    "POST /api/v2/tickets": tickets.create,
    f"GET {_TICKET}": tickets.show,
    f"PUT {_TICKET}": tickets.update,
    f"DELETE {_TICKET}": tickets.delete,
    f"POST {_TICKET}/merge": merge,
    f"PUT {_TICKET}/mark_as_spam": spam,
    "PUT /api/v2/tickets/mark_many_as_spam": spam_many,
    f"GET {_TICKET}/incidents": incidents,
    f"GET {_TICKET}/related": related,
    f"GET {_TICKET}/collaborators": people_on("collaborator_ids", "users"),
    f"GET {_TICKET}/followers": people_on("follower_ids", "users"),
    f"GET {_TICKET}/email_ccs": people_on("email_cc_ids", "users"),
    "GET /api/v2/problems": problems,
    "POST /api/v2/problems/autocomplete": problems,
    f"GET {_USER}/assigned": _of(_is("assignee_id"), "user_id", "users"),
    f"GET {_USER}/assigned/count": _of(_is("assignee_id"), "user_id", "users", count=True),
    f"GET {_USER}/requested": _of(_is("requester_id"), "user_id", "users"),
    f"GET {_USER}/ccd": _of(_in("collaborator_ids"), "user_id", "users"),
    f"GET {_USER}/ccd/count": _of(_in("collaborator_ids"), "user_id", "users", count=True),
    f"GET {_USER}/followed": _of(_in("follower_ids"), "user_id", "users"),
    "GET /api/v2/organizations/{organization_id}/tickets": _of(_is("organization_id"), "organization_id", "organizations"),
    "GET /api/v2/organizations/{organization_id}/tickets/count": _of(
        _is("organization_id"), "organization_id", "organizations", count=True
    ),
    "GET */tags": tags, "POST */tags": tags, "PUT */tags": tags, "DELETE */tags": tags,
    "GET /api/v2/tags": all_tags,
    "GET /api/v2/tags/count": count_tags,
    "GET /api/v2/autocomplete/tags": complete_tags,
    "POST /api/v2/autocomplete/tags": complete_tags,
    "GET /api/v2/deleted_tickets": deleted,
    "PUT /api/v2/deleted_tickets/{ticket_id}/restore": restore,
    "PUT /api/v2/deleted_tickets/restore_many": restore_many,
    "DELETE /api/v2/deleted_tickets/{ticket_id}": destroy,
    "DELETE /api/v2/deleted_tickets/destroy_many": destroy_many,
    "GET /api/v2/requests": requests(),
    "GET /api/v2/requests/open": requests("new", "open", "pending", "hold"),
    "GET /api/v2/requests/solved": requests("solved", "closed"),
    "GET /api/v2/requests/ccd": requests(ccd=True),
    "GET /api/v2/requests/search": requests(),
    "GET /api/v2/users/{user_id}/requests": requests(),
    "GET /api/v2/organizations/{organization_id}/requests": requests(),
    "POST /api/v2/requests": create_request,
    "GET /api/v2/requests/{request_id}": show_request,
    "PUT /api/v2/requests/{request_id}": update_request,
    "GET /api/v2/views/{view_id}/tickets": view_tickets,
    "GET /api/v2/views/{view_id}/count": count_view,
    "GET /api/v2/views/count_many": count_views,
    "GET /api/v2/views/{view_id}/execute": execute,
    "GET /api/v2/views/{view_id}/export": export_view,
    "POST /api/v2/views/preview": preview,
    "POST /api/v2/views/preview/count": preview_count,
    "GET /api/v2/tickets/recent": families.everything,
}  # fmt: skip
