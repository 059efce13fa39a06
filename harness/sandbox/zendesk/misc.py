"""Single endpoints that belong to no other file: unique names, imports, samples."""

from __future__ import annotations

from typing import Any

from harness.sandbox.behaviours import with_valid_body
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.service import Behaviour
from harness.sandbox.store import Record
from harness.sandbox.zendesk import derived, errors, lists, record_rules, tickets


@with_valid_body
def create_or_update_organization(org: Org, call: Call) -> Reply:
    """POST organizations/create_or_update: by id, external id or name."""
    fields = call.envelope("organization")
    table = org.store["organizations"]
    external_id = fields.get("external_id")
    record = table.get(fields.get("id")) or next(
        (
            row
            for row in table
            if (external_id and row["external_id"] == external_id) or row["name"] == fields.get("name")
        ),
        None,
    )
    refusal = record_rules.refusal(org, "organizations", fields, record)
    if refusal is not None:
        return refusal
    plan, _ = lists.collection(org, call)
    if record is None:
        record = org.engine.make(org, call, plan, fields)
        return Reply(201, {"organization": record}, {"location": record["url"]})
    org.engine.assign(plan, record, {name: value for name, value in fields.items() if name != "id"})
    derived.set_derived(org, call, "organizations", record, False)
    return Reply(200, {"organization": record})


def custom_status(org: Org, call: Call) -> Reply | None:
    """PUT custom_statuses/{id}: the category is fixed at creation; another one is ignored (recorded)."""
    call.envelope("custom_status").pop("status_category", None)
    return None


@with_valid_body
def imported(org: Org, call: Call) -> Reply:
    """POST imports/tickets: history as given, no rules run."""
    fields = call.envelope("ticket")
    comments = fields.get("comments")
    comments = [row if isinstance(row, dict) else {} for row in comments] if isinstance(comments, list) else []
    first, *others = comments or [{}]
    text = _comment_text(first) or fields.get("description") or fields.get("subject")
    if not text:
        return errors.record_invalid({"base": [("Description: cannot be blank", "BlankValue")]})
    refusal = tickets.reference_refusal(org, fields)
    if refusal is not None:
        return refusal
    given = {**fields, "comment": {"body": str(text), "public": first.get("public", True)}}
    ticket, _ = tickets.make(org, call, given)
    for name in ("created_at", "updated_at"):
        if isinstance(fields.get(name), str):
            ticket[name] = fields[name]
    for comment in others:
        tickets.change(org, call, ticket, {"comment": {"body": str(_comment_text(comment) or "")}})
    return Reply(201, {"ticket": ticket}, {"location": ticket["url"]})


def _comment_text(comment: Record) -> Any:
    return comment.get("body") or comment.get("value")


def host_mapping(org: Org, call: Call) -> Reply:
    """GET brands/check_host_mapping, of one brand or by `host_mapping` and `subdomain`: no host is mapped here."""
    brand = org.store["brands"].get(call.values.get("brand_id", ""))
    if brand is None and "brand_id" in call.values:
        return errors.missing(org, call)
    subdomain = call.arg("subdomain") or (brand or {}).get("subdomain", "")
    host = call.arg("host_mapping") or (brand or {}).get("host_mapping") or "help.example.com"
    return Reply(200, {"cname": host, "expected_cnames": [f"{subdomain}.example.com"], "is_valid": False,
                       "reason": "wrong_cname"})  # fmt: skip


def macro_categories(org: Org, call: Call) -> Reply:
    """GET macros/categories: what stands before the first `::` of the titles."""
    titles = [str(row["title"]).partition("::") for row in org.store["macros"]]
    names = dict.fromkeys(category for category, colons, _ in titles if colons)
    return Reply(200, {"categories": list(names)})


def sampled(org: Org, call: Call) -> Reply:
    """What the document says that success looks like, where no record stands behind it."""
    return Reply(200, org.engine.sample(org.engine.plan_of(call).operation.operation_id))


def new_ticket(org: Org, call: Call, subject: str) -> int:
    """The id of a ticket that another record needs."""
    ticket, _ = tickets.make(org, call, {"subject": subject, "comment": {"body": subject}})
    return int(ticket["id"])


BEHAVIOURS: dict[str, Behaviour] = {
    "POST /api/v2/organizations/create_or_update": create_or_update_organization,
    "PUT /api/v2/custom_statuses/{custom_status_id}": custom_status,
    "POST /api/v2/imports/tickets": imported,
    "GET /api/v2/brands/check_host_mapping": host_mapping,
    "GET /api/v2/brands/{brand_id}/check_host_mapping": host_mapping,
    "GET /api/v2/macros/categories": macro_categories,
    "GET /api/v2/relationships/definitions/{target_type}": sampled,
    "GET /api/v2/{target_type}/{target_id}/relationship_fields/{field_id}/{source_type}": sampled,
}
