"""Merges: a ticket, user or organization takes over what belongs to another one, which is then deleted."""

from __future__ import annotations

from harness.sandbox.behaviours import about_path, with_valid_body
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.store import Record
from harness.sandbox.zendesk import errors, ids, jobs, tickets, trash, user_records


@about_path("tickets", "ticket_id")
def merge_tickets(org: Org, call: Call, target: Record) -> Reply:
    """POST tickets/{id}/merge: the sources are closed and point to the target; a job that cannot be undone."""
    if isinstance(call.body, dict):
        # Clients send the comments that they do not want as null.
        call.body = {name: value for name, value in call.body.items() if value is not None}
    refusal = org.engine.refusal(org, call)
    if refusal is not None:
        return refusal
    body = call.fields
    if not isinstance(body.get("ids"), list):
        return errors.attribute("ids", "must be an array")
    results = []
    for ident in body["ids"]:
        source = org.store["tickets"].get(ident)
        if source is not None and source is not target and source["status"] != "closed":
            tickets.change(
                org, call, source, {"status": "closed", "comment": _comment_on(body, "source", "Closed by merge")}
            )
            results.append(jobs.changed(source["id"], "merge"))
    tickets.change(org, call, target, {"comment": _comment_on(body, "target", "Merged")})
    return jobs.start(org, call, "Merge Tickets", results or [jobs.changed(target["id"])])


def _comment_on(body: Record, side: str, default: str) -> Record:
    """The comment that a merge leaves on one side; private unless the body makes it public."""
    return {"body": str(body.get(f"{side}_comment") or default), "public": bool(body.get(f"{side}_comment_is_public"))}


def merge_users(org: Org, call: Call) -> Reply:
    """PUT users/{id}/merge: their tickets and address go to the user named in the body; it cannot be undone."""
    table = org.store["users"]
    loser = table.get(call.values["user_id"])
    fields = call.envelope("user")
    winner = table.get(fields.get("id")) or (
        user_records.by_email(org, str(fields["email"])) if fields.get("email") else None
    )
    if loser is None:
        return errors.missing(org, call)
    if winner is None or winner is loser or loser["role"] != "end-user":
        return errors.record_invalid({"base": [("Users cannot be merged", "InvalidValue")]})
    for ticket in org.store["tickets"]:
        if ticket["requester_id"] == loser["id"]:
            ticket["requester_id"] = winner["id"]
    trash.trash_user(org, call, table, loser["id"])
    return Reply(200, {"user": winner})


@with_valid_body
def merge_organizations(org: Org, call: Call) -> Reply:
    """POST organizations/{id}/merge: the loser's users and tickets go to the winner; it cannot be undone."""
    table = org.store["organizations"]
    loser = table.get(call.values["organization_id"])
    winner = table.get(call.envelope("organization_merge").get("winner_id"))
    if loser is None:
        return errors.missing(org, call)
    if winner is None or winner is loser:
        return errors.field_invalid("winner", "is invalid")
    for name in ("users", "tickets"):
        for row in org.store[name]:
            if row["organization_id"] == loser["id"]:
                row["organization_id"] = winner["id"]
    table.remove(loser["id"])
    record = {"id": ids.ulid(org), "loser_id": loser["id"], "winner_id": winner["id"], "status": "complete"}
    record["url"] = f"{call.base}/api/v2/organization_merges/{record['id']}.json"
    org.store["organization_merges"].add(record)
    return Reply(200, {"organization_merge": record})


def merges(org: Org, call: Call) -> Reply:
    """GET organizations/{id}/merges: those in which the organization was the loser."""
    rows = [row for row in org.store["organization_merges"] if str(row["loser_id"]) == call.values["organization_id"]]
    return Reply(200, {"organization_merges": rows})


BEHAVIOURS = {
    "POST /api/v2/tickets/{ticket_id}/merge": merge_tickets,
    "PUT /api/v2/users/{user_id}/merge": merge_users,
    "POST /api/v2/organizations/{organization_id}/merge": merge_organizations,
    "GET /api/v2/organizations/{organization_id}/merges": merges,
}
