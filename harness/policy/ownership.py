"""Rule 5 of a verdict: why a request would touch what this run did not create."""

from __future__ import annotations

from typing import Any

from harness.exchange import Request
from harness.formats.toml import short
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
from harness.target import Target
from harness.vendors import VENDORS

CREATES = frozenset({"create", "add", "upload", "import", "insert", "new", "register", "clone", "copy", "save"})
"""Words of an operation's name that say that it adds records."""
_TOUCHES = words.LOSE | words.ORDER | words.SWITCH | frozenset({"update", "set", "execute", "default"})


def foreign(
    routed: RoutedOperation, tier: Tier, query: list[tuple[str, str]], body: Any, context: PolicyContext, target: Target
) -> str:
    """What the request acts upon that is not ours, as a sentence; empty when there is nothing.

    An id is ours when the ledger has it for this very org, harmless when no record can have it. A request that names no
    record and does not only create acts on the whole org, and needs its own name in the permit.
    """
    operation, vendor = routed.operation, target.vendor
    declared = context.references(vendor)
    if missing := missing_name(context.permits[target.name], operation, tier):
        return missing
    if body is UNREADABLE:
        return "the body cannot be read, so nothing says which records it names"
    pairs = (pair for pair in query if not names_org(pair[0], vendor))
    trees = [tree_of(pairs), *([] if body is None else [body])]
    records = [
        *references.in_path(declared, operation, routed.values, tier),
        *references.in_content(declared, operation, trees, tier, natural=upserts(operation)),
    ]
    for record in records:
        if not _is_ours(record, context, target):
            kinds = "/".join(sorted(record.kinds - references.ANYTHING)) or "record"
            return f"{record.where}: {kinds} {record.value!r} was not created by this run"
    is_permitted_by_name = operation.key in context.permits[target.name].operations
    if not records and not is_permitted_by_name and not creates(operation, context.graphs[vendor]):
        return f"it names no record, so it acts on the whole org (--allow-operation {operation.key})"
    return ""


def _is_ours(record: NamedRecord, context: PolicyContext, target: Target) -> bool:
    can_exist = not context.references(target.vendor).cannot_exist(record.value)
    if not can_exist or context.owned.owns(target.name, record.kinds, record.value):
        return True
    return bool(context.mark) and context.mark in record.value and not record.value.isdecimal()


def tenant(request: Request, query: list[tuple[str, str]], api_base: ApiBase) -> str:
    """Why a request, a read too, may mean another org; empty when it means the target's.

    Without the header a vendor takes some org of the token's, which may be the production one.

    Where a vendor keeps all orgs on one host, told apart by a header alone, its value is part of the host.
    """
    header, org = VENDORS[api_base.vendor].org_header, api_base.target.org_id
    if not header or not org:
        return ""
    if not any(names_org(name, api_base.vendor) for name, _ in request.headers):
        return f"no {header} header says that org {org} is meant"
    return other_org(request, query, api_base)


def other_org(request: Request, query: list[tuple[str, str]], api_base: ApiBase) -> str:
    """Why a request names another org than the target's, or none in plain form; empty where it names none at all.

    Without an org of the target's own, what has the form of an id is taken.
    """
    vendor, own = VENDORS[api_base.vendor], api_base.target.org_id
    headers = [value for name, value in request.headers if names_org(name, api_base.vendor)]
    parameters = [value for name, value in query if names_org(name, api_base.vendor)]
    for value in (*headers, *parameters):
        if own and value != own:
            return f"{vendor.org_header} {short(repr(value))} is not the target's {own}"
        if not own and vendor.orgs and not vendor.orgs.is_id(value):
            return f"{vendor.org_header} {short(repr(value))} is not {vendor.orgs.id_words}"
    if len(headers) > 1:
        return f"the {vendor.org_header} header stands twice"
    return ""


def names_org(name: str, vendor: str) -> bool:
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
