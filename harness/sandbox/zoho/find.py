"""Finding records: search with its count, by ids, numbers of records, names that are taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.service import Behaviour
from harness.sandbox.store import Record
from harness.sandbox.zoho import errors, paging
from harness.sandbox.zoho.records import plan_of

_CONTROL = frozenset({"limit", "from", "sortBy", "orgId", "include", "_all", "searchStr", "module", "searchString"})
# Query names that stand for a field of another name.
_FIELDS = {"assignee": "assigneeId", "fullName": "lastName"}
_MODULES = ("tickets", "contacts", "accounts", "tasks")


def search(*tables: str) -> Behaviour:
    """Records of some tables that fit every given field; `_all` looks into all. 204 where nothing is found."""

    def behaviour(org: Org, call: Call) -> Reply:
        return _answer(org, call, [row for row in _found(org, call, *tables) if not row.get("isSpam")])

    return behaviour


def everywhere(org: Org, call: Call) -> Reply:
    """GET /search: of one module with its count, or of four with a count for each."""
    names = {"solutions": "articles"}
    module, text = call.arg("module"), call.arg("searchStr").strip("*").lower()
    tables = (names.get(module, module),) if module else _MODULES
    found = {table: [row for row in org.store[table] if _within(row, text)] for table in tables}
    rows = [row for table in tables for row in found[table]]
    count: Any = len(rows) if module else {table: str(len(one)) for table, one in found.items()}
    return enveloped(org, call, rows, count)


def module(org: Org, call: Call) -> Reply:
    """GET /{moduleApiName}/search: of a module that the portal has; its rows stand one level deeper."""
    name = call.values["moduleApiName"]
    if not _module(org, name):
        return errors.refuse("UNPROCESSABLE_ENTITY", "The module is not known.")
    reply = paging.page(org, call, "data", _found(org, call, name))
    if reply.status != 200 or not reply.body.get("data"):
        return Reply(204) if reply.ok else reply
    side, data = _data(org, call)
    items = side.schemas.merged(side.schemas.properties(data)["data"]).get("items")
    rows = [org.engine.shape(side, items, row) for row in reply.body["data"]]
    return Reply(200, {"data": {"data": rows}, "count": str(len(rows))})


def enveloped(org: Org, call: Call, rows: list[Record], count: Any) -> Reply:
    """A page of rows in the form of envelope that takes the first of them with this count."""
    reply = paging.page(org, call, "data", rows)
    if reply.status != 200 or not reply.body.get("data"):
        return Reply(204) if reply.ok else reply
    side = org.engine.side(plan_of(org, call))
    node = side.schemas.merged(plan_of(org, call).schema)
    forms = [side.schemas.merged(one) for one in node.get("oneOf") or node.get("anyOf") or (node,)]
    form = max(forms, key=lambda one: _takes(org, side, one, rows[0], count))
    items = _items(side, form)
    shown = [org.engine.shape(side, items, row) for row in reply.body["data"]]
    return Reply(200, {"data": shown, "count": count})


def _takes(org: Org, side: Any, form: Any, row: Record, count: Any) -> int:
    """How much of a row a form of envelope shows, if it takes the count."""
    if not side.schemas.fits(side.schemas.properties(form).get("count", {}), count):
        return -1
    return len(org.engine.shape(side, _items(side, form), row).keys() & row.keys())


def _items(side: Any, form: Any) -> Any:
    return side.schemas.merged(side.schemas.properties(form).get("data", {})).get("items", {})


def _data(org: Org, call: Call) -> tuple[Any, Any]:
    side = org.engine.side(plan_of(org, call))
    return side, side.schemas.properties(plan_of(org, call).schema).get("data", {})


def solutions(org: Org, call: Call) -> Reply:
    """GET /articles/search."""
    rows = _found(org, call, "articles")
    return enveloped(org, call, rows, str(len(rows)))


def _answer(org: Org, call: Call, rows: list[Record]) -> Reply:
    reply = org.engine.listed(org, call, plan_of(org, call), rows)
    if reply.ok and not rows:
        return Reply(204)
    if isinstance(reply.body, dict) and "count" in reply.body and not isinstance(reply.body["count"], dict):
        reply.body["count"] = len(rows)
    return reply


def _found(org: Org, call: Call, *tables: str) -> list[Record]:
    """Rows of some tables that fit the query, which a list would read in its own, stricter way."""
    call.notes["searched"] = True
    return [row for table in tables for row in org.store[table] if _fits(row, call)]


def _fits(row: Record, call: Call) -> bool:
    for name, value in call.query:
        if name == "_all" and not _within(row, value.strip("*").lower()):
            return False
        field = _FIELDS.get(name, name)
        if name in _CONTROL or name.endswith("Range") or not value or field not in row:
            continue
        text = str(row[field] if row[field] is not None else "").lower()
        # `*` at either end searches for a part (vendor page: search).
        if value.strip("*").lower() not in text if "*" in value else value.lower() != text:
            return False
    return True


def _within(row: Record, text: str) -> bool:
    return any(text in str(value).lower() for value in row.values() if isinstance(value, str | int))


def by_ids(table: str, parameter: str) -> Behaviour:
    """The records that a query names, in its order; unknown ids are left out."""

    def behaviour(org: Org, call: Call) -> Reply:
        rows = [row for one in call.listed(parameter) if (row := org.store[table].get(one)) is not None]
        return org.engine.listed(org, call, plan_of(org, call), rows)

    return behaviour


def counted(table: str, test: Callable[[Record], bool] = lambda row: True) -> Behaviour:
    """How many records there are, of those that the query's fields leave."""

    def behaviour(org: Org, call: Call) -> Reply:
        rows = paging.filtered([row for row in org.store[table] if test(row)], call)
        return org.engine.shown(plan_of(org, call), {"count": str(len(rows))})

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
    return org.engine.listed(org, call, plan_of(org, call), rows)


def of_module(org: Org, call: Call) -> Reply:
    """GET /{customModuleApiName}/count."""
    name = call.values["customModuleApiName"]
    if not _module(org, name):
        return errors.refuse("UNPROCESSABLE_ENTITY", "The module is not known.")
    return org.engine.shown(plan_of(org, call), {"count": str(len(org.store[name]))})


def _module(org: Org, name: str) -> bool:
    """Whether the portal has a module of this name, its own or the vendor's."""
    own = any(row.get("apiName") == name for row in org.store["organizationModules"])
    return own or bool(name in org.store.tables and org.store[name].rows)


def named(table: str, field: str, parameter: str, answer: str) -> Behaviour:
    """Whether a name is taken."""

    def behaviour(org: Org, call: Call) -> Reply:
        taken = any(str(row.get(field)).lower() == call.arg(parameter).lower() for row in org.store[table])
        return org.engine.shown(plan_of(org, call), {answer: taken})

    return behaviour


def state(table: str, **fields: Any) -> Behaviour:
    """Records of a table in one state: drafts, moderated ones."""

    def behaviour(org: Org, call: Call) -> Reply:
        rows = org.store[table].where(**fields)
        return org.engine.listed(org, call, plan_of(org, call), rows)

    return behaviour


def first(table: str, field: str, parameter: str) -> Behaviour:
    """The record with this value in a field, in place of its id."""

    def behaviour(org: Org, call: Call) -> Reply:
        wanted = call.arg(parameter)
        record = next((row for row in org.store[table] if row.get(field) == wanted), None)
        if record is None:
            return errors.argument(parameter)
        return org.engine.shown(plan_of(org, call), record)

    return behaviour


BEHAVIOURS: dict[str, Behaviour] = {
    "searchTickets": search("tickets"),
    "searchContacts": search("contacts"),
    "searchAccounts": search("accounts"),
    "searchTasks": search("tasks"),
    "searchCalls": search("calls"),
    "searchEvents": search("events"),
    "searchActivities": search("tasks", "calls", "events"),
    "searchProducts": search("products"),
    "searchProductDuplicates": search("products"),
    "searchSolutions": solutions,
    "doSearch": everywhere,
    "searchRecords": module,
    "searchArticleTranslations": search("articles/translations"),
    "searchArticleTranslationByTag": search("articles/translations"),
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
