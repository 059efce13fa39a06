"""Paging: `from` and `limit` with the limit of each list, sorting, filters, and 204 for a page without rows."""

from __future__ import annotations

from typing import Any

from harness.openapi import walk
from harness.openapi.catalog import path_words
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.store import Record
from harness.sandbox.zoho import errors

DEFAULT = 10
CAP = 50
# The most rows a page of each list may have (vendor page: pagination; clients' reports).
CAPS = {
    "tickets": 100, "threads": 200, "comments": 100, "history": 50, "articles": 50, "departments": 200, "agents": 200,
}  # fmt: skip
SEARCH_FROM = 4999  # vendor page: search; the document says 999


def window(org: Org, call: Call) -> tuple[int, int] | Reply:
    """First row (from 0) and number of rows that a call asks for, or the 422 that names the wrong parameter."""
    words = path_words(call.operation.path) if call.operation is not None else ("",)
    cap = _declared_limit(org, call) or CAPS.get(words[-1].lower(), 100 if words[-1] == "search" else CAP)
    first, limit = call.arg("from", "1"), call.arg("limit", str(DEFAULT))
    if not _natural(first) or (words[-1] == "search" and int(first) > SEARCH_FROM):
        return errors.argument("from")
    if not _natural(limit) or not 1 <= int(limit) <= cap:
        return errors.argument("limit")
    # Lists begin at 1; 0 is taken as the beginning too (client report: archived tickets).
    return max(0, int(first) - 1), int(limit)


def page(org: Org, call: Call, key: str, rows: list[Record]) -> Reply:
    """One page of rows under the list's own key; a page without rows is a 204, where that is an answer of the list."""
    span = window(org, call) if _paged(call) else (0, len(rows))
    if isinstance(span, Reply):
        return span
    first, limit = span
    chosen = rows if call.state.get("searched") else filtered(rows, call)
    shown = ordered(chosen, call.arg("sortBy"))[first : first + limit]
    if not shown and call.operation is not None and "204" in call.operation.statuses:
        return Reply(204)
    return Reply(200, {key: shown} if key else shown)


# Query names that say how a list is shown, not what is in it, and those that stand for a field of another name.
_CONTROL = frozenset({"from", "limit", "sortBy", "include", "orgId", "viewId", "module", "searchStr", "types"})
_FIELDS = {"assignee": "assigneeId", "departmentIds": "departmentId", "roleIds": "roleId", "profileIds": "profileId"}


def filtered(rows: list[Record], call: Call) -> list[Record]:
    """Rows whose fields have the values that the query gives for them; spam only where the query wants it."""
    for name, value in call.query:
        if value and name not in _CONTROL:
            rows = _having(rows, _FIELDS.get(name, name), {part.strip().lower() for part in value.split(",")})
    if rows and "isSpam" in rows[0] and not call.has("isSpam"):
        rows = _having(rows, "isSpam", {"false", "none"})
    return rows


def _having(rows: list[Record], name: str, values: set[str]) -> list[Record]:
    """Rows with one of these values in a field; those without the field, or with more than a word in it, stay."""

    def has(row: Record) -> bool:
        value = row.get(name)
        return name not in row or not isinstance(value, str | int | None) or str(value).lower() in values

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


def _paged(call: Call) -> bool:
    return call.operation is not None and any(parameter.name == "limit" for parameter in call.operation.parameters)


def _natural(text: str) -> bool:
    return text.isdigit() and text.isascii() and len(text) < 10
