"""Ways out for tickets: merged, spam, deleted, brought back, gone for good."""

from __future__ import annotations

from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.store import Record
from harness.sandbox.zendesk import errors, history, jobs, paging, tickets


def merge(org: Org, call: Call) -> Reply:
    """POST tickets/{id}/merge: the sources are closed and point to the target; a job, and no way back."""
    target = org.store["tickets"].get(call.values["ticket_id"])
    if target is None:
        return errors.missing(org, call)
    if isinstance(call.body, dict):
        # Clients send the comments that they do not want as null.
        call.body = {name: value for name, value in call.body.items() if value is not None}
    problems_ = org.engine.problems(call)
    if problems_:
        return errors.invalid(org, call, problems_)
    body = call.body if isinstance(call.body, dict) else {}
    if not isinstance(body.get("ids"), list):
        return errors.attribute("ids", "must be an array")
    results = []
    for ident in body["ids"]:
        source = org.store["tickets"].get(ident)
        if source is not None and source is not target and source["status"] != "closed":
            tickets.change(org, call, source, {"status": "closed", "comment": _said(body, "source", "Closed by merge")})
            results.append(jobs.changed(source["id"], "merge"))
    tickets.change(org, call, target, {"comment": _said(body, "target", "Merged")})
    return jobs.start(org, call, "Merge Tickets", results or [jobs.changed(target["id"])])


def _said(body: Record, side: str, instead: str) -> Record:
    """The comment that a merge leaves on one side; private unless it says otherwise."""
    return {"body": str(body.get(f"{side}_comment") or instead), "public": bool(body.get(f"{side}_comment_is_public"))}


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


# -- deleted tickets -------------------------------------------------------------------------------------------------


def deleted(org: Org, call: Call) -> Reply:
    """GET deleted_tickets: who deleted what, and how it stood."""
    known: dict[str, tuple[str, int | None]] = org.memo.get("deletions", {})
    rows = []
    for ident, ticket in org.store["tickets"].trash.items():
        at, by = known.get(ident, (ticket["updated_at"], None))
        actor = org.store["users"].get(by) or {"id": -1, "name": "System"}
        rows.append({"id": ticket["id"], "subject": ticket["subject"],
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
    ticket = org.store.erase("tickets", ident)
    assert ticket is not None
    history.of(org).forget(ticket["id"])


_DELETED = "/api/v2/deleted_tickets"
BEHAVIOURS = {
    "POST /api/v2/tickets/{ticket_id}/merge": merge,
    "PUT /api/v2/tickets/{ticket_id}/mark_as_spam": spam,
    "PUT /api/v2/tickets/mark_many_as_spam": spam_many,
    f"GET {_DELETED}": deleted,
    f"PUT {_DELETED}/{{ticket_id}}/restore": restore,
    f"PUT {_DELETED}/restore_many": restore_many,
    f"DELETE {_DELETED}/{{ticket_id}}": destroy,
    f"DELETE {_DELETED}/destroy_many": destroy_many,
}
