"""Collections read in other ways than page by page: by ids, in one state, counted, by another field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.service import Behaviour
from harness.sandbox.store import Record
from harness.sandbox.zoho import errors, paging, search


def by_ids(table: str, parameter: str) -> Behaviour:
    """The records that a query names, in its order; unknown ids are left out."""

    def behaviour(org: Org, call: Call) -> Reply:
        return org.engine.listed(org, call, org.store[table].get_many(call.listed(parameter)))

    return behaviour


def counted(table: str, test: Callable[[Record], bool] = lambda row: True) -> Behaviour:
    """How many records there are, of those that the query's fields leave."""

    def behaviour(org: Org, call: Call) -> Reply:
        rows = paging.filtered([row for row in org.store[table] if test(row)], call)
        return org.engine.shown(call, {"count": str(len(rows))})

    return behaviour


def counts_per_agent(org: Org, call: Call) -> Reply:
    """GET /agentsTicketsCount."""
    rows: list[dict[str, Any]] = []
    for ident in call.listed("agentIds"):
        assigned = org.store["tickets"].where(assigneeId=ident)
        states = [row.get("statusType") for row in assigned]
        rows.append(
            {"agentId": ident, "openCount": str(states.count("Open")), "onholdCount": str(states.count("On Hold"))}
        )
    return org.engine.listed(org, call, rows)


def count_of_module(org: Org, call: Call) -> Reply:
    """GET /{customModuleApiName}/count."""
    name = call.values["customModuleApiName"]
    if not search.is_module(org, name):
        return errors.refuse("UNPROCESSABLE_ENTITY", "The module is not known.")
    return org.engine.shown(call, {"count": str(len(org.store[name]))})


def is_taken(table: str, field: str, parameter: str, answer: str) -> Behaviour:
    """Whether a name is taken."""

    def behaviour(org: Org, call: Call) -> Reply:
        taken = any(str(row.get(field)).lower() == call.arg(parameter).lower() for row in org.store[table])
        return org.engine.shown(call, {answer: taken})

    return behaviour


def with_fields(table: str, **fields: Any) -> Behaviour:
    """Records of a table in one state: drafts, moderated ones."""

    def behaviour(org: Org, call: Call) -> Reply:
        rows = org.store[table].where(**fields)
        return org.engine.listed(org, call, rows)

    return behaviour


def by_field(table: str, field: str, parameter: str) -> Behaviour:
    """The record with this value in a field, in place of its id."""

    def behaviour(org: Org, call: Call) -> Reply:
        wanted = call.arg(parameter)
        record = next((row for row in org.store[table] if row.get(field) == wanted), None)
        if record is None:
            return errors.argument(parameter)
        return org.engine.shown(call, record)

    return behaviour


BEHAVIOURS: dict[str, Behaviour] = {
    "getAgentsByIds": by_ids("agents", "agentIds"),
    "getContactsByIds": by_ids("contacts", "ids"),
    "getDepartmentsByIds": by_ids("departments", "departmentIds"),
    "getRolesByIds": by_ids("roles", "roleIds"),
    "getAgentsCount": counted("agents"),
    "getArticleCount": counted("articles"),
    "getContactsCount": counted("contacts"),
    "getContractsCount": counted("contracts"),
    "getDepartmentsCount": counted("departments"),
    "getProfileCount": counted("profiles"),
    "getRoleCount": counted("roles"),
    "getTasksCount": counted("tasks"),
    "getTicketQueueViewCount": counted("tickets"),
    "getTicketsCount": counted("tickets"),
    "getCommunityTopicsViewsCount": counted("communityTopics"),
    "getCommunityCommentViewCount": counted("communityTopics/comments"),
    "getCustomModuleRecordsCount": count_of_module,
    "getAgentsTicketsCount": counts_per_agent,
    "checkDepartmentNameExist": is_taken("departments", "name", "departmentName", "isDepartmentNameExist"),
    "getDraftedCommunityTopics": with_fields("communityTopics", status="DRAFT"),
    "getModeratedCommunityTopics": with_fields("communityTopics", isModerated=True),
    "getAllCommunityModeratedUsers": with_fields("communityUsers", isModerated=True),
    "getACategoryByPermalink": by_field("communityCategory", "permalink", "permalink"),
    "getCommunityTopicByPermalink": by_field("communityTopics", "permalink", "permalink"),
}
