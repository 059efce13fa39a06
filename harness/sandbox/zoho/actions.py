"""Verbs at the end of a path: one record is enabled, locked, moved, copied, or deleted by POST."""

from __future__ import annotations

import copy
from typing import Any

from harness.sandbox.behaviours import about_path
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.service import Behaviour
from harness.sandbox.store import Record
from harness.sandbox.zoho import errors, trash
from harness.sandbox.zoho.associations import KNOWN
from harness.sandbox.zoho.body import given
from harness.sandbox.zoho.derived import set_derived
from harness.sandbox.zoho.ids import new_id


def found(org: Org, call: Call, table: str, parameter: str) -> Record | None:
    """The record that a path names; for an id local to its parents, with those before it."""
    kept = org.store[table]
    names = list(call.values)
    scope = tuple(call.values[name] for name in names[: names.index(parameter)])
    return kept.get(kept.ident(scope, call.values[parameter]))


def turn(table: str, parameter: str, *names: str, **fields: Any) -> Behaviour:
    """Set fields of the record in the path, to fixed values or to those that the body has under `names`."""

    @about_path(table, parameter)
    def behaviour(org: Org, call: Call, record: Record) -> Reply:
        record.update(fields)
        record.update((name, given(call, name)) for name in names if given(call, name) is not None)
        set_derived(org, call, table, record, False)
        return org.engine.shown(org.engine.plan_of(call), record)

    return behaviour


def gone(table: str, parameter: str) -> Behaviour:
    """Delete the record in the path for good."""

    def behaviour(org: Org, call: Call) -> Reply:
        if not trash.forget(org, table, call.values[parameter]):
            return errors.missing(org, call)
        return Reply(org.engine.plan_of(call).status)

    return behaviour


def twin(table: str, parameter: str) -> Behaviour:
    """Copy the record in the path, with the body's fields in place of its own."""

    @about_path(table, parameter)
    def behaviour(org: Org, call: Call, record: Record) -> Reply:
        plan, made = org.engine.plan_of(call), copy.deepcopy(record)
        org.engine.assign(plan, made, call.body if isinstance(call.body, dict) else {})
        made["id"] = new_id(org, table, {})
        set_derived(org, call, table, made, True)
        return org.engine.shown(plan, org.store[table].add(made))

    return behaviour


def count(table: str, parameter: str, name: str) -> Behaviour:
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
    KNOWN.part(org, account, str(contact["id"]))
    if contact.get("accountId") == account:
        contact["accountId"] = None
    return Reply(204)


def domain(**fields: Any) -> Behaviour:
    """Do something to the domain that the body names."""

    def behaviour(org: Org, call: Call) -> Reply | None:
        record = org.store["domains"].get(given(call, "domain", ""))
        if record is None:
            return None
        record.update(fields)
        return org.engine.shown(org.engine.plan_of(call), record)

    return behaviour


_TOPICS, _COMMENTS = "communityTopics", "communityTopics/comments"

BEHAVIOURS: dict[str, Behaviour] = {
    "enableDepartment": turn("departments", "departmentId", isEnabled=True),
    "disableDepartment": turn("departments", "departmentId", isEnabled=False),
    "deactivateAgents": turn("agents", "agentId", status="DISABLED"),
    "markTicketAsRead": turn("tickets", "ticketId", isRead=True),
    "markTicketAsUnRead": turn("tickets", "ticketId", isRead=False),
    "moveTicket": turn("tickets", "ticketId", "departmentId"),
    "lockCommunityTopic": turn(_TOPICS, "topicId", isLocked=True),
    "unlockCommunityTopic": turn(_TOPICS, "topicId", isLocked=False),
    "moderateCommunityTopic": turn(_TOPICS, "topicId", isModerated=True),
    "unmoderateCommunityTopic": turn(_TOPICS, "topicId", isModerated=False),
    "markATopicAsSpam": turn(_TOPICS, "topicId", status="SPAM", isSpam=True),
    "moveACommunityTopic": turn(_TOPICS, "topicId", "categoryId"),
    "publishCommunityTopicDraft": turn(_TOPICS, "topicId", "subject", "content", "type", status="PUBLISHED"),
    "updateDraftedCommunityTopic": turn(_TOPICS, "topicId", "subject", "content", "type", "categoryId"),
    "markACommentAsSpam": turn(_COMMENTS, "commentId", status="SPAM", isSpam=True),
    "enableCommunityCategory": turn("communityCategory", "categoryId", isEnabled=True),
    "disableCommunityCategory": turn("communityCategory", "categoryId", isEnabled=False),
    "updateCommunityUserInfo": turn("communityUsers", "userId", "isModerated"),
    "deleteEndUser": turn("users", "userId", status="DELETED", name="Anonymous"),
    "activateLayout": turn("layouts", "layoutId", isActive=True),
    "deactivateLayout": turn("layouts", "layoutId", isActive=False),
    "likeArticleTranslation": count("articles/translations", "locale", "likeCount"),
    "dislikeArticleTranslation": count("articles/translations", "locale", "dislikeCount"),
    "deleteRole": gone("roles", "roleId"),
    "deleteProfile": gone("profiles", "profileId"),
    "deleteTeam": gone("teams", "team_id"),
    "deleteDraftedCommunityTopic": gone(_TOPICS, "topicId"),
    "cloneProfile": twin("profiles", "profileId"),
    "cloneLayout": twin("layouts", "layoutId"),
    "dissociateAccountWithContact": dissociate,
    "applyDomain": domain(isApplied=True),
    "verifyDomain": domain(isVerified=True),
}
