"""Pins: conversations pinned to a ticket, and the undocumented GET that removes pins."""

from __future__ import annotations

from harness.sandbox.behaviours import about
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.service import Behaviour
from harness.sandbox.store import Record
from harness.sandbox.zoho import errors
from harness.sandbox.zoho.body import given, listed_ids, ticket_of
from harness.sandbox.zoho.bulk_reply import bulk_reply
from harness.sandbox.zoho.derived import actor, stamp
from harness.sandbox.zoho.ids import new_id

TABLE = "tickets/pins"
# The table of the pinned record by its type. The document's enum has the types in capitals, its examples and its
# query do not; both are taken, and answers are like the examples (vendor document: pinned conversations).
_SOURCES = {"comments": "tickets/comments", "threads": "tickets/threads"}


@about(ticket_of)
def show(org: Org, call: Call, ticket: Record) -> Reply:
    """GET /tickets/{ticketId}/pins: neither paged nor empty as 204 (vendor document: only 200 and 422)."""
    wanted = {name.lower() for name in call.listed("types")}
    if wanted - _SOURCES.keys():
        return errors.argument("types")
    rows = [row for row in _pins_of(org, ticket) if not wanted or row["type"] in wanted]
    return org.engine.listed(org, call, rows)


@about(ticket_of)
def pin(org: Org, call: Call, ticket: Record) -> Reply:
    """POST /tickets/{ticketId}/pins: a comment or thread of this ticket, once."""
    entity, kind = str(given(call, "entityId", "")), str(given(call, "type", "")).lower()
    if kind not in _SOURCES:
        return errors.invalid_fields(("/type", "invalid"))
    source, scope = org.store[_SOURCES[kind]], (str(ticket["id"]),)
    target = source.get(entity)
    if source.scope.get(entity) != scope or target is None:
        return errors.invalid_fields(("/entityId", "invalid"))
    if any(row["entityId"] == entity for row in _pins_of(org, ticket)):
        return errors.invalid_fields(("/entityId", "duplicate"))
    record: Record = {
        "id": new_id(org, TABLE, {}), "type": kind, "isPublic": bool(given(call, "isPublic", False)),
        "pinnedTime": stamp(org, call.now), "pinnedBy": actor(org), "entityId": entity, "pinnedEntity": target,
    }  # fmt: skip
    org.store[TABLE].add(record, scope)
    return org.engine.shown(call, record)


@about(ticket_of)
def unpin(org: Org, call: Call, ticket: Record) -> Reply:
    """POST /tickets/{ticketId}/pins/unpin: 200 with a row for each id, done or not."""
    own = {row["id"] for row in _pins_of(org, ticket)}
    removed = [
        (ident, ident in own and org.store[TABLE].remove(ident) is not None) for ident in listed_ids(call, "ids")
    ]
    return bulk_reply(org, call, removed)


def _pins_of(org: Org, ticket: Record) -> list[Record]:
    return org.store[TABLE].within((str(ticket["id"]),))


def remove(org: Org, call: Call) -> Reply:
    """GET /_doc/___pin_removal?ticketId=&pinId=: removes the pin, or every pin of the ticket.

    Read in a client's source only; it is here because it is a GET that deletes.
    """
    ticket, wanted = call.arg("ticketId"), call.arg("pinId")
    if not ticket and not wanted:
        return errors.argument("ticketId")
    if ticket and org.store["tickets"].get(ticket) is None:
        return errors.missing(org, call)
    pins = org.store[TABLE]
    rows = pins.within((ticket,)) if ticket else list(pins)
    idents = [str(row["id"]) for row in rows if wanted in ("", str(row["id"]))]
    if wanted and not idents:
        return errors.missing(org, call)
    for ident in idents:
        pins.remove(ident)
    return Reply(200, {"results": [{"id": ident, "success": True, "errors": None} for ident in idents]})


BEHAVIOURS: dict[str, Behaviour] = {
    "getPinnedConversations": show,
    "pinConversationOnTicket": pin,
    "unPinConversations": unpin,
    "removePinsUndocumented": remove,
}
