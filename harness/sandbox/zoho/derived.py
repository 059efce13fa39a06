"""Derived fields, which the vendor sets itself: times, who did it, what follows from a status, typical values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.sandbox.call import Call
from harness.sandbox.org import Org
from harness.sandbox.store import Record
from harness.sandbox.zoho import multipart
from harness.sandbox.zoho.ids import FIRST_IDS, REFERENCED_TABLES, UNUSED_ID

# The status that a new record has when none is given, in the tables whose records have one.
_FIRST_STATUS = {"tickets": "Open", "tasks": "Not Started", "calls": "In Progress", "events": "In Progress"}
_NEW_TICKET: Record = {
    "isSpam": False, "isTrashed": False, "isDeleted": False, "isArchived": False, "isRead": False, "closedTime": None,
}  # fmt: skip
_CREATED = ("createdTime", "createdOn", "addedTime", "commentedTime", "requestedTime")
_MODIFIED = ("modifiedTime", "modifiedOn", "updatedTime")
_STATUS_TYPES = {"closed": "Closed", "completed": "Closed", "on hold": "On Hold", "onhold": "On Hold"}


def stamp(org: Org, at: float | None = None) -> str:
    """A time as live answers have it: ISO, milliseconds, a literal Z."""
    return org.stamp(at).replace("Z", ".000Z")


def set_derived(org: Org, call: Call, table: str, record: Record, is_new: bool) -> None:
    """Times of creation and change, the agent who did it, and what follows from a status."""
    now = stamp(org, call.now)
    if is_new and call.operation is not None:
        _set_omitted_to_null(org, call, table, record)
        _set_file_fields(call, record)
    times = (*_CREATED, *_MODIFIED) if is_new else _MODIFIED
    record.update((name, now) for name in times if name in record)
    if is_new:
        _set_creator(org, record)
        if table == "tickets":
            record.update(_NEW_TICKET, ticketNumber=str(org.store.next("ticket number", 101)))
            record["channel"] = record.get("channel") or "Web"
        if table in _FIRST_STATUS:
            record["status"] = record.get("status") or _FIRST_STATUS[table]
    if table in _FIRST_STATUS:
        _set_status_fields(record, now)


def _set_creator(org: Org, record: Record) -> None:
    """A new record shows the agent who made it, in full or by id."""
    agent = actor(org)
    for name in ("creator", "createdBy"):
        if isinstance(record.get(name), dict):
            record[name] = {**record[name], "id": agent["id"]}
    for name in ("creatorId", "createdById"):
        if record.get(name):
            record[name] = agent["id"]


def _set_omitted_to_null(org: Org, call: Call, table: str, record: Record) -> None:
    """What a request could have set and did not is null (client report: description, phone, assigneeId)."""
    plan = org.engine.plan_of(call)
    if plan.kind != "create" or plan.table != table or plan.request is None:
        return
    schemas = org.engine.model(plan).schemas
    shown = schemas.properties(plan.item)
    body = call.fields
    for name in schemas.properties(plan.request).keys() & shown.keys() - body.keys():
        if schemas.fits(shown[name], None):
            record[name] = None


def _set_file_fields(call: Call, record: Record) -> None:
    """Name and size of an uploaded file."""
    part = next((part for part in multipart.parts(call).values() if part.filename), None)
    if part is None:
        return
    size = str(part.size)
    values = {"name": part.filename, "fileName": part.filename, "size": size, "filesize": size}
    record.update((name, value) for name, value in values.items() if name in record)


def _set_status_fields(record: Record, now: str) -> None:
    """`statusType` and the closing time go with the status."""
    kind = _STATUS_TYPES.get(str(record.get("status") or "Open").lower(), "Open")
    if kind != "Closed":
        record["closedTime"] = None
    elif record.get("statusType") != "Closed":
        record["closedTime"] = now
    record["statusType"] = kind


# Values that a reader expects in a field of this name; a schema that does not take one gets another value.
_TYPICAL: dict[str, Any] = {
    "photoURL": "https://example.com/photo",
    "webUrl": "https://example.com/desk",
    "firstName": "Robin",
    "lastName": "Sample",
    "timeZone": "Etc/UTC",
    "locale": "en",
    "language": "en",
    "statusType": "Open",
    "userType": "AGENT",
}


def typical(name: str, schema: Mapping[str, Any]) -> Any:
    """A value for a field by its name, None where the name says nothing."""
    if name in REFERENCED_TABLES and schema.get("format") != "int32":
        return FIRST_IDS[REFERENCED_TABLES[name]]
    if name in _TYPICAL:
        return _TYPICAL[name]
    if "mail" in name.lower() or ")@" in str(schema.get("pattern", "")):
        return "someone@example.com"
    if name.endswith(("Time", "Date")):
        return "2026-01-05T09:00:00.000Z"
    if name.endswith("Count") and not schema.get("enum"):
        return "0"
    if (name == "id" or name.endswith("Id")) and schema.get("format") != "int32":
        return UNUSED_ID
    return None


def actor(org: Org) -> Record:
    """The agent whom the token belongs to: the first of the portal."""
    return org.store["agents"].get(FIRST_IDS["agents"]) or {"id": FIRST_IDS["agents"]}
