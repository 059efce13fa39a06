"""Incremental exports: everything that changed since some moment, by time or by cursor."""

from __future__ import annotations

import base64
import binascii
from urllib.parse import urlencode

from harness.sandbox.behaviours import about_path
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org, seconds_of
from harness.sandbox.service import Behaviour
from harness.sandbox.store import Record
from harness.sandbox.zendesk import errors, history, metrics

CAP = 1000
_TYPES = {"tickets": "ticket", "users": "user", "organizations": "organization"}


def _rows(org: Org, table: str) -> list[tuple[int, Record]]:
    """Every record with the second of its last change, oldest change first; the deleted are among them."""
    source = org.store[table]
    deleted = [_deleted(table, row) for row in source.trash.values()]
    rows = [(seconds_of(row["updated_at"]), row) for row in (*source, *deleted)]
    rows.sort(key=lambda pair: (pair[0], pair[1]["id"]))
    return rows


def _deleted(table: str, row: Record) -> Record:
    """How a deleted record shows in an export."""
    return {**row, "status": "deleted"} if table == "tickets" else {**row, "permanently_deleted": False}


def _export_row(table: str, at: int, row: Record) -> Record:
    if table == "tickets":
        return {**row, "generated_timestamp": at}
    return {"permanently_deleted": False, **row} if table == "users" else row


def _start(call: Call) -> int | Reply:
    text = call.arg("start_time")
    if not text.lstrip("-").isdigit():
        return errors.attribute("start_time", "must be an integer")
    if int(text) > call.now - 60:
        return errors.plain(422, "InvalidValue", "Too recent start_time. Use a start_time older than 60 seconds")
    return int(text)


def _size(call: Call) -> int:
    text = call.arg("per_page")
    return max(1, min(int(text), CAP)) if text.isdigit() else CAP


def by_time(table: str) -> Behaviour:
    """A time-based export: `end_time` starts the next page, `end_of_stream` ends it."""

    def answer(org: Org, call: Call) -> Reply:
        start = _start(call)
        if isinstance(start, Reply):
            return start
        rows = [pair for pair in _rows(org, table) if pair[0] >= start]
        shown = rows[: _size(call)]
        # Rows of one second stay on one page, or the next page would start at that second again.
        while len(shown) < len(rows) and rows[len(shown)][0] == shown[-1][0] and len(shown) < CAP:
            shown.append(rows[len(shown)])
        end = shown[-1][0] if shown else start
        ended = len(shown) == len(rows)
        end = end + 1 if not ended and shown else end
        body = {table: [_export_row(table, *pair) for pair in shown], "count": len(shown), "end_of_stream": ended,
                "end_time": end, "next_page": _next_url(call, "start_time", end)}  # fmt: skip
        return Reply(200, body)

    return answer


def by_cursor(table: str) -> Behaviour:
    """A cursor-based export; the cursor is base64 of `SECOND.0||ID|`, as recorded."""

    def answer(org: Org, call: Call) -> Reply:
        cursor = call.arg("cursor")
        start = _position(cursor) if cursor else _start(call)
        if isinstance(start, Reply):
            return start
        if start is None:
            return errors.attribute("cursor", "is not a cursor of this export")
        floor = start if isinstance(start, tuple) else (start, -1)
        rows = [pair for pair in _rows(org, table) if (pair[0], pair[1]["id"]) > floor]
        shown = rows[: _size(call)]
        last = (shown[-1][0], shown[-1][1]["id"]) if shown else floor
        after = base64.b64encode(f"{last[0]}.0||{last[1]}|".encode()).decode()
        url = _next_url(call, "cursor", after)
        body = {table: [_export_row(table, *pair) for pair in shown], "after_url": url, "before_url": None,
                "after_cursor": after, "before_cursor": None, "end_of_stream": len(shown) == len(rows)}  # fmt: skip
        return Reply(200, body)

    return answer


def _position(cursor: str) -> tuple[int, int] | None:
    try:
        second, _, rest = base64.b64decode(cursor, validate=True).decode().partition("||")
        return int(float(second)), int(rest.rstrip("|") or 0)
    except (binascii.Error, ValueError):
        return None


def _next_url(call: Call, parameter: str, start: object) -> str:
    """The URL of the next page, which starts at a time or cursor."""
    others = [(name, value) for name, value in call.query if name not in ("start_time", "cursor")]
    return f"{call.base}{call.path}?{urlencode([*others, (parameter, start)])}"


def events(org: Org, call: Call) -> Reply:
    """GET incremental/ticket_events: what happened, as far as the document has fields for it."""
    start = _start(call)
    if isinstance(start, Reply):
        return start
    rows = [audit for audit in history.of_org(org).audits if seconds_of(audit.created_at) >= start][:CAP]
    shown = [{"id": audit.id, "ticket_id": audit.ticket_id, "instance_id": 1, "metric": "requester_wait_time",
              "type": "update_status", "time": audit.created_at} for audit in rows]  # fmt: skip
    return _one_page(call, "ticket_events", shown, start)


def _one_page(call: Call, key: str, rows: list[Record], start: int) -> Reply:
    """A time-based export in one page: it starts again from the last second that it showed."""
    end = max((seconds_of(row["time"]) for row in rows), default=start)
    next_page = _next_url(call, "start_time", end)
    return Reply(200, {key: rows, "count": len(rows), "end_time": end, "end_of_stream": True, "next_page": next_page})


def _attribute_of(org: Org, table: str, row: Record) -> dict[str, str]:
    """The attribute that a value is of; nothing for what is no value."""
    scope = org.store[table].scope.get(str(row["id"]))
    return {"attribute_id": scope[0]} if scope else {}


def routing(table: str, key: str) -> Behaviour:
    """A behaviour that exports the changes of routing attributes; without a start, from the beginning."""

    def answer(org: Org, call: Call) -> Reply:
        start = _start(call) if call.has("start_time") else 0
        if isinstance(start, Reply):
            return start
        rows = [{"id": str(row["id"]), "name": str(row.get("name") or ""), "type": "create",
                 "time": str(row.get("created_at") or org.stamp(call.now)), **_attribute_of(org, table, row)}
                for row in org.store[table]]  # fmt: skip
        reply = _one_page(call, key, rows, start)
        del reply.body["end_of_stream"]
        return reply

    return answer


@about_path("custom_objects", "custom_object_key")
def object_records(org: Org, call: Call, _: Record) -> Reply:
    """GET incremental/custom_objects/{key}/cursor."""
    plan = org.engine.plan_of(call)
    rows = org.store["custom_objects/records"].within((call.values["custom_object_key"],))
    return Reply(200, {"custom_object_records": [org.engine.fit(plan, row) for row in rows], "after_cursor": None,
                       "after_url": None, "before_cursor": None, "before_url": None,
                       "meta": {"has_more": False}})  # fmt: skip


def metric_events(org: Org, call: Call) -> Reply:
    """GET incremental/ticket_metric_events: when each ticket was created, answered and solved."""
    start = _start(call)
    if isinstance(start, Reply):
        return start
    measured = (rows for ticket in org.store["tickets"] for rows in metrics.events(ticket).values())
    rows = [event for events_of_metric in measured for event in events_of_metric if seconds_of(event["time"]) >= start]
    return _one_page(call, "ticket_metric_events", rows[:CAP], start)


def sample(org: Org, call: Call) -> Reply | None:
    """GET incremental/{resource}/sample: up to 50 records."""
    table = call.values["incremental_resource"]
    if table not in _TYPES:
        return errors.unknown(org, call)
    call.query = (*call.query, ("per_page", "50"))
    return by_time(table)(org, call)


_BASE = "GET /api/v2/incremental"
BEHAVIOURS = {
    f"{_BASE}/tickets": by_time("tickets"),
    f"{_BASE}/users": by_time("users"),
    f"{_BASE}/organizations": by_time("organizations"),
    f"{_BASE}/tickets/cursor": by_cursor("tickets"),
    f"{_BASE}/users/cursor": by_cursor("users"),
    f"{_BASE}/ticket_events": events,
    f"{_BASE}/routing/attributes": routing("routing/attributes", "attributes"),
    f"{_BASE}/routing/attribute_values": routing("routing/attributes/values", "attribute_values"),
    f"{_BASE}/routing/instance_values": routing("routing/instance_values", "instance_values"),
    f"{_BASE}/custom_objects/{{custom_object_key}}/cursor": object_records,
    f"{_BASE}/ticket_metric_events": metric_events,
    f"{_BASE}/{{incremental_resource}}/sample": sample,
}
