"""Library: a vendor's documents, read as operations, plans, schemas and values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from harness.openapi import walk
from harness.openapi.catalog import Catalog, Operation, compile_operations
from harness.openapi.document import Document, pinned
from harness.sandbox.call import ABSENT, Call
from harness.sandbox.plan import Plan, Planner
from harness.sandbox.router import Router
from harness.sandbox.schema import Schemas
from harness.sandbox.service import Problem, Service
from harness.sandbox.synth import Synth


class Library:
    """The documents of one service, the first one that describes an operation winning."""

    def __init__(self, service: Service, documents: Iterable[Document] | None = None) -> None:
        self.service = service
        sources = list(pinned(service.name) if documents is None else documents)
        trees = [(document.name, document.tree) for document in sources]
        if service.extra:
            trees.append(("extra", dict(service.extra)))
        self.sides = {name: Side(service, name, tree) for name, tree in trees}
        operations = (operation for side in self.sides.values() for operation in side.operations)
        self.catalog = Catalog(tuple(one for one in operations if service.operations(one)))
        self.router = Router(self.catalog.operations, service.suffixes)
        self._plans: dict[str, Plan] = {}
        self._by_id = {
            name: one for one in reversed(self.catalog.operations) for name in (*one.aliases, one.operation_id)
        }

    def operation(self, operation_id: str) -> Operation:
        """An operation by its id or alias; raises `KeyError`."""
        return self._by_id[operation_id]

    def plan(self, operation: Operation) -> Plan:
        """How the generic engine answers an operation."""
        known = self._plans.get(operation.key)
        if known is None:
            known = self._plans[operation.key] = self.sides[operation.document].planner.plan(operation)
        return known

    def sample(self, operation_id: str, **fields: Any) -> Any:
        """A body that the operation's declared success accepts; `fields` replace its top-level fields."""
        plan = self.plan(self.operation(operation_id))
        body = self.side(plan).synth.value(plan.schema) if plan.schema is not None else {}
        return {**body, **fields} if isinstance(body, dict) else body

    def side(self, plan: Plan) -> Side:
        """The document that a plan's operation comes from."""
        return self.sides[plan.operation.document]

    def problems(self, call: Call) -> list[Problem]:
        """What the JSON body has wrong against the declared request schema."""
        if call.operation is None or call.notes.get("unchecked"):
            return []
        plan = self.plan(call.operation)
        if call.body is ABSENT:
            needed = call.operation.body_required and plan.request is not None
            return [Problem("", "missing", "is missing")] if needed else []
        if plan.request is None:
            return list(self._undeclared(plan, call.body))
        return list(self.side(plan).schemas.problems(plan.request, call.body))

    def _undeclared(self, plan: Plan, body: Any) -> Iterator[Problem]:
        """Where a document forgets the body of a write, its fields are those of the record that comes back."""
        inner = body.get(plan.key) if isinstance(body, dict) and plan.key else body
        if plan.kind not in ("create", "update") or plan.item is None or not isinstance(inner, dict):
            return
        schemas = self.side(plan).schemas
        at = f"/{plan.key}" if plan.key else ""
        for name, schema in schemas.properties(plan.item).items():
            if inner.get(name) is not None and not schemas.merged(schema).get("readOnly"):
                yield from schemas.problems(schema, inner[name], f"{at}/{name}")


class Side:
    """One document: its operations, schemas, plans and values, made when first needed."""

    def __init__(self, service: Service, name: str, tree: dict[str, Any]) -> None:
        self._service = service
        self.operations = compile_operations(service.name, name, tree)
        self.schemas = Schemas(tree)

    @cached_property
    def synth(self) -> Synth:
        """Values for this document's schemas."""
        return Synth(self.schemas, self._service.nulls, self._service.typical, self._service.full)

    def raw(self, operation: Operation) -> dict[str, Any]:
        """An operation as its document writes it."""
        found: dict[str, Any] = self.schemas.tree["paths"][operation.path][operation.method.lower()]
        return found

    def says(self, operation: Operation, status: int, name: str) -> tuple[str, ...]:
        """The types that an operation's answer of some status declares for a field; () where it says nothing."""
        responses = self.raw(operation).get("responses", {})
        content = (walk.resolve(self.schemas.tree, responses.get(str(status), {})) or {}).get("content") or {}
        schema = next((media.get("schema") for kind, media in content.items() if "json" in kind), None)
        return self.schemas.kinds(self.schemas.properties(schema).get(name, {})) if schema is not None else ()

    @cached_property
    def planner(self) -> Planner:
        """Plans for this document's operations."""
        return Planner(self.schemas, self.operations, self._service.tables, self._service.link, self._service.wrapped)
