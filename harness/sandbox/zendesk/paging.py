"""Paging: by cursor, by offset, and the help center's variant of both."""

from __future__ import annotations

import bisect
import calendar
import operator
import time
from typing import Any
from urllib.parse import urlencode

from harness.sandbox.call import Call, Reply
from harness.sandbox.conventions import UNDOCUMENTED
from harness.sandbox.org import Org
from harness.sandbox.store import Record
from harness.sandbox.zendesk import cursors, errors

LIMIT = 100
DEPTH = 10_000
_HELP = ("/api/v2/help_center/", "/api/v2/community/")
# What a list is ordered by when nobody says, as its recorded cursors tell.
_ORDERS = {
    "tickets": ("nice_id",),
    "groups": ("name", "id"),
    "triggers": ("position", "title", "id"),
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

    Some lists page by cursor whether asked or not, and some know no offset: what their document does not declare
    stays out.
    """
    known = _declared(org, call)
    rows = narrowed(call, rows)
    if wants_cursor(call) or (known and "meta" in known and "next_page" not in known):
        return _by_cursor(call, key, rows)
    reply = by_offset(call, key, rows)
    if reply.ok and known:
        for name in ("count", "next_page", "previous_page"):
            if name not in known:
                del reply.body[name]
    return reply


def _declared(org: Org, call: Call) -> frozenset[str]:
    """The fields that the operation's answer declares; none for what no document describes."""
    if call.operation is None or call.operation.document == UNDOCUMENTED:
        return frozenset()
    plan = org.engine.plan(call.operation)
    return frozenset(org.engine.model(plan).schemas.properties(plan.schema)) if plan.schema is not None else frozenset()


def count(org: Org, call: Call, total: int) -> Reply:
    """How many there are, and when that was found out."""
    return Reply(200, {"count": {"value": total, "refreshed_at": org.stamp(call.now)}})


def narrowed(call: Call, rows: list[Record]) -> list[Record]:
    """The rows that have what the query asks for in the filters that the operation declares (`role`, `role[]`)."""
    if call.operation is None or not call.query:
        return rows
    for parameter in call.operation.parameters:
        field = _FILTERS.get(parameter.name)
        wanted = [value.lower() for value in call.listed(parameter.name)]
        if field and wanted:
            rows = [row for row in rows if str(row.get(field)).lower() in wanted]
    return rows


def wants_cursor(call: Call) -> bool:
    """Whether the call asks for cursor paging; where both styles are sent, the cursor wins."""
    return any(name.startswith("page[") for name, _ in call.query)


def size_of(call: Call, name: str = "per_page", default: int = LIMIT) -> int:
    """The page size asked for, at most 100; what is no number counts as not given."""
    text = call.arg(name)
    return max(1, min(int(text), LIMIT)) if text.isdigit() and int(text) else default


def by_offset(call: Call, key: str, rows: list[Record], default: int = LIMIT) -> Reply:
    """`next_page`, `previous_page`, `count`; refusal past row 10,000."""
    is_help_center = call.path.startswith(_HELP)
    size = size_of(call, default=30 if is_help_center else default)
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
    down = call.arg("sort_order") == "desc"
    if name not in _SORTS or name == "position":
        return rows[::-1] if down and name in ("id", "nice_id") else rows
    return sorted(rows, key=lambda row: _rank(row.get("id" if name == "nice_id" else name)), reverse=down)


def _rank(value: Any) -> tuple[int, Any]:
    """Values of mixed types in one order: nothing, numbers, texts."""
    if value is None:
        return (0, 0)
    return (1, value) if isinstance(value, int | float) else (2, str(value))


def _by_cursor(call: Call, key: str, rows: list[Record]) -> Reply:
    """`meta` and `links`; the cursors of a page are those of its first and last row."""
    text = call.arg("page[size]", str(LIMIT))
    if not text.isdigit() or not 1 <= int(text) <= LIMIT:
        return errors.listed(400, "InvalidPaginationParameter", "page[size] must be an integer between 1 and 100")
    order = "" if call.has("sort_by") else call.arg("sort")
    down, name = order.startswith("-"), order.removeprefix("-")
    if name and name not in _SORTS:
        return errors.listed(400, "InvalidPaginationParameter", f"sort is not valid: {name}")
    names = _sorted_by(name) if name else _ORDERS.get(key, ("id",))
    after, before = call.arg("page[after]"), call.arg("page[before]")
    if names in _BY_ID and not down and not before:
        shown, more = _page_by_id(rows, int(text), after)
    else:
        shown, more = page_around(with_sort_values(rows, names, down=down), int(text), after, before, down=down)
    if shown is None:
        return errors.listed(400, "InvalidPaginationParameter", "page[after] or page[before] is not a cursor")
    label = ("-" if down else "") + ",".join(names)
    first, last = (cursors.encode(label, shown[0][0]), cursors.encode(label, shown[-1][0])) if shown else (None, None)
    meta = {"has_more": more, "after_cursor": last, "before_cursor": first}
    return Reply(200, {key: [row for _, row in shown], "meta": meta, "links": _links(call, first, last)})


def _sorted_by(name: str) -> tuple[str, ...]:
    """The fields that put rows in order when one is asked for; the id decides between rows that are alike in it."""
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


Placed = list[tuple[tuple[Any, ...], Record]]


def _page_by_id(rows: list[Record], size: int, after: str) -> tuple[Placed | None, bool]:
    """The page behind a cursor in the order of ids, without placing all the rows that nobody asked for."""
    mark = cursors.decode(after) if after else ()
    if mark is None:
        return None, False
    idents = [row.get("id", index) for index, row in enumerate(rows)]
    ordered = all(map(operator.lt, idents, idents[1:])) if _same_type(idents, mark) else False
    if not ordered:
        return page_around(with_sort_values(rows, ("id",)), size, after, "")
    start = bisect.bisect_right(idents, mark[-1]) if mark else 0
    shown: Placed = [((row.get("id", start + at),), row) for at, row in enumerate(rows[start : start + size])]
    return shown, start + size < len(rows)


def _same_type(idents: list[Any], mark: tuple[Any, ...]) -> bool:
    kinds = {type(ident) for ident in idents} | ({type(mark[-1])} if mark else set())
    return len(kinds) <= 1


def with_sort_values(rows: list[Record], names: tuple[str, ...], *, down: bool = False) -> Placed:
    """Rows with their sort values, in order; rows without an id have their number."""
    if names in _BY_ID:
        placed: Placed = [((row.get("id", index),), row) for index, row in enumerate(rows)]
    else:
        placed = [
            (tuple(row.get("id", index) if name == "id" else _number(row.get(name)) for name in names), row)
            for index, row in enumerate(rows)
        ]
    # By id as well: deleted tickets lie in the order of their deletion, jobs have hashes for ids.
    placed.sort(key=lambda pair: tuple(map(_rank, pair[0])))
    return placed[::-1] if down else placed


def _number(value: Any) -> Any:
    """Times as seconds, so that a cursor can carry them in eight bytes."""
    if isinstance(value, str) and len(value) == 20 and value.endswith("Z"):
        try:
            return calendar.timegm(time.strptime(value, "%Y-%m-%dT%H:%M:%SZ"))
        except ValueError:
            return value
    return value


def page_around(
    placed: Placed, size: int, after: str, before: str, *, down: bool = False
) -> tuple[Placed | None, bool]:
    """The rows of one page and whether more follow; (None, False) for what is no cursor."""
    if not after and not before:
        return placed[:size], len(placed) > size
    if before == _LAST_PAGE:
        return placed[-size:], False
    mark = cursors.decode(after or before)
    if mark is None:
        return None, False
    key = tuple(map(_rank, mark))
    later = [pair for pair in placed if _beyond(pair[0], key, len(mark), up=bool(after) != down)]
    if after:
        return later[:size], len(later) > size
    return later[-size:], len(later) > size


def _beyond(values: tuple[Any, ...], mark: tuple[Any, ...], length: int, *, up: bool) -> bool:
    # A cursor of another order has more or fewer values than the rows: the ends are the ids, so those decide.
    own = tuple(map(_rank, values))
    if len(own) != length:
        own, mark = own[-1:], mark[-1:]
    return own > mark if up else own < mark


def link(call: Call, drop: tuple[str, ...] = (), **changes: Any) -> str:
    """The URL of the call with some query parameters set anew."""
    pairs = [(name, value) for name, value in call.query if name not in (*drop, *changes)]
    pairs += changes.items()
    query = f"?{urlencode(pairs)}" if pairs else ""
    return f"{call.base}{call.path}{query}"
