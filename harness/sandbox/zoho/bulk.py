"""What is done to many records at once: to those that the body names, or to all spam."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.service import Behaviour
from harness.sandbox.store import Record
from harness.sandbox.zoho import trash
from harness.sandbox.zoho.body import given, listed_ids
from harness.sandbox.zoho.bulk_reply import outcome
from harness.sandbox.zoho.derived import set_derived

Act = Callable[[Org, Call, str, str], bool]
"""Does one thing to one record (org, call, table, id) and says whether it could."""


def each(table: str, field: str, act: Act) -> Behaviour:
    """Do something to every record of a table that the body names."""

    def behaviour(org: Org, call: Call) -> Reply:
        return outcome(org, call, [(one, act(org, call, table, one)) for one in listed_ids(call, field)])

    return behaviour


def put(**fields: Any) -> Act:
    """Set fields to fixed values."""

    def act(org: Org, call: Call, table: str, ident: str) -> bool:
        record = org.store[table].get(ident)
        if record is None:
            return False
        record.update(fields)
        set_derived(org, call, table, record, False)
        return True

    return act


def change(org: Org, call: Call, table: str, ident: str) -> bool:
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


def drop(org: Org, call: Call, table: str, ident: str) -> bool:
    """Delete for good."""
    return trash.forget(org, table, ident)


def unconfirmed(org: Org, call: Call, table: str, ident: str) -> bool:
    """Delete an agent who has not confirmed the invitation."""
    record = org.store[table].get(ident)
    return bool(record is not None and not record.get("isConfirmed") and trash.forget(org, table, ident))


def there(org: Org, call: Call, table: str, ident: str) -> bool:
    """Do nothing but say whether the record exists (invitations: nobody is written to from here)."""
    return org.store[table].get(ident) is not None


_TOPICS, _COMMENTS = "communityTopics", "communityTopics/comments"

BEHAVIOURS: dict[str, Behaviour] = {
    "deleteTicket": each("tickets", "ticketIds", trash.put),
    "deleteContact": each("contacts", "contactIds", trash.put),
    "deleteAccount": each("accounts", "accountIds", trash.put),
    "deleteTask": each("tasks", "entityIds", trash.put),
    "deleteCall": each("calls", "entityIds", trash.put),
    "deleteEvent": each("events", "entityIds", trash.put),
    "deleteProduct": each("products", "productIds", trash.put),
    "deleteArticle": each("articles", "ids", trash.put),
    "bulkUpdateTickets": each("tickets", "ids", change),
    "bulkUpdateContacts": each("contacts", "ids", change),
    "bulkUpdateAccounts": each("accounts", "ids", change),
    "bulkUpdateTasks": each("tasks", "ids", change),
    "bulkUpdateCalls": each("calls", "ids", change),
    "bulkUpdateEvents": each("events", "ids", change),
    "updateMany": each("contracts", "ids", change),
    "closeTickets": each("tickets", "ids", put(status="Closed")),
    "inviteContactsAsEndUser": each("contacts", "contactIds", there),
    "approveEndUserInvite": each("helpCenters", "helpCenterIds", there),
    "rejectEndUserInvite": each("helpCenters", "helpCenterIds", there),
    "activateAgents": each("agents", "agentIds", put(status="ACTIVE", isConfirmed=True)),
    "deleteUnconfirmedAgent": each("agents", "agentIds", unconfirmed),
    "reInviteAgents": each("agents", "agentIds", there),
    "deleteTicketTemplates": each("ticketTemplates", "ids", drop),
    "approveTopics": each(_TOPICS, "topicIds", put(status="PUBLISHED")),
    "unmoderateCommunityTopics": each(_TOPICS, "topicIds", put(isModerated=False)),
    "markAllTopicsAsSpam": each(_TOPICS, "topicIds", put(status="SPAM", isSpam=True)),
    "deleteUnmoderatedCommunityTopics": each(_TOPICS, "topicIds", trash.put),
    "addTrashedCommunityTopics": each(_TOPICS, "topicIds", trash.take),
    "deleteTrashedCommunityTopics": each(_TOPICS, "topicIds", trash.burn),
    "approveCommunityTopicComments": each(_COMMENTS, "commentIds", put(status="PUBLISHED")),
    "markAllCommentsAsSpam": each(_COMMENTS, "commentIds", put(status="SPAM", isSpam=True)),
    "deleteUnModeratedCommunityTopicComments": each(_COMMENTS, "commentIds", trash.put),
    "restoreCommunityTrashedComments": each(_COMMENTS, "commentIds", trash.take),
    "deleteCommunityTopicComments": each(_COMMENTS, "commentIds", trash.burn),
    "unmoderateCommunityUsers": each("communityUsers", "userIds", put(isModerated=False)),
}
