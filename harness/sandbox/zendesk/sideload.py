"""Sideloading: what `include` asks for, beside the rows of an answer or in them.

Sources: the vendor's page "Side-Loading" and the documented "Sideloads" of single operations; where a part stands
(`ticket.slas`, `metric_sets` beside the tickets) from what client libraries read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.store import Record
from harness.sandbox.zendesk import history, metrics

Rows = list[Record]
Beside = Callable[[Org, Call, Rows], Any]
"""What is shown beside the rows."""
Inside = Callable[[Org, Call, Record], Record]
"""The fields that are shown in one row."""

_PART = re.compile(r"(\w+)\(([^)]*)\)|(\w+)")
# What may be included, the fields of a row that name it, and the table that holds it.
_NAMED_BY: dict[str, tuple[str, tuple[str, ...]]] = {
    "users": ("users", ("requester_id", "assignee_id", "submitter_id", "user_id", "author_id", "actor_id",
                        "creator_user_id", "collaborator_ids", "email_cc_ids", "follower_ids")),
    "groups": ("groups", ("group_id",)),
    "organizations": ("organizations", ("organization_id",)),
    "brands": ("brands", ("brand_id",)),
    "ticket_forms": ("ticket_forms", ("ticket_form_id",)),
    "custom_statuses": ("custom_statuses", ("custom_status_id",)),
    "sharing_agreements": ("sharing_agreements", ("sharing_agreement_ids",)),
    "tickets": ("tickets", ("ticket_id",)),
    "ticket_fields": ("ticket_fields", ("ticket_field_ids",)),
    "roles": ("custom_roles", ("custom_role_id",)),
}  # fmt: skip


def add_included(org: Org, call: Call, reply: Reply) -> Reply:
    """A step after each answer: add what `include` names, each record once; what is unknown has no effect."""
    if not call.query or not reply.ok or not isinstance(reply.body, dict) or not call.has("include"):
        return reply
    for key, kind, rows in _parts_of(reply.body):
        names = _wanted(call, kind)
        _add_beside(org, call, reply.body, kind, rows, names)
        _add_inside(org, call, reply.body, key, kind, rows, names)
    return reply


def _parts_of(body: Record) -> Iterable[tuple[str, str, Rows]]:
    """The rows of an answer, with the field that holds them and what they are; search results are of several kinds."""
    for key, value in list(body.items()):
        if key == "results" and isinstance(value, list):
            kinds = dict.fromkeys(str(row.get("result_type")) for row in value)
            yield from ((key, f"{kind}s", [row for row in value if row.get("result_type") == kind]) for kind in kinds)
            return
        rows = value if isinstance(value, list) else [value]
        if key in _KINDS and all(isinstance(row, dict) for row in rows):
            yield key, _KINDS[key], rows
            return


def _wanted(call: Call, kind: str) -> list[str]:
    """The names that are meant for rows of a kind: `users,groups`, or of a search `tickets(users,groups)`."""
    wanted: list[str] = []
    for value in (value for name, value in call.query if name in ("include", "include[]")):
        for owner, inner, plain in _PART.findall(value):
            if plain:
                wanted.append(plain)
            elif owner == kind:
                wanted += [name.strip() for name in inner.split(",")]
    return wanted


def _add_beside(org: Org, call: Call, body: Record, kind: str, rows: Rows, names: list[str]) -> None:
    for name in names:
        if (kind, name) in _BESIDE:
            body.setdefault(name, _BESIDE[kind, name](org, call, rows))
        elif name in _NAMED_BY and name not in body:
            body[name] = _named(org, rows, name)


def _add_inside(org: Org, call: Call, body: Record, key: str, kind: str, rows: Rows, names: list[str]) -> None:
    """Put parts into copies of the rows, since the rows may be the stored records themselves."""
    parts = [_INSIDE[kind, name] for name in names if (kind, name) in _INSIDE]
    if not parts:
        return
    chosen = {id(row) for row in rows}

    def with_parts(row: Record) -> Record:
        return {**row, **{name: value for part in parts for name, value in part(org, call, row).items()}}

    shown = body[key]
    if isinstance(shown, list):
        body[key] = [with_parts(row) if id(row) in chosen else row for row in shown]
    else:
        body[key] = with_parts(shown)


def _named(org: Org, rows: Rows, name: str) -> Rows:
    """The records that the rows name, each once."""
    table, fields = _NAMED_BY[name]
    named = dict.fromkeys(ident for row in rows for field in fields for ident in _idents(row.get(field)))
    return org.store[table].get_many(named)


def _idents(value: Any) -> list[Any]:
    return [ident for ident in (value if isinstance(value, list) else [value]) if isinstance(ident, int | str)]


def _memberships(kind: str) -> Beside:
    """The groups or organizations of users, by their memberships."""

    def beside(org: Org, _: Call, users: Rows) -> Rows:
        members = {user["id"] for user in users}
        joined = (row[f"{kind}_id"] for row in org.store[f"{kind}_memberships"] if row["user_id"] in members)
        return org.store[f"{kind}s"].get_many(dict.fromkeys(joined))

    return beside


def _identities(org: Org, _: Call, users: Rows) -> Rows:
    owners = {user["id"] for user in users}
    return [row for row in org.store["users/identities"] if row["user_id"] in owners]


def _user_abilities(_: Org, call: Call, users: Rows) -> Rows:
    """What the caller may do with each user."""
    is_admin = bool(call.actor) and call.actor["role"] == "admin"
    return [
        {"url": user["url"], "user_id": user["id"], "can_edit": is_admin or user["role"] == "end-user",
         "can_edit_password": is_admin, "can_manage_identities_of": is_admin or user["role"] == "end-user",
         "can_verify_identities": is_admin}
        for user in users
    ]  # fmt: skip


def _organization_abilities(_: Org, call: Call, organizations: Rows) -> Rows:
    is_admin = bool(call.actor) and call.actor["role"] == "admin"
    return [{"url": row["url"], "organization_id": row["id"], "can_edit": is_admin} for row in organizations]


def _open_ticket_count(org: Org, _: Call, users: Rows) -> dict[str, int]:
    """The number of open tickets that are assigned to each user, by id."""
    waiting = [row["assignee_id"] for row in org.store["tickets"] if row["status"] not in ("solved", "closed")]
    return {str(user["id"]): waiting.count(user["id"]) for user in users}


def _last_audits(org: Org, call: Call, tickets: Rows) -> Rows:
    """The newest audit of each ticket; exports have none (operation IncrementalTicketExportTime)."""
    if "/incremental/" in call.path:
        return []
    audits = (history.of_org(org).of(ticket["id"])[-1:] for ticket in tickets)
    return [history.audit_json(org, audit) for last in audits for audit in last]


def _tickets_of(rows: Rows, org: Org) -> Rows:
    return org.store["tickets"].get_many(dict.fromkeys(row["ticket_id"] for row in rows))


def _of_their_tickets(name: str) -> Beside:
    """What the tickets of audits name."""
    return lambda org, _, audits: _named(org, _tickets_of(audits, org), name)


def _comment_count(org: Org, _: Call, ticket: Record) -> Record:
    return {"comment_count": sum(1 for _ in history.of_org(org).comments(ticket["id"]))}


def _incident_count(org: Org, _: Call, ticket: Record) -> Record:
    return {"incident_count": sum(row["problem_id"] == ticket["id"] for row in org.store["tickets"])}


def _metric_set(org: Org, call: Call, ticket: Record) -> Record:
    return {"metric_set": metrics.metric_set(org, call.base, ticket)}


def _rule_counts(org: Org, _: Call, category: Record) -> Record:
    rules = [row for row in org.store["triggers"] if str(row["category_id"]) == str(category["id"])]
    active = sum(bool(row["active"]) for row in rules)
    return {"active_count": active, "inactive_count": len(rules) - active}


def _may_edit(_: Org, call: Call, __: Record) -> Record:
    return {"permissions": {"can_edit": bool(call.actor) and call.actor["role"] == "admin"}}


def _always(**fields: Any) -> Inside:
    """The same fields in every row: an account without apps, SLA policies and traffic."""
    return lambda _, __, ___: dict(fields)


_RULES = ("automations", "triggers", "views", "macros")
_USAGES = ("usage_1h", "usage_24h", "usage_7d", "usage_30d")
_INSIDE: dict[tuple[str, str], Inside] = {
    ("tickets", "comment_count"): _comment_count,
    ("tickets", "incident_counts"): _incident_count,
    ("tickets", "dates"): lambda org, _, ticket: {"dates": metrics.dates(org, ticket)},
    ("tickets", "slas"): _always(slas={"policy_metrics": []}),
    ("tickets", "metric_events"): lambda _, __, ticket: {"metric_events": metrics.events(ticket)},
    ("tickets", "metric_sets"): _metric_set,
    ("trigger_categories", "rule_counts"): _rule_counts,
    **{(rules, "app_installation"): _always(app_installation=None) for rules in _RULES},
    **{(rules, "permissions"): _may_edit for rules in _RULES},
    # The document knows these of a macro as a text or null.
    ("macros", "permissions"): _always(permissions=None),
    ("macros", "categories"): _always(categories=None),
    **{(rules, usage): _always(**{usage: 0}) for rules in _RULES if rules != "views" for usage in _USAGES},
}
# Metric sets stand in each ticket and, in a list, beside the tickets too: clients read both.
_BESIDE: dict[tuple[str, str], Beside] = {
    ("tickets", "metric_sets"): lambda org, call, rows: [metrics.metric_set(org, call.base, row) for row in rows],
    ("tickets", "last_audits"): _last_audits,
    ("audits", "groups"): _of_their_tickets("groups"),
    ("audits", "organizations"): _of_their_tickets("organizations"),
    ("users", "groups"): _memberships("group"),
    ("users", "organizations"): _memberships("organization"),
    ("users", "identities"): _identities,
    ("users", "abilities"): _user_abilities,
    ("users", "open_ticket_count"): _open_ticket_count,
    ("organizations", "abilities"): _organization_abilities,
    ("routing/attributes", "attribute_values"): lambda org, _, __: list(org.store["routing/attributes/values"]),
}
# The fields of answers that hold rows which may have something included, and what the rows are.
_KINDS = {
    **{name: name for name in ("tickets", "users", "organizations", "requests", "audits", "comments", *_RULES,
                               "group_memberships", "organization_memberships", "groups", "satisfaction_ratings",
                               "ticket_fields", "trigger_categories", "trigger_revisions", "skips", "activities",
                               "recipient_addresses", "ticket_forms")},
    "attributes": "routing/attributes",
    **{name.removesuffix("s"): name for name in ("tickets", "users", "organizations", "requests", "audits", "comments",
                                                 *_RULES, "groups", "group_memberships", "organization_memberships",
                                                 "ticket_fields", "trigger_revisions", "ticket_forms")},
}  # fmt: skip
