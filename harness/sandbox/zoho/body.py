"""The request body: single fields, listed ids, and the ticket that a path names."""

from __future__ import annotations

from typing import Any

from harness.sandbox.call import Call
from harness.sandbox.org import Org
from harness.sandbox.store import Record


def listed_ids(call: Call, name: str) -> list[str]:
    """The ids that the body lists in a field, as text; null and blank ones are left out."""
    value = given(call, name)
    items = value if isinstance(value, list) else [value]
    return [_id_of(item) for item in items if item not in (None, "")]


def _id_of(item: Any) -> str:
    """The id in an item of a list, which is the id itself or an object that has one."""
    return str(item["id"] if isinstance(item, dict) and "id" in item else item)


def given(call: Call, name: str, default: Any = None) -> Any:
    """One field of the body."""
    value = call.fields.get(name)
    return default if value is None else value


def ticket_of(org: Org, call: Call) -> Record | None:
    """The ticket that the path names, by whichever of the document's names for its id."""
    return org.store["tickets"].get(_ticket_id(call))


def ticket_or_trashed_of(org: Org, call: Call) -> Record | None:
    """The ticket that the path names, in the trash or not."""
    return ticket_of(org, call) or org.store["tickets"].trash.get(_ticket_id(call))


def _ticket_id(call: Call) -> str:
    names = ("ticketId", "ticket_id", "caseId", "entityId", "requestId")
    return next((call.values[name] for name in names if name in call.values), "")
