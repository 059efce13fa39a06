"""Settings: what a portal has exactly one of, such as preferences, sharing rules and the agent's own page."""

from __future__ import annotations

import copy

from harness.sandbox.behaviours import about_path
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.service import Behaviour
from harness.sandbox.store import Record
from harness.sandbox.zoho import errors
from harness.sandbox.zoho.body import given
from harness.sandbox.zoho.derived import actor


def setting(org: Org, call: Call, getter: str) -> Record:
    """A setting as it was last saved, in the shape that its GET declares; one per record in the path."""
    plan = org.engine.plan(org.engine.operation(getter))
    table = org.store[f"{plan.operation.path}#"]
    ident = "/".join(call.values.values()) or "one"
    record = table.get(ident)
    if record is None:
        example = org.engine.model(plan).examples.value(plan.schema)
        record = table.rows[ident] = copy.deepcopy(example) if isinstance(example, dict) else {}
    return record


def save_setting(getter: str) -> Behaviour:
    """Change a setting that another operation reads."""

    def behaviour(org: Org, call: Call) -> Reply:
        plan = org.engine.plan(org.engine.operation(getter))
        for parent in plan.parents:
            if org.store[parent.table].get(call.values[parent.parameter]) is None:
                return errors.missing(org, call)
        record = setting(org, call, getter)
        org.engine.assign(plan, record, call.fields)
        return org.engine.shown(call, record)

    return behaviour


@about_path("organizationFields", "fieldId")
def permissions(org: Org, call: Call, _: Record) -> Reply:
    """PATCH /organizationFields/{fieldId}/permissions: a profile's rights each, answered with all of them."""
    table, scope = org.store["organizationFields/permissions"], (call.values["fieldId"],)
    changes = {
        str(profile.get("profileId")): profile for profile in given(call, "profiles", []) if isinstance(profile, dict)
    }
    for row in table.within(scope):
        row.update(changes.get(str(row.get("profileId")), {}))
    return org.engine.listed(org, call, table.within(scope))


@about_path("communityTopics", "topicId")
def permalinks(org: Org, call: Call, _: Record) -> Reply:
    """PATCH /communityTopics/{topicId}/permalinks: the first one and, where given, a second."""
    table, scope = org.store["communityTopics/permalinks"], (call.values["topicId"],)
    names = (given(call, "primaryPermalink"), given(call, "secondaryPermalink"))
    for row, name in zip(table.within(scope), names, strict=False):
        row["permalink"] = name or row["permalink"]
    return org.engine.listed(org, call, table.within(scope))


def me(org: Org, call: Call) -> Reply:
    """GET /myinfo: the agent whom the token belongs to."""
    return org.engine.shown(call, actor(org))


def named_by_agent(table: str, field: str) -> Behaviour:
    """The record of a table that the acting agent's own record names: profile, role."""

    def behaviour(org: Org, call: Call) -> Reply | None:
        record = org.store[table].get(actor(org).get(field))
        return None if record is None else org.engine.shown(call, record)

    return behaviour


def remember_view(org: Org, call: Call) -> Reply:
    """PUT /lastAccessedView/{cvId}: remembered for the GET."""
    view = org.store["views"].get(call.values["cvId"])
    if view is None:
        return errors.invalid_fields(("/cvId", "invalid"))
    org.store["lastAccessedView"].rows["one"] = {"id": view["id"]}
    return Reply(204)


def last_view(org: Org, call: Call) -> Reply | None:
    """GET /lastAccessedView."""
    last = org.store["lastAccessedView"].get("one")
    view = org.store["views"].get(last["id"]) if last else next(iter(org.store["views"]), None)
    return None if view is None else org.engine.shown(call, view)


BEHAVIOURS: dict[str, Behaviour] = {
    "updateMyPreferences": save_setting("getMyPreference"),
    "updateConfig": save_setting("getConfig"),
    "updateCommunityPreferences": save_setting("getCommunityPreferences"),
    "updateCommunityTopicTypes": save_setting("getCommunityTopicTypes"),
    "updateDataSharingRules": save_setting("getDataSharingRules"),
    "setDefaultFieldNameForAccountDeduplication": save_setting("getDefaultFieldNameForAccountDeduplication"),
    "setDefaultFieldNameForContactDeduplication": save_setting("getDefaultFieldNameForContactDeduplication"),
    "saveTimeTrackingSettings": save_setting("getTimeTrackingSetup"),
    "updateTimeTrackingSettings": save_setting("getTimeTrackingSetup"),
    "updateSupportEmailAddressDomain": save_setting("getSupportEmailAddressDomain"),
    "updateCustomSignature": save_setting("getSignatures"),
    "updateFieldPermissions": permissions,
    "updateTopicPermalinks": permalinks,
    "getMyInfo": me,
    "getMyProfile": named_by_agent("profiles", "profileId"),
    "getPersonalRole": named_by_agent("roles", "roleId"),
    "updateRecentView": remember_view,
    "getRecentView": last_view,
}
