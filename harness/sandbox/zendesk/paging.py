"""Lists as Zendesk pages them: by cursor, by offset, and the help center's variant of both.

A cursor is base64 of `{"o": ORDER, "v": base64 of the sort values}`, each value a type letter and its bytes,
little-endian (read off recorded cursors). It names a place by value, so it stays good when rows come and go.
"""

from __future__ import annotations

import base64
import binascii
import bisect
import calendar
import operator
import struct
import time
from typing import Any
from urllib.parse import urlencode

import msgspec

from harness.sandbox.call import Call, Reply
from harness.sandbox.conventions import UNDOCUMENTED
from harness.sandbox.org import Org
from harness.sandbox.store import Record
from harness.sandbox.zendesk import errors

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
    """`next_page`, `previous_page`, `count`; refused past row 10,000."""
    helpful = call.path.startswith(_HELP)
    size = size_of(call, default=30 if helpful else default)
    text = call.arg("page", "1")
    number = int(text) if text.isdigit() and int(text) else 1
    if (number - 1) * size >= DEPTH:
        return errors.listed(400, "InvalidPaginationDepth", "Page depth is limited to 100 pages or 10,000 records")
    rows = _sorted(call, rows)
    start = (number - 1) * size
    shown = rows[start : start + size]
    after = link(call, page=number + 1) if start + size < len(rows) else None
    before = link(call, page=number - 1) if number > 1 else None
    if helpful:
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
    name = order.removeprefix("-")
    if name and name not in _SORTS:
        return errors.listed(400, "InvalidPaginationParameter", f"sort is not valid: {name}")
    names = ((name, "id") if name not in ("id", "nice_id") else (name,)) if name else _ORDERS.get(key, ("id",))
    down = order.startswith("-")
    after, before = call.arg("page[after]"), call.arg("page[before]")
    if names in (("id",), ("nice_id",)) and not down and not before:
        shown, more = _leap(rows, int(text), after)
    else:
        shown, more = cut(place_rows(rows, names, down=down), int(text), after, before, down=down)
    if shown is None:
        return errors.listed(400, "InvalidPaginationParameter", "page[after] or page[before] is not a cursor")
    label = ("-" if order.startswith("-") else "") + ",".join(names)
    last, first = (encode(label, shown[-1][0]), encode(label, shown[0][0])) if shown else (None, None)
    links = {
        "prev": link(call, **{"page[before]": first}, drop=("page[after]",)) if first else None,
        "next": link(call, **{"page[after]": last}, drop=("page[before]",)) if last else None,
    }
    if call.path.startswith(_HELP):
        links = {"first": link(call, drop=("page[after]", "page[before]")),
                 "last": link(call, **{"page[before]": "bGFzdF9wYWdl"}, drop=("page[after]",)), **links}  # fmt: skip
    meta = {"has_more": more, "after_cursor": last, "before_cursor": first}
    return Reply(200, {key: [row for _, row in shown], "meta": meta, "links": links})


Placed = list[tuple[tuple[Any, ...], Record]]


def _leap(rows: list[Record], size: int, after: str) -> tuple[Placed | None, bool]:
    """The page behind a cursor in the order of ids, without placing all the rows that nobody asked for."""
    mark = decode(after) if after else ()
    if mark is None:
        return None, False
    idents = [row.get("id", index) for index, row in enumerate(rows)]
    ordered = all(map(operator.lt, idents, idents[1:])) if _same_type(idents, mark) else False
    if not ordered:
        return cut(place_rows(rows, ("id",)), size, after, "")
    start = bisect.bisect_right(idents, mark[-1]) if mark else 0
    shown: Placed = [((row.get("id", start + at),), row) for at, row in enumerate(rows[start : start + size])]
    return shown, start + size < len(rows)


def _same_type(idents: list[Any], mark: tuple[Any, ...]) -> bool:
    kinds = {type(ident) for ident in idents} | ({type(mark[-1])} if mark else set())
    return len(kinds) <= 1


def place_rows(rows: list[Record], names: tuple[str, ...], *, down: bool = False) -> Placed:
    """Rows with their sort values, in order; rows without an id have their number."""
    if names in (("id",), ("nice_id",)):
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


def cut(placed: Placed, size: int, after: str, before: str, *, down: bool = False) -> tuple[Placed | None, bool]:
    """The rows of one page and whether more follow; (None, False) for what is no cursor."""
    if not after and not before:
        return placed[:size], len(placed) > size
    if before == "bGFzdF9wYWdl":
        return placed[-size:], False
    mark = decode(after or before)
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


def encode(order: str, values: tuple[Any, ...]) -> str:
    """A cursor from sort values; `order` names them."""
    names = order.removeprefix("-").split(",")
    packed = b"".join(_pack(value, name) for name, value in zip(names, values, strict=True))
    inner = {"o": order, "v": base64.b64encode(packed).decode()}
    return base64.b64encode(msgspec.json.encode(inner)).decode()


def _pack(value: Any, name: str) -> bytes:
    if isinstance(value, int) and -(2**63) <= value < 2**63:
        return (b"d" if name.endswith("_at") else b"i") + struct.pack("<q", value)
    text = str(value)
    return b"s" + struct.pack("<I", len(text)) + text.encode()


def decode(cursor: str) -> tuple[Any, ...] | None:
    """The sort values of a cursor, in any of the vendor's wrappings; None for what is none."""
    try:
        data = base64.b64decode(cursor.replace(" ", "+"), validate=True)
        if data[:1] == b"{":
            inner = msgspec.json.decode(data)
            data = base64.b64decode(inner.get("v") or inner["offset"], validate=True)
        return _unpack(data)
    except (binascii.Error, ValueError, LookupError, TypeError, AttributeError, struct.error):
        return None


def _unpack(data: bytes) -> tuple[Any, ...]:
    values: list[Any] = []
    while data:
        tag, data = data[:1], data[1:]
        if tag in (b"i", b"d"):
            values.append(struct.unpack("<q", data[:8])[0])
            data = data[8:]
        elif tag == b"s":
            # The length counts characters, not bytes (recorded with a name that begins with an emoji).
            text = data[4:].decode("utf-8", "surrogateescape")[: struct.unpack("<I", data[:4])[0]]
            values.append(text)
            data = data[4 + len(text.encode("utf-8", "surrogateescape")) :]
        else:
            raise ValueError(tag)
    if not values:
        raise ValueError("empty cursor")
    return tuple(values)


def link(call: Call, drop: tuple[str, ...] = (), **changes: Any) -> str:
    """The URL of the call with some query parameters set anew."""
    pairs = [(name, value) for name, value in call.query if name not in (*drop, *changes)]
    pairs += changes.items()
    query = f"?{urlencode(pairs)}" if pairs else ""
    return f"{call.base}{call.path}{query}"
