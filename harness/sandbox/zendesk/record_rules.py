"""Record rules: what the vendor refuses in a record although its document allows it.

Sources: recorded exchanges (a name or address that is taken, 2015-12), and the 422 answers that users of client
libraries report: addresses that are no addresses, names that are blank, suspended requesters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.store import Record
from harness.sandbox.zendesk import errors, user_records

LONGEST = 255
_LOCAL = r"[^\s@<>()\[\],;:\"\\.]+(?:\.[^\s@<>()\[\],;:\"\\.]+)*"
_LABEL = r"[^\W_](?:[\w-]*[^\W_])?"
_ADDRESS = re.compile(rf"{_LOCAL}@(?:{_LABEL}\.)+(?:[^\W\d_]{{2,}}|xn--[a-z0-9-]+)", re.IGNORECASE)

# The field that names a record of a table; it is never blank, and no longer than a column of the vendor's.
_NAMES = {
    **dict.fromkeys(("users", "organizations", "groups", "brands", "ticket_forms"), "name"),
    **dict.fromkeys(("views", "macros", "triggers", "automations", "ticket_fields", "user_fields",
                     "organization_fields"), "title"),
}  # fmt: skip
_ADDRESSES = {"users": "email", "recipient_addresses": "email"}
# Fields whose values are unique among the records of a table.
_UNIQUE = {
    "organizations": ("name",), "user_fields": ("key",), "organization_fields": ("key",), "custom_objects": ("key",),
    "brands": ("name", "subdomain"), "recipient_addresses": ("email",), "dynamic_content/items": ("name",),
}  # fmt: skip
_WITH_EXTERNAL_ID = frozenset({"users", "organizations"})


class Broken(NamedTuple):
    """A rule that a record breaks: its field, and how the vendor says so."""

    field: str
    description: str
    error: str


def is_address(text: str) -> bool:
    """Whether a text is a mail address that the vendor takes."""
    return _ADDRESS.fullmatch(text.strip()) is not None


def check(org: Org, call: Call) -> Reply | None:
    """A step before each call: refuse a record of a plain collection that breaks a rule."""
    if call.operation is None or call.method not in ("POST", "PUT", "PATCH") or call.state.get("unchecked"):
        return None
    plan = org.engine.plan_of(call)
    if plan.table == "users" or plan.kind not in ("create", "update"):
        return None  # users are made in many ways, and their own behaviours ask
    own = org.store[plan.table].get(call.values.get(plan.target)) if plan.kind == "update" else None
    if plan.kind == "update" and own is None:
        return None
    fields = call.envelope(plan.request_key or plan.key)
    return refusal(org, plan.table, fields, own) if fields else None


def refusal(org: Org, table: str, fields: Record, own: Record | None = None) -> Reply | None:
    """422 for the fields of a new record, or of a change of an `own` one, that break a rule; None where none does."""
    broken = list(broken_rules(org, table, fields, own))
    details = {rule.field: [(other.description, other.error) for other in broken if other.field == rule.field]
               for rule in broken}  # fmt: skip
    return errors.record_invalid(details) if details else None


def broken_rules(org: Org, table: str, fields: Record, own: Record | None = None) -> Iterator[Broken]:
    """Every rule that the fields of a record break."""
    yield from _name(table, fields, own)
    yield from _address(org, table, fields, own)
    yield from _external_id(org, table, fields, own)
    for name in _UNIQUE.get(table, ()):
        if _is_taken(org, table, name, fields.get(name), own):
            yield Broken(name, f"{name.capitalize()}: {fields[name]} has already been taken", "DuplicateValue")


def _name(table: str, fields: Record, own: Record | None) -> Iterator[Broken]:
    name = _NAMES.get(table)
    if name is None or (own is not None and name not in fields):
        return
    label, value = name.capitalize(), fields.get(name)
    if value is None or (isinstance(value, str) and not value.strip()):
        text = "is too short (minimum is 1 characters)" if table == "users" else "cannot be blank"
        yield Broken(name, f"{label}: {text}", "BlankValue")
    elif isinstance(value, str) and len(value) > LONGEST:
        yield Broken(name, f"{label}: is too long (maximum is {LONGEST} characters)", "InvalidValue")


def _address(org: Org, table: str, fields: Record, own: Record | None) -> Iterator[Broken]:
    name = _ADDRESSES.get(table, "")
    value = fields.get(name)
    if not isinstance(value, str) or not value.strip():
        return
    if not is_address(value):
        yield Broken(name, f"Email: {value} is not properly formatted", "InvalidValue")
    elif table == "users" and user_records.by_email(org, value) not in (None, own):
        yield Broken(name, f"Email: {value} is already being used by another user", "DuplicateValue")


def _external_id(org: Org, table: str, fields: Record, own: Record | None) -> Iterator[Broken]:
    value = fields.get("external_id")
    if table not in _WITH_EXTERNAL_ID or value in (None, ""):
        return
    if _is_taken(org, table, "external_id", value, own):
        yield Broken("external_id", "External has already been taken", "DuplicateValue")


def _is_taken(org: Org, table: str, name: str, value: Any, own: Record | None) -> bool:
    """Whether another record of a table has a value, in whatever case."""
    if value is None:
        return False
    wanted = str(value).lower()
    return any(str(row.get(name)).lower() == wanted for row in org.store[table] if row is not own)


def requester_refusal(org: Org, fields: Record) -> Reply | None:
    """422 for a ticket whose requester has no address, or is suspended."""
    given = fields.get("requester")
    email = given.get("email") if isinstance(given, dict) else None
    if not isinstance(email, str) or not email.strip():
        person = org.store["users"].get(fields.get("requester_id"))
    elif is_address(email):
        person = user_records.by_email(org, email)
    else:
        return _about_requester(f"Email:  {email} is not properly formatted", "InvalidValue")
    if person is not None and person["suspended"]:
        return _about_requester(f"{person['email'] or person['name']} is suspended.", "UserSuspended")
    return None


def _about_requester(text: str, error: str) -> Reply:
    return errors.record_invalid({"requester": [(f"Requester: {text}", error)]})
