"""Derived fields, which the vendor sets itself: times, who did it, what follows from a status, typical values."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any

from harness.sandbox.call import Call
from harness.sandbox.org import Org
from harness.sandbox.store import Record
from harness.sandbox.zoho import multipart
from harness.sandbox.zoho.ids import FIRST_IDS, REFERENCED_TABLES, UNUSED_ID

# The status that a new record has when none is given, in the tables whose records have one.
_FIRST_STATUS = {"tickets": "Open", "tasks": "Not Started", "calls": "In Progress", "events": "In Progress"}
# What a ticket shows that nothing has happened to yet (recorded exchanges, 2025-10).
_NEW_TICKET: Record = {
    "isSpam": False, "isTrashed": False, "isDeleted": False, "isArchived": False, "isRead": False, "isFollowing": False,
    "isOverDue": False, "isEscalated": False, "isResponseOverdue": False, "closedTime": None, "resolution": None,
    "onholdTime": None, "responseDueDate": None, "teamId": None, "slaId": None,
    "channelCode": None, "channelRelatedInfo": None, "sentiment": None, "contractId": None, "relationshipType": "None",
    "entitySkills": [], "skillsInfo": [], "secondaryContacts": [], "sharedDepartments": [], "lastThread": None,
    "source": {"appName": None, "extId": None, "permalink": None, "type": "SYSTEM", "uuid": None, "appPhotoURL": None},
}  # fmt: skip
# What new records of these tables show that nobody filled in (recorded exchanges, 2026-06 and 2026-08).
_HAPPINESS = {"badPercentage": "0", "okPercentage": "0", "goodPercentage": "0"}
_LAYOUT = {"layoutId": FIRST_IDS["layouts"], "layoutDetails": {"id": FIRST_IDS["layouts"], "layoutName": "Standard"}}
_NEW: dict[str, Record] = {
    "tickets": _LAYOUT,
    "products": _LAYOUT,
    "contacts": {"cf": {}, "customFields": {}, "photoURL": None, "zohoCRMContact": None, "isEndUser": False,
                 "customerHappiness": _HAPPINESS, **_LAYOUT},
    "accounts": {"cf": {}, "customFields": {}, "customerHappiness": _HAPPINESS, "associatedSLAIds": [], **_LAYOUT},
    "agents": {"cf": {}, "isZiaAgent": False, "channelExpert": [], "associatedChatDepartmentIds": [],
               "timeZone": "Etc/UTC", "rolePermissionType": "Admin"},
    "articles": {"templateLastUpdatedTime": None, "translationSource": None, "expiryDate": None, "isLocked": False},
    "departments": {"description": None},
    "tickets/comments": {"attachments": [], "impersonatedUser": None},
}  # fmt: skip
# The custom fields of tickets, by label and by API name: the recorded portal had as many, mostly null.
_CUSTOM_FIELDS = 14
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
    times = (*_CREATED, *_MODIFIED, "customerResponseTime") if is_new else _MODIFIED
    record.update((name, now) for name in times if name in record)
    if is_new:
        if "callId" in record and table == "calls":
            record["callId"] = record.get("id")
        _set_unfilled(org, call, table, record)
        _set_creator(org, record)
        if table == "tickets":
            _set_new_ticket(org, record)
        if table in _FIRST_STATUS:
            record["status"] = record.get("status") or _FIRST_STATUS[table]
    if table in _FIRST_STATUS:
        _set_status_fields(record, now)


def _set_unfilled(org: Org, call: Call, table: str, record: Record) -> None:
    """What a new record shows of what its request left open; it belongs to who made it."""
    unfilled = copy.deepcopy(_NEW.get(table, {}))
    record.update((name, value) for name, value in unfilled.items() if call.fields.get(name) is None)
    if table == "agents":
        record["name"] = f"{record.get('firstName')} {record.get('lastName')}"
    if table == "departments":
        record["sanitizedName"] = re.sub(r"\W+", "-", str(record.get("name")).lower())
    if table == "contacts":
        record["accountCount"] = "1" if record.get("accountId") else "0"
    if table == "articles":
        record["articleNumber"] = str(org.store.next("article number"))
    if table in ("contacts", "accounts"):
        record["ownerId"] = record.get("ownerId") or actor(org)["id"]
    if table == "tickets/comments":
        _set_commenter(actor(org), record)


def _set_commenter(agent: Record, comment: Record) -> None:
    comment["commenterId"] = agent["id"]
    comment["commenter"] = {
        "id": agent["id"], "name": agent.get("name"), "email": agent.get("emailId"), "roleName": "Support",
        "type": "AGENT", **{name: agent.get(name) for name in ("firstName", "lastName", "photoURL")},
    }  # fmt: skip
    comment["encodedContent"] = comment.get("content")


def _set_new_ticket(org: Org, record: Record) -> None:
    """A ticket that nothing has happened to yet; custom fields that the request set keep their values."""
    record.update(copy.deepcopy(_NEW_TICKET), ticketNumber=str(org.store.next("ticket number", 101)))
    record["channel"] = record.get("channel") or "Phone"  # recorded exchange, 2026-06: a ticket made by a client
    for name, prefix in (("customFields", "Field "), ("cf", "cf_")):
        empty = {f"{prefix}{number}": None for number in range(_CUSTOM_FIELDS)}
        record[name] = empty | (record.get(name) or {})


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
