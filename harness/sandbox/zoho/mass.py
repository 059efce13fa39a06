"""What is done to many records at once: to those that the body names, or to all spam."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.service import Behaviour
from harness.sandbox.store import Record
from harness.sandbox.zoho import trash
from harness.sandbox.zoho.outcome import outcome
from harness.sandbox.zoho.records import given, ids, plan_of, touch

Act = Callable[[Org, Call, str, str], bool]
"""Does one thing to one record (org, call, table, id) and says whether it could."""


def each(table: str, field: str, act: Act) -> Behaviour:
    """Do something to every record of a table that the body names."""

    def behaviour(org: Org, call: Call) -> Reply:
        return outcome(org, call, [(one, act(org, call, table, one)) for one in ids(call, field)])

    return behaviour


def put(**fields: Any) -> Act:
    """Set fields to fixed values."""

    def act(org: Org, call: Call, table: str, ident: str) -> bool:
        record = org.store[table].get(ident)
        if record is None:
            return False
        record.update(fields)
        touch(org, call, table, record, False)
        return True

    return act


def spam(org: Org, call: Call, table: str, ident: str) -> bool:
    """Mark as spam, or as none where the body says so."""
    return put(isSpam=bool(given(call, "isSpam", True)))(org, call, table, ident)


def erase_spam(org: Org, call: Call, table: str, ident: str) -> bool:
    """Delete for good, but only what is marked as spam."""
    record = org.store[table].get(ident)
    return bool(record is not None and record.get("isSpam") and trash.forget(org, table, ident))


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
    touch(org, call, table, record, False)
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


def empty(*tables: str) -> Behaviour:
    """Delete all spam of these tables for good, of one department where the body names it."""

    def behaviour(org: Org, call: Call) -> Reply:
        wanted = given(call, "departmentId")
        for table in tables:
            for row in org.store[table].where(lambda one: bool(one.get("isSpam"))):
                if wanted is None or str(row.get("departmentId", wanted)) == str(wanted):
                    trash.forget(org, table, str(row["id"]))
        return Reply(plan_of(org, call).status)

    return behaviour


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
    "markTicketAsSpam": each("tickets", "ids", spam),
    "markContactsAsSpam": each("contacts", "ids", spam),
    "deleteSpamTickets": each("tickets", "ticketIds", erase_spam),
    "deleteSpamContacts": each("contacts", "contactIds", erase_spam),
    "deleteSpamTasks": each("tasks", "taskIds", erase_spam),
    "deleteSpamCalls": each("calls", "callIds", erase_spam),
    "deleteSpamEvents": each("events", "eventIds", erase_spam),
    "deleteAllSpamTickets": empty("tickets"),
    "deleteAllSpamTasks": empty("tasks"),
    "deleteAllSpamCalls": empty("calls"),
    "deleteAllSpamEvents": empty("events"),
    "deleteSpamActivities": empty("tasks", "calls", "events"),
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
