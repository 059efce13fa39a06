"""What the vendor writes into a record itself: ids, numbers, times, and the values of well-known fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.sandbox.call import Call
from harness.sandbox.org import Org
from harness.sandbox.store import Record

# Ids are digits as text, 16 to 19 of them (client reports); these 18 are above what a JavaScript number holds.
FIRST_ID = 730_000_000_000_000_001


def identify(org: Org, table: str, schema: Mapping[str, Any]) -> Any:
    """The next id of the portal; ids are never used twice, over all tables."""
    ident = org.store.next("id", FIRST_ID)
    kinds = schema.get("type", ())
    return ident if kinds == "integer" else str(ident)


def stamp(org: Org, at: float | None = None) -> str:
    """A time as live answers have it: ISO, milliseconds, a literal Z."""
    return org.stamp(at).replace("Z", ".000Z")


def touch(org: Org, call: Call, table: str, record: Record, fresh: bool) -> None:
    """Times of creation and change."""
    now = stamp(org, call.now)
    if fresh and "createdTime" in record:
        record["createdTime"] = now
    if "modifiedTime" in record:
        record["modifiedTime"] = now


# Values that a reader expects in a field of this name; a schema that does not take one gets another value.
_TYPICAL: dict[str, Any] = {
    "email": "someone@example.com",
    "emailId": "someone@example.com",
    "photoURL": "https://example.com/photo",
    "webUrl": "https://example.com/desk",
    "firstName": "Robin",
    "lastName": "Sample",
    "timeZone": "Etc/UTC",
    "locale": "en",
    "language": "en",
}


def typical(name: str, schema: Mapping[str, Any]) -> Any:
    """A value for a field by its name, None where the name says nothing."""
    if name in _TYPICAL:
        return _TYPICAL[name]
    if name.endswith(("Time", "Date")):
        return "2026-01-05T09:00:00.000Z"
    if name == "id" or name.endswith("Id"):
        return str(FIRST_ID)
    return None
