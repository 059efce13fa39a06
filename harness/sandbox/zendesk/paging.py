"""Paging: by cursor, by offset, and the help center's variant of both."""

from __future__ import annotations

import bisect
import operator
from typing import Any
from urllib.parse import urlencode

from harness.sandbox.call import Call, Reply
from harness.sandbox.conventions import UNDOCUMENTED
from harness.sandbox.org import Org, seconds_of
from harness.sandbox.store import Record
from harness.sandbox.zendesk import cursors, errors

LIMIT = 100
DEPTH = 10_000
_HELP = ("/api/v2/help_center/", "/api/v2/community/")
_CATEGORY_POSITION = "category_position"
# The default order of a list, read off its recorded cursors.
_ORDERS = {
    "tickets": ("nice_id",),
    "groups": ("name", "id"),
    "triggers": (_CATEGORY_POSITION, "position", "title", "id"),
    "audits": ("created_at", "id"),
    "categories": ("position", "created_at", "id"),
    "topics": ("created_at", "id"),
}
# Query parameters that keep the rows with a value, and the field that holds it.
_FILTERS = {
    "active": "active", "category_id": "category_id", "default": "default", "end_user_visible": "end_user_visible",
    "external_id": "external_id", "permission_set": "custom_role_id", "role": "role",
    "status_categories": "status_category", "type": "type",
}  # fmt: skip
_LAST_PAGE = "bGFzdF9wYWdl"  # the cursor that the help center gives for its last page
_BY_ID = (("id",), ("nice_id",))
_SORTS = ("id", "updated_at", "created_at", "status", "name", "position", "title", "nice_id")


def page(org: Org, call: Call, key: str, rows: list[Record]) -> Reply:
    """One page of a list; `key` is the field that holds the rows.

    Some lists page by cursor in any case, and some have no offsets: what their document does not declare stays out.
    """
    declared = _declared(org, call)
    rows = narrowed(call, rows)
    if wants_cursor(call) or (declared and "meta" in declared and "next_page" not in declared):
        return by_cursor(call, key, rows)
    reply = by_offset(call, key, rows)
    if reply.ok and declared:
        for name in ("count", "next_page", "previous_page"):
            if name not in declared:
                del reply.body[name]
    return reply


def _declared(org: Org, call: Call) -> frozenset[str]:
    """The fields that the operation's answer declares; none for what no document describes."""
    if call.operation is None or call.operation.document == UNDOCUMENTED:
        return frozenset()
    plan = org.engine.plan(call.operation)
    return frozenset(org.engine.model(plan).schemas.properties(plan.schema)) if plan.schema is not None else frozenset()


def count(org: Org, call: Call, total: int) -> Reply:
    """How many there are, and when they were counted."""
    return Reply(200, {"count": {"value": total, "refreshed_at": org.stamp(call.now)}})


def narrowed(call: Call, rows: list[Record]) -> list[Record]:
    """The rows with the values that the query has for the filters that the operation declares (`role`, `role[]`)."""
    if call.operation is None or not call.query:
        return rows
    for parameter in call.operation.parameters:
        field = _FILTERS.get(parameter.name)
        wanted = [value.lower() for value in call.listed(parameter.name)]
        if field and wanted:
            rows = [row for row in rows if str(row.get(field)).lower() in wanted]
    return rows


def wants_cursor(call: Call) -> bool:
    """Whether the call wants cursor paging; where both styles are sent, the cursor counts."""
    return any(name.startswith("page[") for name, _ in call.query)


def size_of(call: Call, default: int = LIMIT) -> int:
    """The page size that the query gives, at most 100; what is no number counts as not given."""
    text = call.arg("per_page")
    return max(1, min(int(text), LIMIT)) if text.isdigit() and int(text) else default


def by_offset(call: Call, key: str, rows: list[Record]) -> Reply:
    """`next_page`, `previous_page`, `count`; refused past row 10,000."""
    is_help_center = call.path.startswith(_HELP)
    size = size_of(call, 30 if is_help_center else LIMIT)
    text = call.arg("page", "1")
    number = int(text) if text.isdigit() and int(text) else 1
    if (number - 1) * size >= DEPTH:
        return errors.listed(400, "InvalidPaginationDepth", "Page depth is limited to 100 pages or 10,000 records")
    rows = _sorted(call, rows)
    start = (number - 1) * size
    shown = rows[start : start + size]
    after = link(call, page=number + 1) if start + size < len(rows) else None
    before = link(call, page=number - 1) if number > 1 else None
    if is_help_center:
        pages = -(-len(rows) // size)
        body = {key: shown, "page": number, "previous_page": before, "next_page": after, "per_page": size,
                "page_count": pages, "count": len(rows), "sort_by": "position", "sort_order": "asc"}  # fmt: skip
        return Reply(200, body)
    return Reply(200, {key: shown, "next_page": after, "previous_page": before, "count": len(rows)})


def _sorted(call: Call, rows: list[Record]) -> list[Record]:
    name = call.arg("sort_by")
    descending = call.arg("sort_order") == "desc"
    if name not in _SORTS or name == "position":
        return rows[::-1] if descending and name in ("id", "nice_id") else rows
    return sorted(rows, key=lambda row: _rank(row.get("id" if name == "nice_id" else name)), reverse=descending)


def _rank(value: Any) -> tuple[int, Any]:
    """Values of mixed types in one order: nothing, numbers, texts in whatever case."""
    if value is None:
        return (0, 0)
    return (1, value) if isinstance(value, int | float) else (2, str(value).casefold())


def by_cursor(call: Call, key: str, rows: list[Record]) -> Reply:
    """`meta` and `links`; the cursors of a page are those of its first and last row."""
    text = call.arg("page[size]", str(LIMIT))
    if not text.isdigit() or not 1 <= int(text) <= LIMIT:
        return errors.listed(400, "InvalidPaginationParameter", "page[size] must be an integer between 1 and 100")
    order = "" if call.has("sort_by") else call.arg("sort")
    descending, name = order.startswith("-"), order.removeprefix("-")
    if name and name not in _SORTS:
        return errors.listed(400, "InvalidPaginationParameter", f"sort is not valid: {name}")
    names = _sorted_by(name) if name else _ORDERS.get(key, ("id",))
    after, before = call.arg("page[after]"), call.arg("page[before]")
    if names in _BY_ID and not descending and not before:
        shown, more = _page_by_id(rows, int(text), after)
    else:
        shown, more = page_around(
            with_sort_values(rows, names, descending=descending), int(text), after, before, descending=descending
        )
    if shown is None:
        return errors.listed(400, "InvalidPaginationParameter", "page[after] or page[before] is not a cursor")
    label = ("-" if descending else "") + ",".join(name.removeprefix("category_") for name in names)
    first, last = (cursors.encode(label, shown[0][0]), cursors.encode(label, shown[-1][0])) if shown else (None, None)
    meta = {"has_more": more, "after_cursor": last, "before_cursor": first}
    return Reply(200, {key: [row for _, row in shown], "meta": meta, "links": _links(call, first, last)})


def _sorted_by(name: str) -> tuple[str, ...]:
    """The fields of an order that the query names; the id decides between rows that are alike in the first."""
    return (name,) if (name,) in _BY_ID else (name, "id")


def _links(call: Call, first: str | None, last: str | None) -> dict[str, str | None]:
    """The pages around one with these first and last cursors."""
    links = {
        "prev": link(call, **{"page[before]": first}, drop=("page[after]",)) if first else None,
        "next": link(call, **{"page[after]": last}, drop=("page[before]",)) if last else None,
    }
    if not call.path.startswith(_HELP):
        return links
    ends = {"first": link(call, drop=("page[after]", "page[before]")),
            "last": link(call, **{"page[before]": _LAST_PAGE}, drop=("page[after]",))}  # fmt: skip
    return {**ends, **links}


SortedRows = list[tuple[tuple[Any, ...], Record]]


def _page_by_id(rows: list[Record], size: int, after: str) -> tuple[SortedRows | None, bool]:
    """The page behind a cursor in the order of ids, without sort values for rows outside the page."""
    position = cursors.decode(after) if after else ()
    if position is None:
        return None, False
    idents = [row.get("id", index) for index, row in enumerate(rows)]
    ordered = all(map(operator.lt, idents, idents[1:])) if _same_type(idents, position) else False
    if not ordered:
        return page_around(with_sort_values(rows, ("id",)), size, after, "")
    start = bisect.bisect_right(idents, position[-1]) if position else 0
    shown: SortedRows = [((row.get("id", start + at),), row) for at, row in enumerate(rows[start : start + size])]
    return shown, start + size < len(rows)


def _same_type(idents: list[Any], position: tuple[Any, ...]) -> bool:
    kinds = {type(ident) for ident in idents} | ({type(position[-1])} if position else set())
    return len(kinds) <= 1


def with_sort_values(rows: list[Record], names: tuple[str, ...], *, descending: bool = False) -> SortedRows:
    """Rows with their sort values, in order; rows without an id have their number."""
    if names in _BY_ID:
        sorted_rows: SortedRows = [((row.get("id", index),), row) for index, row in enumerate(rows)]
    else:
        sorted_rows = [(tuple(_sort_value(row, name, index) for name in names), row) for index, row in enumerate(rows)]
    # By id as well: deleted tickets are in the order of their deletion, jobs have hashes for ids.
    sorted_rows.sort(key=lambda pair: tuple(map(_rank, pair[0])))
    return sorted_rows[::-1] if descending else sorted_rows


def _sort_value(row: Record, name: str, index: int) -> Any:
    """What a row is sorted by; times as seconds, so that a cursor can carry them in eight bytes."""
    if name == "id":
        return row.get("id", index)
    if name == _CATEGORY_POSITION:
        return 1  # every category counts as the first: the order within one is all that clients see here
    value = row.get(name)
    if not isinstance(value, str) or len(value) != 20 or not value.endswith("Z"):
        return value
    try:
        return seconds_of(value)
    except ValueError:
        return value


def page_around(
    sorted_rows: SortedRows, size: int, after: str, before: str, *, descending: bool = False
) -> tuple[SortedRows | None, bool]:
    """The rows of one page and whether more follow; (None, False) for what is no cursor."""
    if not after and not before:
        return sorted_rows[:size], len(sorted_rows) > size
    if before == _LAST_PAGE:
        return sorted_rows[-size:], False
    position = cursors.decode(after or before)
    if position is None:
        return None, False
    key = tuple(map(_rank, position))
    later = [pair for pair in sorted_rows if _beyond(pair[0], key, len(position), up=bool(after) != descending)]
    if after:
        return later[:size], len(later) > size
    return later[-size:], len(later) > size


def _beyond(values: tuple[Any, ...], position: tuple[Any, ...], length: int, *, up: bool) -> bool:
    # A cursor of another order has more or fewer values than the rows: the ends are the ids, so those decide.
    own = tuple(map(_rank, values))
    if len(own) != length:
        own, position = own[-1:], position[-1:]
    return own > position if up else own < position


def link(call: Call, drop: tuple[str, ...] = (), **changes: Any) -> str:
    """The URL of the call with some query parameters set anew."""
    pairs = [(name, value) for name, value in call.query if name not in (*drop, *changes)]
    pairs += changes.items()
    query = f"?{urlencode(pairs)}" if pairs else ""
    return f"{call.base}{call.path}{query}"
