"""Tags: of one ticket, user or organization, and of all tickets together."""

from __future__ import annotations

from harness.sandbox.behaviours import with_valid_body
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.store import Record
from harness.sandbox.zendesk import errors, paging, tickets

_TAGGED = {"ticket_id": "tickets", "organization_id": "organizations", "user_id": "users"}


def tags(org: Org, call: Call) -> Reply:
    """Tags of a ticket, user or organization: GET, POST sets, PUT adds, DELETE takes away."""
    parameter = next(name for name in _TAGGED if name in call.values)
    record = org.store[_TAGGED[parameter]].get(call.values[parameter])
    if record is None:
        return errors.missing(org, call)
    refusal = _change(org, call, record) if call.method != "GET" else None
    return refusal or Reply(201 if call.method == "POST" else 200, {"tags": record["tags"]})


def _change(org: Org, call: Call, record: Record) -> Reply | None:
    """Change the tags of a record as the method says, or give the reason why not."""
    body = call.fields
    given = body.get("tags", call.listed("tags"))
    if not isinstance(given, list) or not all(isinstance(tag, str) for tag in given):
        return errors.attribute("tags", "must be an array of strings")
    if record.get("status") == "closed":
        return errors.field_invalid("status", "closed prevents ticket update")
    if "safe_update" in body and body.get("updated_stamp") not in (None, record["updated_at"]):
        return errors.conflict("UpdateConflict", "Safe Update prevented the update due to outdated ticket data.")
    present, wanted = set(record["tags"]), set(tickets.tags_of(given))
    record["tags"] = sorted({"POST": wanted, "PUT": present | wanted, "DELETE": present - wanted}[call.method])
    record["updated_at"] = org.stamp(call.now)
    return None


def all_tags(org: Org, call: Call) -> Reply:
    """GET tags: each with its number of tickets, the most used first."""
    return paging.page(org, call, "tags", counted_tags(org))


def counted_tags(org: Org) -> list[Record]:
    """Tags of all tickets with their counts."""
    counts: dict[str, int] = {}
    for ticket in org.store["tickets"]:
        for tag in ticket["tags"]:
            counts[tag] = counts.get(tag, 0) + 1
    return [
        {"name": name, "count": count} for name, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]


def count_tags(org: Org, call: Call) -> Reply:
    """GET tags/count."""
    return paging.count(org, call, len(counted_tags(org)))


@with_valid_body
def complete_tags(org: Org, call: Call) -> Reply:
    """GET and POST autocomplete/tags: names that begin with two letters or more."""
    body = call.fields
    text = str(call.arg("name") or body.get("name") or "").lower()
    return Reply(200, {"tags": [row["name"] for row in counted_tags(org) if row["name"].startswith(text)]})


BEHAVIOURS = {
    **{f"{method} */tags": tags for method in ("GET", "POST", "PUT", "DELETE")},
    "GET /api/v2/tags": all_tags,
    "GET /api/v2/tags/count": count_tags,
    "GET /api/v2/autocomplete/tags": complete_tags,
    "POST /api/v2/autocomplete/tags": complete_tags,
}
