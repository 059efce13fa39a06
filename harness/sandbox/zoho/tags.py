"""Tags: of tickets, by name, replaced by one another."""

from __future__ import annotations

from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.service import Behaviour
from harness.sandbox.store import Record
from harness.sandbox.zoho import errors
from harness.sandbox.zoho.records import given, identify, ids, plan_of
from harness.sandbox.zoho.tickets import ticket_of

TAGS, PAIRS = "ticketTags", "tickets/tags"


def tags(org: Org, call: Call) -> Reply:
    """GET /tickets/{ticketId}/tags."""
    ticket = ticket_of(org, call)
    if ticket is None:
        return org.engine.service.ways.missing(org, call)
    return org.engine.listed(org, call, plan_of(org, call), _tags(org, str(ticket["id"])))


def tag(org: Org, call: Call) -> Reply:
    """POST …/associateTag and …/dissociateTag: tags by name; a new name makes a new tag."""
    ticket = ticket_of(org, call)
    if ticket is None:
        return org.engine.service.ways.missing(org, call)
    pairs, ident = org.store[PAIRS], str(ticket["id"])
    for name in ids(call, "tags"):
        known = next(iter(org.store[TAGS].where(lambda one, name=name: one["name"] == name)), None)  # type: ignore[misc]
        if call.path.endswith("associateTag") and not call.path.endswith("dissociateTag"):
            known = known or org.store[TAGS].add({"id": identify(org, TAGS, {}), "name": name, "tagType": "MANUAL"})
            pairs.add({"id": f"{ident}:{known['id']}", "ticket": ident, "tag": known["id"]})
        elif known is not None:
            pairs.remove(f"{ident}:{known['id']}")
    return org.engine.listed(org, call, plan_of(org, call), _tags(org, ident)) if plan_of(org, call).key else Reply(200)


def _tags(org: Org, ticket: str) -> list[Record]:
    found = (org.store[TAGS].get(pair["tag"]) for pair in org.store[PAIRS].where(ticket=ticket))
    return [one for one in found if one is not None]


def all_tags(org: Org, call: Call) -> Reply:
    """GET /ticketTags and /tags/search: every tag with how many tickets have it."""
    text = call.arg("searchVal").strip("*").lower()
    rows = [
        {**one, "ticketCount": str(len(org.store[PAIRS].where(tag=one["id"])))}
        for one in org.store[TAGS]
        if text in str(one["name"]).lower()
    ]
    return org.engine.listed(org, call, plan_of(org, call), rows)


def tagged(org: Org, call: Call) -> Reply:
    """GET /tags/{tagId}/tickets."""
    if org.store[TAGS].get(call.values["tagId"]) is None:
        return org.engine.service.ways.missing(org, call)
    pairs = org.store[PAIRS].where(tag=call.values["tagId"])
    rows = [one for pair in pairs if (one := org.store["tickets"].get(pair["ticket"])) is not None]
    return org.engine.listed(org, call, plan_of(org, call), rows)


def retag(org: Org, call: Call) -> Reply:
    """PATCH /tags/{currentTagId}/replace: every ticket of the one tag gets the other."""
    old, new = call.values["currentTagId"], str(given(call, "id", ""))
    if org.store[TAGS].get(old) is None:
        return org.engine.service.ways.missing(org, call)
    if org.store[TAGS].get(new) is None:
        return errors.invalid(("/id", "invalid"))
    pairs = org.store[PAIRS]
    for pair in pairs.where(tag=old):
        pairs.remove(pair["id"])
        pairs.add({"id": f"{pair['ticket']}:{new}", "ticket": pair["ticket"], "tag": new})
    org.store[TAGS].remove(old)
    return Reply(204)


BEHAVIOURS: dict[str, Behaviour] = {
    "getTicketTags": tags,
    "associateTicketTags": tag,
    "dissociateTicketTags": tag,
    "getTicketsTags": all_tags,
    "getTags": all_tags,
    "getRecentTags": all_tags,
    "getTicketsByTag": tagged,
    "replaceTag": retag,
}
