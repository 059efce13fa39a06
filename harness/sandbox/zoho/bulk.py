"""Bulk work: one thing done to every record that the body names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.service import Behaviour
from harness.sandbox.store import Record
from harness.sandbox.zoho import trash
from harness.sandbox.zoho.body import given, listed_ids
from harness.sandbox.zoho.bulk_reply import bulk_reply
from harness.sandbox.zoho.derived import set_derived

Act = Callable[[Org, Call, str, str], bool]
"""Does one thing to one record (org, call, table, id) and tells whether it could."""


def for_each(table: str, field: str, act: Act) -> Behaviour:
    """Do something to every record of a table that the body names."""

    def behaviour(org: Org, call: Call) -> Reply:
        return bulk_reply(org, call, [(ident, act(org, call, table, ident)) for ident in listed_ids(call, field)])

    return behaviour


def set_fields(**fields: Any) -> Act:
    """Set fields to fixed values."""

    def act(org: Org, call: Call, table: str, ident: str) -> bool:
        record = org.store[table].get(ident)
        if record is None:
            return False
        record.update(fields)
        set_derived(org, call, table, record, False)
        return True

    return act


def set_named_field(org: Org, call: Call, table: str, ident: str) -> bool:
    """Set the field that an `updateMany` names, if the records have it or it is a custom one."""
    record: Record | None = org.store[table].get(ident)
    name, value = given(call, "fieldName", ""), given(call, "fieldValue")
    if record is None:
        return False
    target = record
    if given(call, "isCustomField", False):
        target = record["cf"] = dict(record.get("cf") or {})
    elif name not in record:
        return False
    target[name] = value
    set_derived(org, call, table, record, False)
    return True


def delete_permanently(org: Org, call: Call, table: str, ident: str) -> bool:
    """Delete permanently."""
    return trash.erase(org, table, ident)


def delete_unconfirmed(org: Org, call: Call, table: str, ident: str) -> bool:
    """Delete an agent who has not confirmed the invitation."""
    record = org.store[table].get(ident)
    return bool(record is not None and not record.get("isConfirmed") and trash.erase(org, table, ident))


def exists(org: Org, call: Call, table: str, ident: str) -> bool:
    """Do nothing but say whether the record exists (invitations: no mail is sent)."""
    return org.store[table].get(ident) is not None


_TOPICS, _COMMENTS = "communityTopics", "communityTopics/comments"

BEHAVIOURS: dict[str, Behaviour] = {
    "deleteTicket": for_each("tickets", "ticketIds", trash.move_to_trash),
    "deleteContact": for_each("contacts", "contactIds", trash.move_to_trash),
    "deleteAccount": for_each("accounts", "accountIds", trash.move_to_trash),
    "deleteTask": for_each("tasks", "entityIds", trash.move_to_trash),
    "deleteCall": for_each("calls", "entityIds", trash.move_to_trash),
    "deleteEvent": for_each("events", "entityIds", trash.move_to_trash),
    "deleteProduct": for_each("products", "productIds", trash.move_to_trash),
    "deleteArticle": for_each("articles", "ids", trash.move_to_trash),
    "bulkUpdateTickets": for_each("tickets", "ids", set_named_field),
    "bulkUpdateContacts": for_each("contacts", "ids", set_named_field),
    "bulkUpdateAccounts": for_each("accounts", "ids", set_named_field),
    "bulkUpdateTasks": for_each("tasks", "ids", set_named_field),
    "bulkUpdateCalls": for_each("calls", "ids", set_named_field),
    "bulkUpdateEvents": for_each("events", "ids", set_named_field),
    "updateMany": for_each("contracts", "ids", set_named_field),
    "closeTickets": for_each("tickets", "ids", set_fields(status="Closed")),
    "inviteContactsAsEndUser": for_each("contacts", "contactIds", exists),
    "approveEndUserInvite": for_each("helpCenters", "helpCenterIds", exists),
    "rejectEndUserInvite": for_each("helpCenters", "helpCenterIds", exists),
    "activateAgents": for_each("agents", "agentIds", set_fields(status="ACTIVE", isConfirmed=True)),
    "deleteUnconfirmedAgent": for_each("agents", "agentIds", delete_unconfirmed),
    "reInviteAgents": for_each("agents", "agentIds", exists),
    "deleteTicketTemplates": for_each("ticketTemplates", "ids", delete_permanently),
    "approveTopics": for_each(_TOPICS, "topicIds", set_fields(status="PUBLISHED")),
    "unmoderateCommunityTopics": for_each(_TOPICS, "topicIds", set_fields(isModerated=False)),
    "markAllTopicsAsSpam": for_each(_TOPICS, "topicIds", set_fields(status="SPAM", isSpam=True)),
    "deleteUnmoderatedCommunityTopics": for_each(_TOPICS, "topicIds", trash.move_to_trash),
    "addTrashedCommunityTopics": for_each(_TOPICS, "topicIds", trash.restore),
    "deleteTrashedCommunityTopics": for_each(_TOPICS, "topicIds", trash.delete_permanently),
    "approveCommunityTopicComments": for_each(_COMMENTS, "commentIds", set_fields(status="PUBLISHED")),
    "markAllCommentsAsSpam": for_each(_COMMENTS, "commentIds", set_fields(status="SPAM", isSpam=True)),
    "deleteUnModeratedCommunityTopicComments": for_each(_COMMENTS, "commentIds", trash.move_to_trash),
    "restoreCommunityTrashedComments": for_each(_COMMENTS, "commentIds", trash.restore),
    "deleteCommunityTopicComments": for_each(_COMMENTS, "commentIds", trash.delete_permanently),
    "unmoderateCommunityUsers": for_each("communityUsers", "userIds", set_fields(isModerated=False)),
}
