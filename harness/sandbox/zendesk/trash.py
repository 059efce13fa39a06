"""Trash: deleted tickets, which can be restored or deleted permanently."""

from __future__ import annotations

from typing import Any

from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.store import Record, Table
from harness.sandbox.zendesk import associations, errors, history, jobs, paging, user_records


def deleted(org: Org, call: Call) -> Reply:
    """GET deleted_tickets: with who deleted them, and their status before."""
    deletions: dict[str, tuple[str, int | None]] = org.memo.get("deletions", {})
    rows = []
    for ident, ticket in org.store["tickets"].trash.items():
        at, by = deletions.get(ident, (ticket["updated_at"], None))
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
    """DELETE deleted_tickets/{id}: a job that cannot be undone."""
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
    history.of_org(org).remove(ticket["id"])


_DELETED = "/api/v2/deleted_tickets"


def trash_user(org: Org, call: Call, table: Table, ident: Any) -> Record | None:
    """Move a user to the deleted ones: inactive, in no organization, the address free again."""
    user = table.move_to_trash(ident)
    if user is not None:
        associations.leave_organizations(org, user)
        user["active"] = False
        user["updated_at"] = org.stamp(call.now)
        user_records.free_addresses(org, user)
    return user


def trash_ticket(org: Org, call: Call, table: Table, ident: Any) -> Record | None:
    """Move a ticket to the deleted ones, and record who deleted it and when."""
    record = table.move_to_trash(ident)
    org.memo.setdefault("deletions", {})[str(ident)] = (org.stamp(call.now), (call.actor or {}).get("id"))
    return record


BEHAVIOURS = {
    f"GET {_DELETED}": deleted,
    f"PUT {_DELETED}/{{ticket_id}}/restore": restore,
    f"PUT {_DELETED}/restore_many": restore_many,
    f"DELETE {_DELETED}/{{ticket_id}}": destroy,
    f"DELETE {_DELETED}/destroy_many": destroy_many,
}
