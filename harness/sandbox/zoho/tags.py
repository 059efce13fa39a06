"""Tags: of one ticket, of all tickets, and one tag replaced by another."""

from __future__ import annotations

from harness.sandbox.behaviours import about, about_path
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.service import Behaviour
from harness.sandbox.store import Record
from harness.sandbox.zoho import errors
from harness.sandbox.zoho.body import given, listed_ids, ticket_of
from harness.sandbox.zoho.ids import new_id

TAGS, PAIRS = "ticketTags", "tickets/tags"


@about(ticket_of)
def tags_of_ticket(org: Org, call: Call, ticket: Record) -> Reply:
    """GET /tickets/{ticketId}/tags."""
    return org.engine.listed(org, call, _tags(org, str(ticket["id"])))


@about(ticket_of)
def associate_tags(org: Org, call: Call, ticket: Record) -> Reply:
    """POST …/associateTag and …/dissociateTag: tags by name; a new name makes a new tag."""
    pairs, ident = org.store[PAIRS], str(ticket["id"])
    for name in listed_ids(call, "tags"):
        tag = next(iter(org.store[TAGS].where(name=name)), None)
        if call.path.endswith("associateTag") and not call.path.endswith("dissociateTag"):
            tag = tag or org.store[TAGS].add({"id": new_id(org, TAGS, {}), "name": name, "tagType": "MANUAL"})
            pairs.add({"id": f"{ident}:{tag['id']}", "ticket": ident, "tag": tag["id"]})
        elif tag is not None:
            pairs.remove(f"{ident}:{tag['id']}")
    plan = org.engine.plan_of(call)
    return org.engine.listed(org, call, _tags(org, ident), plan) if plan.key else Reply(200)


def _tags(org: Org, ticket: str) -> list[Record]:
    return org.store[TAGS].get_many(pair["tag"] for pair in org.store[PAIRS].where(ticket=ticket))


def all_tags(org: Org, call: Call) -> Reply:
    """GET /ticketTags and /tags/search: every tag with how many tickets have it."""
    text = call.arg("searchVal").strip("*").lower()
    rows = [
        {**tag, "ticketCount": str(len(org.store[PAIRS].where(tag=tag["id"])))}
        for tag in org.store[TAGS]
        if text in str(tag["name"]).lower()
    ]
    return org.engine.listed(org, call, rows)


@about_path(TAGS, "tagId")
def tagged(org: Org, call: Call, _: Record) -> Reply:
    """GET /tags/{tagId}/tickets."""
    pairs = org.store[PAIRS].where(tag=call.values["tagId"])
    return org.engine.listed(org, call, org.store["tickets"].get_many(pair["ticket"] for pair in pairs))


def replace_tag(org: Org, call: Call) -> Reply:
    """PATCH /tags/{currentTagId}/replace: every ticket that has the tag gets another in its place."""
    old, new = call.values["currentTagId"], str(given(call, "id", ""))
    if org.store[TAGS].get(old) is None:
        return errors.missing(org, call)
    if org.store[TAGS].get(new) is None:
        return errors.invalid_fields(("/id", "invalid"))
    pairs = org.store[PAIRS]
    for pair in pairs.where(tag=old):
        pairs.remove(pair["id"])
        pairs.add({"id": f"{pair['ticket']}:{new}", "ticket": pair["ticket"], "tag": new})
    org.store[TAGS].remove(old)
    return Reply(204)


BEHAVIOURS: dict[str, Behaviour] = {
    "getTicketTags": tags_of_ticket,
    "associateTicketTags": associate_tags,
    "dissociateTicketTags": associate_tags,
    "getTicketsTags": all_tags,
    "getTags": all_tags,
    "getRecentTags": all_tags,
    "getTicketsByTag": tagged,
    "replaceTag": replace_tag,
}
