"""Rule 5: why a request would touch what this run did not make."""

from __future__ import annotations

from typing import Any

from harness.exchange import Request
from harness.openapi.catalog import Operation
from harness.policy import references
from harness.policy.context import ApiBase, PolicyContext
from harness.policy.operation_router import Hit, OperationRouter
from harness.policy.references import Name, References
from harness.risk import words
from harness.risk.escalate import UNREADABLE, tree_of
from harness.risk.tier import Tier

CREATES = frozenset({"create", "add", "upload", "import", "insert", "new", "register", "clone", "copy", "save"})
"""Words of an operation's name that say that it adds records."""
_TOUCHES = words.LOSE | words.ORDER | words.SWITCH | frozenset({"update", "set", "execute", "default"})


def foreign(
    hit: Hit, tier: Tier, query: list[tuple[str, str]], body: Any, context: PolicyContext, door: ApiBase
) -> str:
    """What the request acts upon that is not ours, as a sentence; empty when there is nothing.

    An id is ours when the ledger has it, harmless when no record can have it. A request that names no record and
    does not only create acts on the whole org, and needs its own name in the permit.
    """
    operation, rules = hit.operation, context.naming(door.vendor)
    if body is UNREADABLE:
        return "the body cannot be read, so nothing says which records it names"
    trees = [tree_of(pair for pair in query if pair[0].casefold() != "orgid"), *([] if body is None else [body])]
    names = [
        *references.of_path(rules, operation, hit.values, tier),
        *references.of_content(rules, operation, trees, tier, natural=upserts(operation)),
    ]
    for name in names:
        if not _is_ours(name, context, rules, door.vendor):
            kinds = "/".join(sorted(name.kinds - references.ANYTHING)) or "record"
            return f"{name.where}: {kinds} {name.value!r} was not created by this run"
    named = operation.key in context.permits[door.vendor].operations
    if not names and not named and not creates(operation, context.routers[door.vendor]):
        return f"it names no record, so it acts on the whole org (--allow-operation {operation.key})"
    return ""


def _is_ours(name: Name, context: PolicyContext, rules: References, vendor: str) -> bool:
    if rules.cannot_exist(name.value) or context.owned.owns(vendor, name.kinds, name.value):
        return True
    return bool(context.mark) and context.mark in name.value and not name.value.isdecimal()


def tenant(request: Request, query: list[tuple[str, str]], door: ApiBase) -> str:
    """Why the request may mean another org; empty when it means the target's.

    Zoho keeps sandbox and production on one host, told apart by orgId alone, so that id is part of the host.
    """
    org = door.target.org_id
    if not org:
        return ""
    headers = [value for name, value in request.headers if name == "orgid"]
    if not headers:
        return f"no orgId header says that org {org} is meant"
    parameters = [value for name, value in query if name.casefold() == "orgid"]
    others = [value for value in (*headers, *parameters) if value not in (org, "")]
    return f"orgId {others[0]} is not the target's {org}" if others else ""


def upserts(operation: Operation) -> bool:
    """Whether the operation finds its record by mail, name or external id and changes it if it is there."""
    found = {*words.split(operation.operation_id), *words.split(operation.path)}
    return "upsert" in found or {"create", "or", "update"} <= found


def creates(operation: Operation, router: OperationRouter) -> bool:
    """Whether a POST only adds records, so that naming none is no reach for the whole org."""
    if operation.method != "POST":
        return False
    found = {*words.split(operation.operation_id)}
    if upserts(operation):
        return True
    return not found & _TOUCHES and (bool(found & CREATES) or any(True for _ in router.members(operation.path)))
