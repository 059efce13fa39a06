"""Sideloading: the records that rows name, shown beside the rows where `include` asks for them."""

from __future__ import annotations

from collections.abc import Iterable

from harness.sandbox.call import Call
from harness.sandbox.org import Org
from harness.sandbox.store import Record

# What may be included, and the fields of a row that name it.
_NAMED_BY = {
    "users": ("requester_id", "assignee_id", "submitter_id", "user_id", "author_id"),
    "groups": ("group_id",),
    "organizations": ("organization_id",),
    "brands": ("brand_id",),
    "ticket_forms": ("ticket_form_id",),
}


def sideload(org: Org, call: Call, body: Record, rows: Iterable[Record]) -> Record:
    """Add what `include=` asks for: users, groups, organizations and more, each record once."""
    for name in call.listed("include") if call.query else ():
        fields = _NAMED_BY.get(name)
        if fields and name not in body:
            ids = dict.fromkeys(row.get(field) for row in rows for field in fields)
            body[name] = org.store[name].get_many(ids)
    return body
