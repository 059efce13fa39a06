"""Rule 5 of a verdict: why a request would touch what this run did not create."""

from __future__ import annotations

from typing import Any

from harness.exchange import Request
from harness.openapi.catalog import Operation
from harness.openapi.graph import ResourceGraph
from harness.policy import references
from harness.policy.context import ApiBase, PolicyContext
from harness.policy.operation_router import RoutedOperation
from harness.policy.permit import missing_name
from harness.policy.references import NamedRecord
from harness.risk import words
from harness.risk.escalate import UNREADABLE, tree_of
from harness.risk.tier import Tier
from harness.vendors import VENDORS

CREATES = frozenset({"create", "add", "upload", "import", "insert", "new", "register", "clone", "copy", "save"})
"""Words of an operation's name that say that it adds records."""
_TOUCHES = words.LOSE | words.ORDER | words.SWITCH | frozenset({"update", "set", "execute", "default"})


def foreign(
    routed: RoutedOperation, tier: Tier, query: list[tuple[str, str]], body: Any, context: PolicyContext, vendor: str
) -> str:
    """What the request acts upon that is not ours, as a sentence; empty when there is nothing.

    An id is ours when the ledger has it, harmless when no record can have it. A request that names no record and
    does not only create acts on the whole org, and needs its own name in the permit.
    """
    operation, declared = routed.operation, context.references(vendor)
    if missing := missing_name(context.permits[vendor], operation, tier):
        return missing
    if body is UNREADABLE:
        return "the body cannot be read, so nothing says which records it names"
    pairs = (pair for pair in query if not _names_org(pair[0], vendor))
    trees = [tree_of(pairs), *([] if body is None else [body])]
    records = [
        *references.in_path(declared, operation, routed.values, tier),
        *references.in_content(declared, operation, trees, tier, natural=upserts(operation)),
    ]
    for record in records:
        if not _is_ours(record, context, vendor):
            kinds = "/".join(sorted(record.kinds - references.ANYTHING)) or "record"
            return f"{record.where}: {kinds} {record.value!r} was not created by this run"
    is_permitted_by_name = operation.key in context.permits[vendor].operations
    if not records and not is_permitted_by_name and not creates(operation, context.graphs[vendor]):
        return f"it names no record, so it acts on the whole org (--allow-operation {operation.key})"
    return ""


def _is_ours(record: NamedRecord, context: PolicyContext, vendor: str) -> bool:
    can_exist = not context.references(vendor).cannot_exist(record.value)
    if not can_exist or context.owned.owns(vendor, record.kinds, record.value):
        return True
    return bool(context.mark) and context.mark in record.value and not record.value.isdecimal()


def tenant(request: Request, query: list[tuple[str, str]], api_base: ApiBase) -> str:
    """Why the request may mean another org; empty when it means the target's.

    Where a vendor keeps all orgs on one host, told apart by a header alone, its value is part of the host.
    """
    header, org = VENDORS[api_base.vendor].org_header, api_base.target.org_id
    if not header or not org:
        return ""
    headers = [value for name, value in request.headers if _names_org(name, api_base.vendor)]
    if not headers:
        return f"no {header} header says that org {org} is meant"
    parameters = [value for name, value in query if _names_org(name, api_base.vendor)]
    others = [value for value in (*headers, *parameters) if value not in (org, "")]
    return f"{header} {others[0]} is not the target's {org}" if others else ""


def _names_org(name: str, vendor: str) -> bool:
    """Whether a header or parameter of this name says which of the vendor's orgs is meant."""
    header = VENDORS[vendor].org_header
    return bool(header) and name.casefold() == header.casefold()


def upserts(operation: Operation) -> bool:
    """Whether the operation finds its record by mail, name or external id and changes it if it is there."""
    names = {*words.split(operation.operation_id), *words.split(operation.path)}
    return "upsert" in names or {"create", "or", "update"} <= names


def creates(operation: Operation, graph: ResourceGraph) -> bool:
    """Whether a POST only adds records, so that declared none is no reach for the whole org."""
    if operation.method != "POST":
        return False
    if upserts(operation):
        return True
    name = {*words.split(operation.operation_id)}
    if name & _TOUCHES:
        return False
    return bool(name & CREATES) or bool(graph.at(operation.path).member)
