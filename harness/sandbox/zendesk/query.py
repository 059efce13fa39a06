"""Which tickets, users and organizations are meant: search text, and the conditions of views."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from harness.sandbox.call import Call
from harness.sandbox.org import Org, iso
from harness.sandbox.store import Record

_TOKEN = re.compile(r'(-?)(?:([a-z_]+)(:|<=|>=|<|>))?("[^"]*"|\S+)', re.IGNORECASE)
_LEVELS = {
    "status": ("new", "open", "pending", "hold", "solved", "closed"),
    "priority": ("low", "normal", "high", "urgent"),
}
_TYPES = {"ticket": "tickets", "user": "users", "organization": "organizations", "group": "groups"}
_TEXTS = {
    "tickets": ("subject", "description", "external_id"),
    "users": ("name", "email", "notes", "details", "external_id", "phone"),
    "organizations": ("name", "notes", "details", "external_id"),
    "groups": ("name", "description"),
}
_FIELDS = {"created": "created_at", "updated": "updated_at", "due_date": "due_at", "assignee": "assignee_id",
           "requester": "requester_id", "submitter": "submitter_id", "group": "group_id",
           "organization": "organization_id", "tags": "tags", "ticket_type": "type", "brand": "brand_id",
           "form": "ticket_form_id", "cc": "collaborator_ids"}  # fmt: skip
_PEOPLE = frozenset({"assignee", "requester", "submitter", "cc"})
_SPANS = {"minute": 60, "hour": 3600, "day": 86400, "week": 604800, "month": 2592000, "year": 31536000}


def search(org: Org, call: Call, text: str, only: str = "") -> list[tuple[str, Record]]:
    """Records that a search text means, each with its type; `only` is the type that the call asks for."""
    terms = [(bool(minus), (name or "").lower(), sign or ":", value.strip('"'))
             for minus, name, sign, value in _TOKEN.findall(text)]  # fmt: skip
    kinds = [value for minus, name, _, value in terms if name == "type" and not minus and value in _TYPES]
    kinds = [only] if only in _TYPES else kinds or list(_TYPES)
    tests = [term for term in terms if term[1] not in ("type", "order_by", "sort")]
    found = []
    for kind in kinds:
        table = _TYPES[kind]
        found += [
            (kind, record)
            for record in org.store[table]
            if all(_meets(org, call, table, record, *term[1:]) != term[0] for term in tests)
        ]
    return found


def _meets(org: Org, call: Call, table: str, record: Record, name: str, sign: str, wanted: str) -> bool:
    if not name:
        text = wanted.rstrip("*").lower()
        return text in ("", "*") or any(text in str(record.get(field) or "").lower() for field in _TEXTS[table])
    field = _FIELDS.get(name, name)
    if name in _PEOPLE and wanted.lower() not in ("none", "null"):
        return _is_person(org, call, record.get(field), wanted)
    if field not in record:
        return True
    have = record[field]
    if wanted.lower() in ("none", "null"):
        return have in (None, [], "")
    if isinstance(have, list):
        return wanted.lower() in (str(one).lower() for one in have)
    if field.endswith("_at"):
        return _in_time(str(have or ""), sign, _moment(call, wanted))
    return _compared(field, have, sign, wanted)


def _is_person(org: Org, call: Call, have: Any, wanted: str) -> bool:
    idents = have if isinstance(have, list) else [have]
    if wanted.lower() == "me":
        return bool(call.actor) and call.actor["id"] in idents
    rows = (org.store["users"].get(ident) for ident in idents if ident is not None)
    return any(
        row is not None and wanted.lower() in (str(row["id"]), str(row["email"]).lower(), row["name"].lower())
        for row in rows
    )


def _moment(call: Call, wanted: str) -> str:
    """A date, a time, or a span back from now (`4hours`)."""
    span = re.fullmatch(r"(\d+)(minute|hour|day|week|month|year)s?", wanted.lower())
    return iso(call.now - int(span[1]) * _SPANS[span[2]]) if span else wanted


def _in_time(have: str, sign: str, wanted: str) -> bool:
    if sign == ":":
        return have.startswith(wanted)
    size = min(len(have), len(wanted))
    return _ordered(have[:size], sign, wanted[:size])


def _compared(field: str, have: Any, sign: str, wanted: str) -> bool:
    if sign == ":":
        return (
            wanted.rstrip("*").lower() in str(have).lower()
            if wanted.endswith("*")
            else str(have).lower() == wanted.lower()
        )
    levels = _LEVELS.get(field)
    if levels:
        return have in levels and wanted in levels and _ordered(levels.index(have), sign, levels.index(wanted))
    return wanted.isdigit() and isinstance(have, int) and _ordered(have, sign, int(wanted))


def _ordered(left: Any, sign: str, right: Any) -> bool:
    return bool({"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[sign])


# -- conditions of views ---------------------------------------------------------------------------------------------


def matching(org: Org, conditions: Mapping[str, Any], call: Call) -> list[Record]:
    """Tickets that meet all of `all` and, where there is one, some of `any`."""
    every, some = _tests(conditions.get("all"), call), _tests(conditions.get("any"), call)
    return [
        row
        for row in org.store["tickets"]
        if all(test(row) for test in every) and (not some or any(test(row) for test in some))
    ]


def _tests(conditions: Any, call: Call) -> list[Callable[[Record], bool]]:
    rows: Iterable[Any] = conditions if isinstance(conditions, list) else ()
    return [_condition(row, call) for row in rows if isinstance(row, dict) and "field" in row]


def _condition(row: Mapping[str, Any], call: Call) -> Callable[[Record], bool]:
    """One condition; one on a field that tickets do not have lets all pass."""
    field, operator, value = str(row["field"]), str(row.get("operator") or "is"), row.get("value")
    field = {"current_tags": "tags", "requester_id": "requester_id"}.get(field, field)
    if value == "current_user" and call.actor:
        value = call.actor["id"]

    def test(ticket: Record) -> bool:
        if field not in ticket:
            return True
        have = ticket[field]
        levels = _LEVELS.get(field)
        if operator in ("less_than", "greater_than") and levels and have in levels and value in levels:
            return _ordered(levels.index(have), "<" if operator == "less_than" else ">", levels.index(value))
        if operator in ("includes", "not_includes"):
            words = set(str(value).split())
            known = set(have) if isinstance(have, list) else {str(have)}
            return bool(words & known) == (operator == "includes")
        same = have is None if value in (None, "") else str(have) == str(value)
        return not same if operator in ("is_not", "not_is") else same

    return test
