"""Pins: content pinned to a ticket. Ids are shown as text, as in the pinned document; both forms are taken.

Source: the vendor's page on ticket content pins, and its newer document, where the id is an integer.
"""

from __future__ import annotations

from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.zendesk import errors, ids
from harness.sandbox.zendesk.jobs import ACCOUNT

UNDER_WAY_SECONDS = 0.05
"""How long a create of a pin is under way: so long its answer is held back, where a server takes several requests."""
_CONFLICT_SHARE = 0.9
# The key of the org's memory: a ticket's id to the time until which a create of a pin on it is under way.
_UNDER_WAY = "pins under way"


def listed(org: Org, call: Call) -> Reply:
    """GET ticket_content_pins?ticket_id=: no paging."""
    wanted = call.arg("ticket_id")
    rows = [row for row in org.store["ticket_content_pins"] if not wanted or row["ticket_id"] == wanted]
    return Reply(200, {"count": len(rows), "ticket_content_pins": rows})


def create(org: Org, call: Call) -> Reply:
    """POST: 400 for a wrong type, 404 for a ticket that is not there, 422 for content that is pinned already.

    409 while another create on the same ticket is under way.
    """
    fields = call.envelope("ticket_content_pin")
    for name in ("ticket_id", "content_id", "content_type"):
        if not isinstance(fields.get(name), str) or not fields[name]:
            return errors.attribute(name, f"{name} must be a string")
    if fields["content_type"] == "article" and not isinstance(fields.get("locale"), str):
        return errors.attribute("locale", "locale must be a string for articles")
    if org.store["tickets"].get(fields["ticket_id"]) is None:
        return errors.missing(org, call)
    if _conflicts(org, call, fields["ticket_id"]):
        return errors.plain(
            409, "ContentPinCreationConflict", "A conflicting operation is in progress, please try again later"
        )
    table = org.store["ticket_content_pins"]
    if any(row["ticket_id"] == fields["ticket_id"] and row["content_id"] == fields["content_id"] for row in table):
        text = f"The content with ID {fields['content_id']} is already pinned to this ticket."
        return errors.plain(422, "ContentAlreadyPinned", text)
    ident = ids.ulid(org)
    record = {
        "id": ident, "account_id": str(ACCOUNT), "ticket_id": fields["ticket_id"],
        "content_id": fields["content_id"], "content_type": fields["content_type"], "locale": fields.get("locale"),
        "created_at": org.stamp(call.now), "url": f"{call.base}/api/v2/ticket_content_pins/{ident}",
    }  # fmt: skip
    table.add(record)
    return Reply(201, record)


def _conflicts(org: Org, call: Call, ticket: str) -> bool:
    """Whether another create on the ticket is under way; if none is, this one is from now on.

    Requests overlap behind a server only. The conflict ends a little before the answer leaves, so that a client which
    waits for it never meets one.
    """
    if not call.state.get("overlapping"):
        return False
    under_way: dict[str, float] = org.memo.setdefault(_UNDER_WAY, {})
    if under_way.get(ticket, 0.0) > call.now:
        return True
    under_way[ticket] = call.now + UNDER_WAY_SECONDS * _CONFLICT_SHARE
    call.state["delay"] = UNDER_WAY_SECONDS
    return False


def delete(org: Org, call: Call) -> Reply:
    """DELETE: 200 with the deleted pin."""
    record = org.store["ticket_content_pins"].remove(call.values["content_pin_id"])
    return errors.missing(org, call) if record is None else Reply(200, record)


BEHAVIOURS = {
    "GET /api/v2/ticket_content_pins": listed,
    "POST /api/v2/ticket_content_pins": create,
    "DELETE /api/v2/ticket_content_pins/{content_pin_id}": delete,
}
