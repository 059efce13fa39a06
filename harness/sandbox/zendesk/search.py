"""Search: the meaning of a search text, and the endpoints that take one."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any, NamedTuple

from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org, iso
from harness.sandbox.store import Record
from harness.sandbox.zendesk import errors, paging

CAP = 1000
_TOKEN = re.compile(r'(-?)(?:([a-z_]+)(:|<=|>=|<|>))?("[^"]*"|\S+)', re.IGNORECASE)
LEVELS = {
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


class Term(NamedTuple):
    """One word of a search text: `status<solved`, `-tags:vip`, or a bare word without a name."""

    name: str
    sign: str
    wanted: str
    excluded: bool


def matching(org: Org, call: Call, text: str, only: str = "") -> list[tuple[str, Record]]:
    """Records that a search text means, each with its type; `only` is the one type that the call wants."""
    terms = [
        Term(name.lower(), sign or ":", value.strip('"'), bool(minus))
        for minus, name, sign, value in _TOKEN.findall(text)
    ]
    types = [term.wanted for term in terms if term.name == "type" and not term.excluded and term.wanted in _TYPES]
    if only in _TYPES:
        types = [only]
    conditions = [term for term in terms if term.name not in ("type", "order_by", "sort")]
    return [
        (kind, record)
        for kind in types or _TYPES
        for record in org.store[_TYPES[kind]]
        if all(_meets(org, call, _TYPES[kind], record, term) != term.excluded for term in conditions)
    ]


def _meets(org: Org, call: Call, table: str, record: Record, term: Term) -> bool:
    name, sign, wanted = term.name, term.sign, term.wanted
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
        return wanted.lower() in (str(item).lower() for item in have)
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
    return ordered(have[:size], sign, wanted[:size])


def _compared(field: str, have: Any, sign: str, wanted: str) -> bool:
    if sign == ":":
        text = str(have).lower()
        return wanted.rstrip("*").lower() in text if wanted.endswith("*") else text == wanted.lower()
    levels = LEVELS.get(field)
    if levels:
        return have in levels and wanted in levels and ordered(levels.index(have), sign, levels.index(wanted))
    return wanted.isdigit() and isinstance(have, int) and ordered(have, sign, int(wanted))


def ordered(left: Any, sign: str, right: Any) -> bool:
    """Whether two values stand in the order that a sign says."""
    return bool({"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[sign])


def _results(org: Org, call: Call, only: str = "") -> list[Record] | Reply:
    if not call.has("query"):
        return errors.attribute("query", "is missing")
    rows = matching(org, call, call.arg("query"), only)
    return [{**record, "result_type": kind} for kind, record in rows]


def search(org: Org, call: Call) -> Reply:
    """GET search: offset only, and never past the first thousand rows, though `count` counts them all."""
    if paging.wants_cursor(call):
        return errors.attribute("page", "must be an integer")
    rows = _results(org, call)
    if isinstance(rows, Reply):
        return rows
    page, size = call.arg("page", "1"), paging.size_of(call)
    if not page.isdigit() or not int(page):
        return errors.attribute("page", "must be an integer")
    if (int(page) - 1) * size >= CAP:
        return errors.plain(422, "RecordInvalid", "Requested response size was greater than Search Response Limits")
    reply = paging.by_offset(call, "results", rows)
    if reply.ok:
        reply.body["facets"] = None
    return reply


def count(org: Org, call: Call) -> Reply:
    """GET search/count."""
    rows = _results(org, call)
    return rows if isinstance(rows, Reply) else Reply(200, {"count": len(rows)})


def export(org: Org, call: Call) -> Reply:
    """GET search/export: one type, by cursor, without the cap."""
    only = call.arg("filter[type]")
    if only and only not in ("ticket", "user", "organization", "group"):
        return errors.attribute("filter[type]", "must be ticket, user, organization or group")
    rows = _results(org, call, only)
    if isinstance(rows, Reply):
        return rows
    text = call.arg("page[size]", "100")
    if not text.isdigit() or not 1 <= int(text) <= CAP:
        return errors.attribute("page[size]", "must be an integer between 1 and 1000")
    last = _last_id(call.arg("page[after]"))
    rest = [row for row in rows if last is None or row["id"] > last]
    shown, more = rest[: int(text)], len(rest) > int(text)
    # The vendor does not document what is in a cursor; clients only send it back.
    after = base64.b64encode(f'{{"sortValues":[{shown[-1]["id"]}]}}'.encode()).decode() if shown else None
    next_page = paging.link(call, (), **{"page[after]": after}) if after else None
    return Reply(200, {"results": shown, "facets": None, "meta": {"has_more": more, "after_cursor": after,
                       "before_cursor": None}, "links": {"prev": None, "next": next_page}})  # fmt: skip


def _last_id(cursor: str) -> int | None:
    """The last id of a cursor's sort values."""
    try:
        text = base64.b64decode(cursor.replace(" ", "+")).decode()
        return int(text.partition('"sortValues":[')[2].partition("]")[0].rpartition(",")[2])
    except (binascii.Error, ValueError):
        return None


BEHAVIOURS = {
    "GET /api/v2/search": search,
    "GET /api/v2/search/count": count,
    "GET /api/v2/search/export": export,
}
