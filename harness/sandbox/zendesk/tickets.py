"""Tickets: created, changed and deleted, with status, requester, audit and idempotency key as the vendor has them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import msgspec

from harness.sandbox.behaviours import about_path
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.store import Record
from harness.sandbox.zendesk import errors, history, ids, paging, record_rules, trash, user_records
from harness.sandbox.zendesk.examples import EXAMPLES

_SET = ("external_id", "type", "subject", "priority", "recipient", "problem_id", "due_at", "group_id",
        "organization_id", "brand_id", "ticket_form_id", "assignee_id", "sharing_agreement_ids", "collaborator_ids",
        "custom_status_id")  # fmt: skip
# Keys that a body may have beside those that a ticket shows.
_MORE_KEYS = [
    "comment", "requester", "submitter", "collaborators", "email_ccs", "followers", "macro_id", "macro_ids",
    "metadata", "additional_collaborators", "assignee_email", "additional_tags", "remove_tags", "safe_update",
    "updated_stamp", "system_metadata", "via_followup_source_id", "via_id", "attribute_value_ids", "voice_comment",
    "comments", "solved_at", "sharing_agreements", "tde_workspace", "origin_zrn", "suspended_ticket_id",
    "suspension_type_id", "generated_timestamp", "encoded_id", "satisfaction_probability",
]  # fmt: skip
_ALLOWED_KEYS = frozenset(EXAMPLES["tickets"]) | frozenset(_MORE_KEYS)
KEEP_SECONDS = 2 * 3600
# Recorded on create, in this order.
_CREATED = ("subject", "requester_id", "priority", "type", "status", "assignee_id", "group_id", "organization_id",
            "brand_id", "ticket_form_id")  # fmt: skip


def create(org: Org, call: Call) -> Reply | None:
    """POST tickets; a second one with the same idempotency key gets the first one's reply."""
    key = call.headers.get("idempotency-key", "")[:255]
    if not key:
        return _create(org, call)
    remembered: dict[str, tuple[float, str, Reply]] = org.memo.setdefault("idempotency", {})
    fingerprint = hashlib.sha256(call.raw).hexdigest()
    at, first_fingerprint, reply = remembered.get(key, (0.0, "", None))
    if reply is not None and call.now - at < KEEP_SECONDS:
        if first_fingerprint != fingerprint:
            text = "Request parameters don't match the given idempotency key"
            return errors.plain(400, "IdempotentRequestError", text)
        return Reply(reply.status, reply.body, {**reply.headers, "x-idempotency-lookup": "hit"})
    reply = _create(org, call)
    if reply.ok:
        # As bytes, so that later changes of the ticket do not show in the replay.
        remembered[key] = (
            call.now,
            fingerprint,
            Reply(reply.status, msgspec.json.encode(reply.body), dict(reply.headers)),
        )
        reply.headers["x-idempotency-lookup"] = "miss"
    return reply


def _create(org: Org, call: Call) -> Reply:
    refusal = body_refusal(org, call) or new_ticket_refusal(org, call.envelope("ticket"))
    if refusal is not None:
        return refusal
    ticket, audit = make(org, call, call.envelope("ticket"))
    body = {"ticket": ticket, "audit": history.audit_json(org, audit)}
    return Reply(201, body, {"location": ticket["url"]})


def body_refusal(org: Org, call: Call, name: str = "ticket") -> Reply | None:
    """Refuse a body without its object, or with values of another type than declared."""
    refusal = org.engine.refusal(org, call)
    if refusal is not None:
        return refusal
    if not isinstance(call.fields.get(name), dict):
        return errors.attribute(name, "must be an object")
    record_unpermitted_keys(call, name, call.body[name], _ALLOWED_KEYS if name == "ticket" else None)
    return None


def record_unpermitted_keys(call: Call, name: str, fields: Record, allowed: Iterable[str] | None) -> None:
    """Record the keys that the vendor accepts and only warns about."""
    if allowed is not None:
        unknown = [f"{name}.{key}" for key in fields if key not in allowed or key == "id"]
        if unknown:
            call.state["unpermitted"] = unknown


def text_of(fields: Record) -> str:
    """The first comment's text: `comment.body`, its HTML, `value` as older clients say, or the older `description`."""
    comment = fields.get("comment")
    if isinstance(comment, str):
        return comment
    if isinstance(comment, dict):
        return str(comment.get("body") or comment.get("html_body") or comment.get("value") or "")
    return str(fields.get("description") or "")


def new_ticket_refusal(org: Org, fields: Record) -> Reply | None:
    """422 for a new ticket without a text, of a requester who may not have one, or naming what does not exist."""
    if not text_of(fields).strip():
        return errors.record_invalid({"base": [("Description: cannot be blank", "BlankValue")]})
    return record_rules.requester_refusal(org, fields) or reference_refusal(org, fields)


def reference_refusal(org: Org, fields: Record) -> Reply | None:
    """422 for references to records that do not exist."""
    for name, table in (("requester_id", "users"), ("assignee_id", "users"), ("group_id", "groups"),
                        ("organization_id", "organizations"), ("submitter_id", "users"),
                        ("brand_id", "brands")):  # fmt: skip
        if fields.get(name) is not None and org.store[table].get(fields[name]) is None:
            return errors.field_invalid(name.removesuffix("_id"), "is invalid")
    assignee = org.store["users"].get(fields.get("assignee_id"))
    if assignee is not None and assignee["role"] == "end-user":
        return errors.field_invalid("assignee", "must be an agent")
    return None


def make(org: Org, call: Call, fields: Record) -> tuple[Record, history.Audit]:
    """A new ticket and its first audit."""
    actor = call.actor or org.memo["people"]["admin@example.com"]
    ticket = dict(EXAMPLES["tickets"])
    number = ticket["id"] = org.store.next("tickets")
    ticket["url"] = f"{call.base}/api/v2/tickets/{number}.json"
    ticket["created_at"] = ticket["updated_at"] = org.stamp(call.now)
    ticket.update(org.memo["defaults"])
    requester = user_records.requester_of(org, call, fields) or actor
    ticket["requester_id"] = requester["id"]
    ticket["submitter_id"] = fields.get("submitter_id") or actor["id"]
    ticket["organization_id"] = requester.get("organization_id")
    ticket["custom_fields"] = ticket["fields"] = org.memo["field_values"]
    assign(org, ticket, fields)
    text = text_of(fields)
    ticket["description"] = text
    # Without a subject the vendor shows the beginning of the text.
    ticket["subject"] = ticket["raw_subject"] = ticket["subject"] or text[:150]
    ticket["status"] = status_of(ticket, fields)
    _assign_solver(ticket, actor)
    ticket["custom_status_id"] = fields.get("custom_status_id") or org.memo["statuses"].get(ticket["status"], 0)
    comment = comment_of(org, call, fields, actor, default=True)
    ticket["is_public"] = comment.public if comment else True
    org.store["tickets"].add(ticket)
    changes = tuple(("Create", name, ticket[name], None) for name in _CREATED)
    return ticket, _add_audit(org, call, ticket, actor, changes, comment)


def _add_audit(
    org: Org, call: Call, ticket: Record, actor: Record, changes: history.Changes, comment: history.Comment | None
) -> history.Audit:
    client = call.headers.get("user-agent", "")[:80]
    audit = history.Audit(ids.number(org), ticket["id"], actor["id"], ticket["updated_at"], changes, comment, client)
    return history.of_org(org).add(audit)


def _assign_solver(ticket: Record, actor: Record) -> None:
    """A ticket that an agent solves or closes without an assignee becomes theirs."""
    if ticket["status"] in ("solved", "closed") and ticket["assignee_id"] is None and actor["role"] != "end-user":
        ticket["assignee_id"] = actor["id"]


def status_of(ticket: Record, fields: Record) -> str:
    """A new ticket is new; one with an assignee is open."""
    status = fields.get("status") or "new"
    return "open" if status == "new" and ticket["assignee_id"] is not None else str(status)


def assign(org: Org, ticket: Record, fields: Record) -> None:
    """Copy the plain fields, tags, custom fields and people onto a ticket."""
    ticket.update((name, fields[name]) for name in _SET if name in fields)
    if "subject" in fields:
        ticket["raw_subject"] = fields["subject"]
    _assign_tags(ticket, fields)
    given = fields.get("custom_fields", fields.get("fields"))
    if isinstance(given, list):
        values = {row["id"]: row.get("value") for row in given if isinstance(row, dict) and "id" in row}
        ticket["custom_fields"] = ticket["fields"] = [
            {**row, "value": values.get(row["id"], row["value"])} for row in ticket["custom_fields"]
        ]
    for source, target in (("email_ccs", "email_cc_ids"), ("followers", "follower_ids")):
        if isinstance(fields.get(source), list):
            ticket[target] = user_records.ids_of(org, fields[source])
            ticket["collaborator_ids"] = sorted({*ticket["collaborator_ids"], *ticket[target]})
    if isinstance(fields.get("assignee_email"), str):
        person = user_records.by_email(org, fields["assignee_email"])
        ticket["assignee_id"] = person["id"] if person else ticket["assignee_id"]


def _assign_tags(ticket: Record, fields: Record) -> None:
    """Tags may be set, added and taken away, all in one body."""
    if "tags" in fields:
        ticket["tags"] = tags_of(fields["tags"])
    if "additional_tags" in fields:
        ticket["tags"] = tags_of([*ticket["tags"], *tags_of(fields["additional_tags"])])
    if "remove_tags" in fields:
        removed = tags_of(fields["remove_tags"])
        ticket["tags"] = [tag for tag in ticket["tags"] if tag not in removed]


def tags_of(value: Any) -> list[str]:
    """Tags as the vendor keeps them: lower case, apart at blanks and commas, each once, sorted."""
    parts = value if isinstance(value, list) else [value]
    words = (word for part in parts if part is not None for word in str(part).lower().replace(",", " ").split())
    return sorted(set(words))


def comment_of(org: Org, call: Call, fields: Record, actor: Record, *, default: bool) -> history.Comment | None:
    """The comment in a body. Unless the body says more, it is as public as the ticket."""
    text = text_of(fields)
    comment = fields.get("comment")
    given = comment if isinstance(comment, dict) else {}
    tokens = given.get("uploads") or ()
    if not text and not tokens:
        return None
    uploads = [ident for token in tokens for ident in org.memo["uploads"].get(str(token), ())]
    # What an end user writes is never private.
    public = bool(given.get("public", default)) or actor["role"] == "end-user"
    author = given.get("author_id") or actor["id"]
    return history.Comment(text, public, author, str(given.get("html_body") or ""), tuple(uploads))


def update(org: Org, call: Call) -> Reply | None:
    """PUT tickets/{id}."""
    ticket = org.store["tickets"].get(call.values["ticket_id"])
    record_unpermitted_keys(call, "ticket", call.envelope("ticket"), _ALLOWED_KEYS)
    if ticket is None:
        return errors.missing(org, call)
    refusal = body_refusal(org, call) or change_refusal(org, ticket, call.envelope("ticket"))
    if refusal is not None:
        return refusal
    audit = change(org, call, ticket, call.envelope("ticket"))
    body = {"ticket": ticket, "audit": history.audit_json(org, audit)}
    return Reply(200, body, {"location": ticket["url"]})


def change_refusal(org: Org, ticket: Record, fields: Record) -> Reply | None:
    """Refuse a change that breaks a rule: closed is terminal, priority is never unset, new never comes back."""
    if ticket["status"] == "closed":
        return errors.field_invalid("status", "closed prevents ticket update")
    # `false` acts like true: that the key is there is what counts.
    if "safe_update" in fields and fields.get("updated_stamp") and fields["updated_stamp"] != ticket["updated_at"]:
        text = "Safe Update prevented the update due to outdated ticket data."
        return errors.conflict("UpdateConflict", text)
    if "priority" in fields and fields["priority"] is None and ticket["priority"] is not None:
        return errors.field_invalid("priority", "cannot be reset")
    if fields.get("status") == "new" and ticket["status"] != "new":
        return errors.field_invalid("status", "cannot be changed back to new")
    return reference_refusal(org, fields)


def change(org: Org, call: Call, ticket: Record, fields: Record) -> history.Audit:
    """Set the fields and the status that follows from them, and write the audit."""
    actor = call.actor or org.memo["people"]["admin@example.com"]
    before = dict(ticket)
    assign(org, ticket, fields)
    if fields.get("requester_id"):
        ticket["requester_id"] = fields["requester_id"]
    if fields.get("status"):
        ticket["status"] = fields["status"]
    elif ticket["status"] == "new" and ticket["assignee_id"] is not None:
        ticket["status"] = "open"
    if ticket["status"] != before["status"]:
        ticket["custom_status_id"] = org.memo["statuses"].get(ticket["status"], ticket["custom_status_id"])
    _assign_solver(ticket, actor)
    # A description is the first comment and never changes; on update it is no comment either.
    without_description = {key: value for key, value in fields.items() if key != "description"}
    comment = comment_of(org, call, without_description, actor, default=bool(ticket["is_public"]))
    changes = _changes(before, ticket)
    ticket["updated_at"] = org.stamp(call.now)
    return _add_audit(org, call, ticket, actor, changes, comment)


def _changes(before: Record, after: Record) -> history.Changes:
    """What an update changed, as events show it: each custom field by its id, a field that is shown twice only once."""
    plain = tuple(
        ("Change", name, value, before[name])
        for name, value in after.items()
        if before[name] != value and name not in ("raw_subject", "fields", "updated_at", "custom_fields")
    )
    custom = tuple(
        ("Change", str(row["id"]), row["value"], old["value"])
        for old, row in zip(before["custom_fields"], after["custom_fields"], strict=False)
        if old != row
    )
    return plain + custom


def page(org: Org, call: Call, rows: list[Record]) -> Reply:
    """A page of tickets."""
    return paging.page(org, call, "tickets", rows)


@about_path("tickets", "ticket_id")
def show(org: Org, call: Call, ticket: Record) -> Reply:
    """GET tickets/{id}."""
    return Reply(200, {"ticket": ticket})


@about_path("tickets", "ticket_id")
def delete(org: Org, call: Call, ticket: Record) -> Reply:
    """DELETE tickets/{id}: into the deleted tickets, from where it can be restored."""
    trash.trash_ticket(org, call, org.store["tickets"], ticket["id"])
    return Reply(204)


BEHAVIOURS = {
    "POST /api/v2/tickets": create,
    "GET /api/v2/tickets/{ticket_id}": show,
    "PUT /api/v2/tickets/{ticket_id}": update,
    "DELETE /api/v2/tickets/{ticket_id}": delete,
}
