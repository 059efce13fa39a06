"""Paging: `from` and `limit` with the limit of each list, sorting, filters, and 204 for a page without rows."""

from __future__ import annotations

import re
from typing import Any

from harness.openapi import walk
from harness.openapi.catalog import Operation, path_words
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.store import Record
from harness.sandbox.zoho import errors

DEFAULT = 10
CAP = 50
# The most rows a page of each list may have (vendor page: pagination; clients' reports).
CAPS = {
    "tickets": 100, "threads": 200, "comments": 100, "history": 50, "articles": 50, "departments": 200, "agents": 200,
    "search": 100,
}  # fmt: skip
# The last row that a search and a list of tickets begin at (vendor page: search; client reports: tickets, archive).
LAST_FROM = 4999
_BOUNDED = frozenset({"search", "tickets", "archivedtickets", "associatedtickets"})
# A list that takes whatever `from` and `limit` hold, and reads what it can (client report, live 2026); its own page is
# larger than that of other lists (client library).
_LENIENT, _LENIENT_DEFAULT, _LENIENT_CAP = "/conversations", 100, 200
_WRITTEN = ("/conversations", "/comments")
_NUMBER = re.compile(r"-?[0-9]+", re.ASCII)
_MOST_DIGITS = 9


def window(org: Org, call: Call) -> tuple[int, int] | Reply:
    """First row (from 0) and number of rows that a call asks for, or the 422 that names the wrong parameter."""
    words = path_words(call.operation.path) if call.operation is not None else ("",)
    last = words[-1].lower()
    if call.path.endswith(_LENIENT):
        return _readable_window(call)
    cap = _declared_limit(org, call) or CAPS.get(last, CAP)
    # A search counts its rows from 0, a list from 1; there 0 is taken as the beginning too (client reports).
    origin = 0 if last == "search" else 1
    first, limit = call.arg("from", str(origin)), call.arg("limit", str(DEFAULT))
    refusal = _bounded("from", first, 0, LAST_FROM if last in _BOUNDED else None) or _bounded("limit", limit, 1, cap)
    if refusal is not None:
        return refusal
    if last == "search" and int(first) + int(limit) > LAST_FROM + 1:
        return errors.refuse("UNPROCESSABLE_ENTITY", f"Max search result iterable is {LAST_FROM + 1}")
    return max(0, int(first) - origin), int(limit)


def _readable_window(call: Call) -> tuple[int, int]:
    """The page that a call asks for, as far as its numbers are within their bounds."""
    first, limit = call.arg("from"), call.arg("limit")
    start = 1 if _bounded("from", first, 1, None) else int(first)
    rows = _LENIENT_DEFAULT if _bounded("limit", limit, 1, _LENIENT_CAP) else int(limit)
    return start - 1, rows


def _bounded(name: str, text: str, least: int, most: int | None) -> Reply | None:
    """422 for what is no number, and another for a number beyond its bounds."""
    if not _NUMBER.fullmatch(text):
        return errors.argument(name)
    if len(text) > _MOST_DIGITS or int(text) < least or (most is not None and int(text) > most):
        return errors.out_of_range(name, f">={least}" if most is None else f"{least}-{most}")
    return None


def page(org: Org, call: Call, key: str, rows: list[Record]) -> Reply:
    """One page of rows under the list's own key; a page without rows is a 204, where that is an answer of the list."""
    span = window(org, call) if is_paged(call) else (0, len(rows))
    if isinstance(span, Reply):
        return span
    first, limit = span
    chosen = rows if call.state.get("searched") else filtered(rows, call)
    shown = ordered(chosen, call.arg("sortBy"))[first : first + limit]
    if not shown and call.operation is not None and _is_empty_204(call.operation):
        return Reply(204)
    return Reply(200, {key: shown} if key else shown)


def _is_empty_204(operation: Operation) -> bool:
    """Whether a list answers 204 where it has no rows; what a ticket was told is an empty list (client reports)."""
    return "204" in operation.statuses and not operation.path.endswith(_WRITTEN)


# Query names that say how a list is shown, not what is in it, and those that stand for a field of another name.
_CONTROL = frozenset(
    {"from", "limit", "sortBy", "include", "orgId", "viewId", "module", "searchStr", "types", "fields"}
)
_FIELDS = {
    "assignee": "assigneeId", "teamIds": "teamId", "departmentIds": "departmentId", "roleIds": "roleId",
    "profileIds": "profileId",
}  # fmt: skip


def filtered(rows: list[Record], call: Call) -> list[Record]:
    """Rows whose fields have the values that the query gives for them; spam only where the query wants it."""
    for name, value in call.query:
        if value and name not in _CONTROL:
            rows = _having(rows, _FIELDS.get(name, name), {part.strip().lower() for part in value.split(",")})
    if rows and "isSpam" in rows[0] and not call.has("isSpam"):
        rows = _having(rows, "isSpam", {"false", "none"})
    return rows


def _having(rows: list[Record], name: str, values: set[str]) -> list[Record]:
    """Rows with one of these values in a field; those without the field, or with more than a word in it, stay.

    `Unassigned` is the value of a field that names nobody (vendor page: list all tickets).
    """

    def has(row: Record) -> bool:
        value = row.get(name)
        if name not in row or not isinstance(value, str | int | None):
            return True
        return str(value).lower() in values or (value is None and "unassigned" in values)

    return [row for row in rows if has(row)]


def ordered(rows: list[Record], by: str) -> list[Record]:
    """Rows sorted by a field, `-` first for the highest first; rows without the field stay last."""
    name = by.lstrip("-")
    if not name or not any(name in row for row in rows):
        return rows
    with_value = [row for row in rows if row.get(name) is not None]
    without = [row for row in rows if row.get(name) is None]
    return sorted(with_value, key=lambda row: _rank(row[name]), reverse=by.startswith("-")) + without


def _rank(value: Any) -> tuple[int, float, str]:
    text = str(value).lower()
    return (0, float(text), "") if text.isdigit() else (1, 0.0, text)


def _declared_limit(org: Org, call: Call) -> int:
    """The bound that the document sets for `limit` of this list; 0 where it sets none."""
    if call.operation is None:
        return 0
    limits: dict[str, int] = org.memo.setdefault("caps", {})
    if call.operation.key not in limits:
        model = org.engine.models[call.operation.document]
        schemas = [
            parameter.get("schema", {})
            for parameter in model.parameters(call.operation)
            if parameter.get("name") == "limit"
        ]
        schema = walk.resolve(model.schemas.tree, schemas[0]) if schemas else {}
        limits[call.operation.key] = int(schema.get("maximum", 0))
    return limits[call.operation.key]


def is_paged(call: Call) -> bool:
    """Whether a call is for a list of which pages can be asked for."""
    return call.operation is not None and any(parameter.name == "limit" for parameter in call.operation.parameters)
