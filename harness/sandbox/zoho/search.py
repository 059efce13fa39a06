"""Search: records whose fields have the given values, in one module or in all."""

from __future__ import annotations

from typing import Any

from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.service import Behaviour
from harness.sandbox.store import Record
from harness.sandbox.zoho import errors, paging

_CONTROL = frozenset({"limit", "from", "sortBy", "orgId", "include", "_all", "searchStr", "module", "searchString"})
# Query names that stand for a field of another name.
_FIELDS = {"assignee": "assigneeId"}
# Query names that stand for the name of a record which a row names by id.
_NAMES = {
    "accountName": ("accountId", "accounts", "accountName"), "contactName": ("contactId", "contacts", "lastName"),
    "productName": ("productId", "products", "productName"),
}  # fmt: skip
# What a search of contacts finds in the middle of a value without being asked to (client report, live 2026).
_IN_PART = frozenset({"firstName", "fullName", "email", "phone", "mobile"})
_MODULES = ("tickets", "contacts", "accounts", "tasks")


def search(*tables: str) -> Behaviour:
    """Records of some tables that fit every given field; `_all` looks into all. 204 where none fits."""

    def behaviour(org: Org, call: Call) -> Reply:
        return _answer(org, call, [row for row in _matching(org, call, *tables) if not row.get("isSpam")])

    return behaviour


def search_everywhere(org: Org, call: Call) -> Reply:
    """GET /search: of one module with its count, or of four with a count for each."""
    text = call.arg("searchStr").strip("*").lower()

    def rows_of(table: str) -> list[Record]:
        return [row for row in org.store[table] if _has_text(row, text)]

    module = call.arg("module")
    if module:
        rows = rows_of("articles" if module == "solutions" else module)
        return enveloped(org, call, rows, len(rows))
    by_module = {table: rows_of(table) for table in _MODULES}
    counts = {table: str(len(rows)) for table, rows in by_module.items()}
    return enveloped(org, call, [row for rows in by_module.values() for row in rows], counts)


def search_module(org: Org, call: Call) -> Reply:
    """GET /{moduleApiName}/search: of a module that the portal has; its rows stand one level deeper."""
    name = call.values["moduleApiName"]
    if not is_module(org, name):
        return errors.refuse("UNPROCESSABLE_ENTITY", "The module is not known.")
    page = _page(org, call, _matching(org, call, name))
    if isinstance(page, Reply):
        return page
    plan = org.engine.plan_of(call)
    model = org.engine.model(plan)
    data = model.schemas.properties(plan.schema).get("data", {})
    items = model.schemas.merged(model.schemas.properties(data)["data"]).get("items")
    rows = [org.engine.conform(model, items, row) for row in page]
    return Reply(200, {"data": {"data": rows}, "count": str(len(rows))})


def enveloped(org: Org, call: Call, rows: list[Record], count: Any) -> Reply:
    """A page of rows in the form of envelope that takes the first of them with this count."""
    page = _page(org, call, rows)
    if isinstance(page, Reply):
        return page
    model = org.engine.model(org.engine.plan_of(call))
    node = model.schemas.merged(org.engine.plan_of(call).schema)
    forms = [model.schemas.merged(branch) for branch in node.get("oneOf") or node.get("anyOf") or (node,)]
    form = max(forms, key=lambda branch: _takes(org, model, branch, rows[0], count))
    items = _items(model, form)
    shown = [org.engine.conform(model, items, row) for row in page]
    return Reply(200, {"data": shown, "count": count})


def _takes(org: Org, model: Any, form: Any, row: Record, count: Any) -> int:
    """How many fields of a row a form of envelope shows; -1 where it does not take the count."""
    if not model.schemas.fits(model.schemas.properties(form).get("count", {}), count):
        return -1
    return len(org.engine.conform(model, _items(model, form), row).keys() & row.keys())


def _items(model: Any, form: Any) -> Any:
    return model.schemas.merged(model.schemas.properties(form).get("data", {})).get("items", {})


def _page(org: Org, call: Call, rows: list[Record]) -> list[Record] | Reply:
    """The rows of one page; 204 where it has none, or the refusal of a wrong page."""
    reply = paging.page(org, call, "data", rows)
    if reply.status == 200 and reply.body.get("data"):
        shown: list[Record] = reply.body["data"]
        return shown
    return Reply(204) if reply.ok else reply


def search_articles(org: Org, call: Call) -> Reply:
    """GET /articles/search."""
    rows = _matching(org, call, "articles")
    return enveloped(org, call, rows, str(len(rows)))


def _answer(org: Org, call: Call, rows: list[Record]) -> Reply:
    reply = org.engine.listed(org, call, rows)
    if reply.ok and not rows:
        return Reply(204)
    if isinstance(reply.body, dict) and "count" in reply.body and not isinstance(reply.body["count"], dict):
        reply.body["count"] = len(rows)
    return reply


def _matching(org: Org, call: Call, *tables: str) -> list[Record]:
    """Rows of some tables that fit the query, which a list would read in its own, stricter way."""
    call.state["searched"] = True
    in_part = _IN_PART if tables == ("contacts",) else frozenset[str]()
    return [row for table in tables for row in org.store[table] if _fits(_named(org, row), call, in_part)]


def _named(org: Org, row: Record) -> Record:
    """A row with the names that a search knows it by: its own in full, and those of the records that it names."""
    names = {"fullName": " ".join(filter(None, (row.get("firstName"), row.get("lastName"))))}
    for name, (reference, table, field) in _NAMES.items():
        if reference in row and name not in row:
            names[name] = (org.store[table].get(row[reference]) or {}).get(field, "")
    return {**row, **names}


def _fits(row: Record, call: Call, in_part: frozenset[str]) -> bool:
    return all(_meets(row, name, value, name in in_part) for name, value in call.query)


def _meets(row: Record, name: str, value: str, in_part: bool) -> bool:
    """Whether a row has what one parameter of a search asks for; a name that is no field of it is ignored."""
    part = value.strip("*").lower()
    if name == "_all":
        return _has_text(row, part)
    field = _FIELDS.get(name, name)
    if name in _CONTROL or name.endswith("Range") or not value or field not in row:
        return True
    text = "" if row[field] is None else str(row[field]).lower()
    # `*` at either end searches for a part (vendor page: search).
    return part in text if in_part or "*" in value else value.lower() == text


def _has_text(row: Record, text: str) -> bool:
    return any(text in str(value).lower() for value in row.values() if isinstance(value, str | int))


def is_module(org: Org, name: str) -> bool:
    """Whether the portal has a module of this name, its own or the vendor's."""
    own = any(row.get("apiName") == name for row in org.store["organizationModules"])
    return own or bool(name in org.store.tables and org.store[name].rows)


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
    "searchSolutions": search_articles,
    "doSearch": search_everywhere,
    "searchRecords": search_module,
    "searchArticleTranslations": search("articles/translations"),
    "searchArticleTranslationByTag": search("articles/translations"),
}
