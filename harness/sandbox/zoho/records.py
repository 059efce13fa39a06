"""What the vendor writes into a record itself: ids, numbers, times, and the values of well-known fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.sandbox.call import Call
from harness.sandbox.org import Org
from harness.sandbox.plan import Plan
from harness.sandbox.store import Record
from harness.sandbox.zoho import files

# Ids are digits as text, 16 to 19 of them (client reports); these 18 are above what a JavaScript number holds.
FIRST_ID = 730_000_000_000_000_100
# The id that made-up records within a record have; no record of the portal ever gets it.
NOBODY = str(FIRST_ID - 1)
# The first record of each of these tables has an id known beforehand, so that made-up records can name it.
HOME = {
    name: str(FIRST_ID - 99 + index)
    for index, name in enumerate(
        ("agents", "departments", "accounts", "contacts", "products", "tickets", "roles", "profiles", "layouts",
         "teams", "helpCenters", "kbRootCategories", "kbSections", "communityCategory", "articles", "contracts",
         "organizationModules", "skills", "skillTypes", "users", "templateFolders", "slas")
    )
}  # fmt: skip
# Which table a field of this name points into.
POINTS = {
    "departmentId": "departments", "contactId": "contacts", "accountId": "accounts", "productId": "products",
    "ticketId": "tickets", "requestId": "tickets", "assigneeId": "agents", "ownerId": "agents", "agentId": "agents",
    "authorId": "agents", "commenterId": "agents", "creatorId": "agents", "modifierId": "agents", "createdBy": "agents",
    "modifiedBy": "agents", "createdById": "agents", "modifiedById": "agents", "deletedById": "agents",
    "pinnedById": "agents", "roleId": "roles", "profileId": "profiles", "layoutId": "layouts", "teamId": "teams",
    "helpCenterId": "helpCenters", "rootCategoryId": "kbRootCategories", "categoryId": "kbSections",
    "parentCategoryId": "kbRootCategories", "skillTypeId": "skillTypes", "folderId": "templateFolders",
    "articleId": "articles", "moduleId": "organizationModules",
}  # fmt: skip

# The status that a new activity has when none is given.
_FIRST = {"tasks": "Not Started", "calls": "In Progress", "events": "In Progress"}
_CREATED = ("createdTime", "createdOn", "addedTime", "commentedTime", "requestedTime")
_MODIFIED = ("modifiedTime", "modifiedOn", "updatedTime")
_CLOSED, _HOLD = ("closed",), ("on hold", "onhold")


def identify(org: Org, table: str, schema: Mapping[str, Any]) -> Any:
    """The next id of the portal; ids are never used twice, over all tables."""
    if table in HOME and org.store.next(f"home {table}") == 1:
        return HOME[table]
    ident = org.store.next("id", FIRST_ID)
    return ident if schema.get("type", ()) == "integer" else str(ident)


def stamp(org: Org, at: float | None = None) -> str:
    """A time as live answers have it: ISO, milliseconds, a literal Z."""
    return org.stamp(at).replace("Z", ".000Z")


def touch(org: Org, call: Call, table: str, record: Record, fresh: bool) -> None:
    """Times of creation and change, who did it, and what follows from a status."""
    now = stamp(org, call.now)
    if fresh and call.operation is not None:
        _leave_empty(org, call, table, record)
        _take_file(call, record)
    for name in (*_CREATED, *_MODIFIED) if fresh else _MODIFIED:
        if name in record:
            record[name] = now
    if fresh:
        _sign(org, record)
    if table == "tickets" and fresh:
        record["ticketNumber"] = str(org.store.next("ticket number", 101))
        _set(record, status=record.get("status") or "Open", channel=record.get("channel") or "Web", isSpam=False,
             isTrashed=False, isDeleted=False, isArchived=False, isRead=False, closedTime=None)  # fmt: skip
    if table in _FIRST and fresh:
        record["status"] = record.get("status") or _FIRST[table]
    if table == "tickets" or table in _FIRST:
        _follow_status(record, now)


def _sign(org: Org, record: Record) -> None:
    """A new record shows the agent who made it, in full or by id."""
    agent = actor(org)
    for name in ("creator", "createdBy"):
        if isinstance(record.get(name), dict):
            record[name] = {**record[name], "id": agent["id"]}
    for name in ("creatorId", "createdById"):
        if record.get(name):
            record[name] = agent["id"]


def _leave_empty(org: Org, call: Call, table: str, record: Record) -> None:
    """What a request could have set and did not is null (client report: description, phone, assigneeId)."""
    plan = plan_of(org, call)
    if plan.kind != "create" or plan.table != table or plan.request is None:
        return
    schemas = org.engine.side(plan).schemas
    shown = schemas.properties(plan.item)
    body = call.body if isinstance(call.body, dict) else {}
    for name in schemas.properties(plan.request).keys() & shown.keys() - body.keys():
        if schemas.fits(shown[name], None):
            record[name] = None


def _take_file(call: Call, record: Record) -> None:
    """Name and size of an uploaded file."""
    part = next((one for one in files.parts(call).values() if one.filename), None)
    if part is not None:
        record |= {name: part.filename for name in ("name", "fileName") if name in record}
        record |= {name: str(part.size) for name in ("size", "filesize") if name in record}


def _follow_status(record: Record, now: str) -> None:
    """`statusType` and the closing time go with the status."""
    status = str(record.get("status") or "Open").lower()
    kind = "Closed" if status in _CLOSED or status == "completed" else "On Hold" if status in _HOLD else "Open"
    if kind == "Closed" and record.get("statusType") != "Closed":
        record["closedTime"] = now
    elif kind != "Closed":
        record["closedTime"] = None
    record["statusType"] = kind


def _set(record: Record, **fields: Any) -> None:
    record.update(fields)


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
    if name in POINTS and schema.get("format") != "int32":
        return HOME[POINTS[name]]
    if name in _TYPICAL:
        return _TYPICAL[name]
    if "mail" in name.lower() or ")@" in str(schema.get("pattern", "")):
        return "someone@example.com"
    if name.endswith(("Time", "Date")):
        return "2026-01-05T09:00:00.000Z"
    if name.endswith("Count") and not schema.get("enum"):
        return "0"
    if (name == "id" or name.endswith("Id")) and schema.get("format") != "int32":
        return NOBODY
    return None


def plan_of(org: Org, call: Call) -> Plan:
    """The plan of the operation that is being answered."""
    assert call.operation is not None
    return org.engine.plan(call.operation)


def actor(org: Org) -> Record:
    """The agent whom the token belongs to: the first of the portal."""
    found = org.store["agents"].get(HOME["agents"])
    return found if found is not None else {"id": HOME["agents"]}


def ids(call: Call, *fields: str) -> list[str]:
    """The ids that a body lists under one of these fields, as text; null and blank ones are left out."""
    body = call.body if isinstance(call.body, dict) else {}
    value: Any = next((body[name] for name in fields if body.get(name) is not None), [])
    found = value if isinstance(value, list) else [value]
    return [str(one["id"] if isinstance(one, dict) and "id" in one else one) for one in found if one not in (None, "")]


def given(call: Call, name: str, default: Any = None) -> Any:
    """One field of the body."""
    value = call.body.get(name) if isinstance(call.body, dict) else None
    return default if value is None else value
