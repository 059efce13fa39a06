"""Collections read in other ways than as a plain list: by ids, in one state, counted, by another name."""

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
        rows = [row for one in call.listed(parameter) if (row := org.store[table].get(one)) is not None]
        return org.engine.listed(org, call, rows)

    return behaviour


def counted(table: str, test: Callable[[Record], bool] = lambda row: True) -> Behaviour:
    """How many records there are, of those that the query's fields leave."""

    def behaviour(org: Org, call: Call) -> Reply:
        rows = paging.filtered([row for row in org.store[table] if test(row)], call)
        return org.engine.shown(org.engine.plan_of(call), {"count": str(len(rows))})

    return behaviour


def per_agent(org: Org, call: Call) -> Reply:
    """GET /agentsTicketsCount."""
    rows: list[dict[str, Any]] = []
    for one in call.listed("agentIds"):
        mine = org.store["tickets"].where(assigneeId=one)
        states = [row.get("statusType") for row in mine]
        rows.append(
            {"agentId": one, "openCount": str(states.count("Open")), "onholdCount": str(states.count("On Hold"))}
        )
    return org.engine.listed(org, call, rows)


def of_module(org: Org, call: Call) -> Reply:
    """GET /{customModuleApiName}/count."""
    name = call.values["customModuleApiName"]
    if not search.is_module(org, name):
        return errors.refuse("UNPROCESSABLE_ENTITY", "The module is not known.")
    return org.engine.shown(org.engine.plan_of(call), {"count": str(len(org.store[name]))})


def named(table: str, field: str, parameter: str, answer: str) -> Behaviour:
    """Whether a name is taken."""

    def behaviour(org: Org, call: Call) -> Reply:
        taken = any(str(row.get(field)).lower() == call.arg(parameter).lower() for row in org.store[table])
        return org.engine.shown(org.engine.plan_of(call), {answer: taken})

    return behaviour


def state(table: str, **fields: Any) -> Behaviour:
    """Records of a table in one state: drafts, moderated ones."""

    def behaviour(org: Org, call: Call) -> Reply:
        rows = org.store[table].where(**fields)
        return org.engine.listed(org, call, rows)

    return behaviour


def first(table: str, field: str, parameter: str) -> Behaviour:
    """The record with this value in a field, in place of its id."""

    def behaviour(org: Org, call: Call) -> Reply:
        wanted = call.arg(parameter)
        record = next((row for row in org.store[table] if row.get(field) == wanted), None)
        if record is None:
            return errors.argument(parameter)
        return org.engine.shown(org.engine.plan_of(call), record)

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
    "getCustomModuleRecordsCount": of_module,
    "getAgentsTicketsCount": per_agent,
    "checkDepartmentNameExist": named("departments", "name", "departmentName", "isDepartmentNameExist"),
    "getDraftedCommunityTopics": state("communityTopics", status="DRAFT"),
    "getModeratedCommunityTopics": state("communityTopics", isModerated=True),
    "getAllCommunityModeratedUsers": state("communityUsers", isModerated=True),
    "getACategoryByPermalink": first("communityCategory", "permalink", "permalink"),
    "getCommunityTopicByPermalink": first("communityTopics", "permalink", "permalink"),
}
