"""Pins: conversations pinned to a ticket, and the undocumented GET that removes pins."""

from __future__ import annotations

from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.service import Behaviour
from harness.sandbox.store import Record
from harness.sandbox.zoho import errors
from harness.sandbox.zoho.body import given, listed_ids
from harness.sandbox.zoho.bulk_reply import bulk_reply
from harness.sandbox.zoho.derived import actor, stamp
from harness.sandbox.zoho.ids import new_id

TABLE = "tickets/pins"
# Where the pinned record of each type lives. The document's enum has the types in capitals, its examples and its
# query do not; both are taken, and answers are like the examples (vendor document: pinned conversations).
_SOURCES = {"comments": "tickets/comments", "threads": "tickets/threads"}


def show(org: Org, call: Call) -> Reply:
    """GET /tickets/{ticketId}/pins: neither paged nor empty as 204 (vendor document: only 200 and 422)."""
    ticket = call.values["ticketId"]
    if org.store["tickets"].get(ticket) is None:
        return errors.missing(org, call)
    wanted = {name.lower() for name in call.listed("types")}
    if wanted - _SOURCES.keys():
        return errors.argument("types")
    rows = [row for row in org.store[TABLE].within((ticket,)) if not wanted or row["type"] in wanted]
    return org.engine.listed(org, call, rows)


def pin(org: Org, call: Call) -> Reply:
    """POST /tickets/{ticketId}/pins: a comment or thread of this ticket, once."""
    ticket = call.values["ticketId"]
    if org.store["tickets"].get(ticket) is None:
        return errors.missing(org, call)
    entity, kind = str(given(call, "entityId", "")), str(given(call, "type", "")).lower()
    if kind not in _SOURCES:
        return errors.invalid_fields(("/type", "invalid"))
    source = org.store[_SOURCES[kind]]
    if source.scope.get(entity) != (ticket,) or (target := source.get(entity)) is None:
        return errors.invalid_fields(("/entityId", "invalid"))
    if any(row["entityId"] == entity for row in org.store[TABLE].within((ticket,))):
        return errors.invalid_fields(("/entityId", "duplicate"))
    by = actor(org)
    record: Record = {
        "id": new_id(org, TABLE, {}), "type": kind, "isPublic": bool(given(call, "isPublic", False)),
        "pinnedTime": stamp(org, call.now), "pinnedBy": by, "entityId": entity, "pinnedEntity": target,
    }  # fmt: skip
    org.store[TABLE].add(record, (ticket,))
    return org.engine.shown(call, record)


def unpin(org: Org, call: Call) -> Reply:
    """POST /tickets/{ticketId}/pins/unpin: 200 with a row for each id, done or not."""
    ticket = call.values["ticketId"]
    if org.store["tickets"].get(ticket) is None:
        return errors.missing(org, call)
    return bulk_reply(org, call, [(ident, _remove(org, ticket, ident)) for ident in listed_ids(call, "ids")])


def remove(org: Org, call: Call) -> Reply:
    """GET /_doc/___pin_removal?ticketId=&pinId=: removes the pin, or every pin of the ticket.

    Known from a client's source only; that it is a GET and destroys is why it is here.
    """
    ticket, wanted = call.arg("ticketId"), call.arg("pinId")
    if not ticket and not wanted:
        return errors.argument("ticketId")
    if ticket and org.store["tickets"].get(ticket) is None:
        return errors.missing(org, call)
    pins = org.store[TABLE]
    found = [str(row["id"]) for row in (pins.within((ticket,)) if ticket else pins) if wanted in ("", str(row["id"]))]
    if wanted and not found:
        return errors.missing(org, call)
    for ident in found:
        pins.remove(ident)
    return Reply(200, {"results": [{"id": ident, "success": True, "errors": None} for ident in found]})


def _remove(org: Org, ticket: str, ident: str) -> bool:
    pins = org.store[TABLE]
    return pins.scope.get(ident) == (ticket,) and pins.remove(ident) is not None


BEHAVIOURS: dict[str, Behaviour] = {
    "getPinnedConversations": show,
    "pinConversationOnTicket": pin,
    "unPinConversations": unpin,
    "removePinsUndocumented": remove,
}
