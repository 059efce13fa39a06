"""Actions: verbs at the end of a path, by which one record is enabled, locked, moved, copied or deleted."""

from __future__ import annotations

import copy
from typing import Any

from harness.sandbox.behaviours import about_path
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.service import Behaviour
from harness.sandbox.store import Record
from harness.sandbox.zoho import errors, trash
from harness.sandbox.zoho.associations import ACCOUNT_CONTACTS
from harness.sandbox.zoho.body import given
from harness.sandbox.zoho.derived import set_derived
from harness.sandbox.zoho.ids import new_id


def set_fields(table: str, parameter: str, *names: str, **fields: Any) -> Behaviour:
    """Set fields of the record in the path, to fixed values or to those that the body has under `names`."""

    @about_path(table, parameter)
    def behaviour(org: Org, call: Call, record: Record) -> Reply:
        record.update(fields)
        record.update((name, given(call, name)) for name in names if given(call, name) is not None)
        set_derived(org, call, table, record, False)
        return org.engine.shown(call, record)

    return behaviour


def delete_permanently(table: str, parameter: str) -> Behaviour:
    """Delete the record in the path permanently."""

    def behaviour(org: Org, call: Call) -> Reply:
        if not trash.erase(org, table, call.values[parameter]):
            return errors.missing(org, call)
        return Reply(org.engine.plan_of(call).status)

    return behaviour


def clone(table: str, parameter: str) -> Behaviour:
    """Copy the record in the path, with the body's fields in place of its own."""

    @about_path(table, parameter)
    def behaviour(org: Org, call: Call, record: Record) -> Reply:
        plan, copied = org.engine.plan_of(call), copy.deepcopy(record)
        org.engine.assign(plan, copied, call.fields)
        copied["id"] = new_id(org, table, {})
        set_derived(org, call, table, copied, True)
        return org.engine.shown(call, org.store[table].add(copied), plan)

    return behaviour


def increment(table: str, parameter: str, name: str) -> Behaviour:
    """Add one to a number of the record in the path."""

    @about_path(table, parameter)
    def behaviour(org: Org, call: Call, record: Record) -> Reply:
        record[name] = str(int(record.get(name) or 0) + 1)
        return Reply(org.engine.plan_of(call).status)

    return behaviour


def dissociate(org: Org, call: Call) -> Reply:
    """PATCH /contacts/{contactId}/accounts/{accountId}/dissociate."""
    contact = org.store["contacts"].get(call.values["contactId"])
    account = call.values["accountId"]
    if contact is None or org.store["accounts"].get(account) is None:
        return errors.missing(org, call)
    ACCOUNT_CONTACTS.unlink(org, account, str(contact["id"]))
    if contact.get("accountId") == account:
        contact["accountId"] = None
    return Reply(204)


def change_domain(**fields: Any) -> Behaviour:
    """Do something to the domain that the body names."""

    def behaviour(org: Org, call: Call) -> Reply | None:
        record = org.store["domains"].get(given(call, "domain", ""))
        if record is None:
            return None
        record.update(fields)
        return org.engine.shown(call, record)

    return behaviour


_TOPICS, _COMMENTS = "communityTopics", "communityTopics/comments"

BEHAVIOURS: dict[str, Behaviour] = {
    "enableDepartment": set_fields("departments", "departmentId", isEnabled=True),
    "disableDepartment": set_fields("departments", "departmentId", isEnabled=False),
    "deactivateAgents": set_fields("agents", "agentId", status="DISABLED"),
    "markTicketAsRead": set_fields("tickets", "ticketId", isRead=True),
    "markTicketAsUnRead": set_fields("tickets", "ticketId", isRead=False),
    "moveTicket": set_fields("tickets", "ticketId", "departmentId"),
    "lockCommunityTopic": set_fields(_TOPICS, "topicId", isLocked=True),
    "unlockCommunityTopic": set_fields(_TOPICS, "topicId", isLocked=False),
    "moderateCommunityTopic": set_fields(_TOPICS, "topicId", isModerated=True),
    "unmoderateCommunityTopic": set_fields(_TOPICS, "topicId", isModerated=False),
    "markATopicAsSpam": set_fields(_TOPICS, "topicId", status="SPAM", isSpam=True),
    "moveACommunityTopic": set_fields(_TOPICS, "topicId", "categoryId"),
    "publishCommunityTopicDraft": set_fields(_TOPICS, "topicId", "subject", "content", "type", status="PUBLISHED"),
    "updateDraftedCommunityTopic": set_fields(_TOPICS, "topicId", "subject", "content", "type", "categoryId"),
    "markACommentAsSpam": set_fields(_COMMENTS, "commentId", status="SPAM", isSpam=True),
    "enableCommunityCategory": set_fields("communityCategory", "categoryId", isEnabled=True),
    "disableCommunityCategory": set_fields("communityCategory", "categoryId", isEnabled=False),
    "updateCommunityUserInfo": set_fields("communityUsers", "userId", "isModerated"),
    "deleteEndUser": set_fields("users", "userId", status="DELETED", name="Anonymous"),
    "activateLayout": set_fields("layouts", "layoutId", isActive=True),
    "deactivateLayout": set_fields("layouts", "layoutId", isActive=False),
    "likeArticleTranslation": increment("articles/translations", "locale", "likeCount"),
    "dislikeArticleTranslation": increment("articles/translations", "locale", "dislikeCount"),
    "deleteRole": delete_permanently("roles", "roleId"),
    "deleteProfile": delete_permanently("profiles", "profileId"),
    "deleteTeam": delete_permanently("teams", "team_id"),
    "deleteDraftedCommunityTopic": delete_permanently(_TOPICS, "topicId"),
    "cloneProfile": clone("profiles", "profileId"),
    "cloneLayout": clone("layouts", "layoutId"),
    "dissociateAccountWithContact": dissociate,
    "applyDomain": change_domain(isApplied=True),
    "verifyDomain": change_domain(isVerified=True),
}
