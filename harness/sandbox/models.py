"""The documents of one vendor as the sandbox reads them: operations, plans, schemas and example values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from harness.openapi import walk
from harness.openapi.catalog import Catalog, Operation, compile_operations
from harness.openapi.document import Document, pinned
from harness.sandbox.answer_plan import AnswerPlan, Planner
from harness.sandbox.call import ABSENT, Call
from harness.sandbox.conventions import UNDOCUMENTED, Conventions
from harness.sandbox.examples import ExampleValues
from harness.sandbox.resolved_schemas import Problem, ResolvedSchemas
from harness.sandbox.router import RequestRouter


class DocumentModel:
    """One document: its operations, schemas, plans and example values, made when first needed."""

    def __init__(self, conventions: Conventions, name: str, tree: dict[str, Any]) -> None:
        self._conventions = conventions
        self.operations = compile_operations(conventions.name, name, tree)
        self.schemas = ResolvedSchemas(tree)

    @cached_property
    def examples(self) -> ExampleValues:
        """Values for this document's schemas."""
        conventions = self._conventions
        return ExampleValues(self.schemas, conventions.prefer_null, conventions.typical, conventions.all_fields)

    @cached_property
    def planner(self) -> Planner:
        """Plans for this document's operations."""
        conventions = self._conventions
        return Planner(self.schemas, self.operations, conventions.tables, conventions.parent_field, conventions.wrapped)

    def raw(self, operation: Operation) -> dict[str, Any]:
        """An operation as its document writes it."""
        found: dict[str, Any] = self.schemas.tree["paths"][operation.path][operation.method.lower()]
        return found

    def parameters(self, operation: Operation) -> list[dict[str, Any]]:
        """The parameters of an operation, those of its path first, references resolved."""
        shared = self.schemas.tree["paths"][operation.path].get("parameters", ())
        own = self.raw(operation).get("parameters", ())
        return [walk.resolve(self.schemas.tree, parameter) for parameter in (*shared, *own)]

    def response_schema(self, operation: Operation, status: int) -> Any:
        """The schema of the JSON body that an operation declares for a status; None for none."""
        responses = self.raw(operation).get("responses", {})
        response = walk.resolve(self.schemas.tree, responses.get(str(status), {})) or {}
        content = response.get("content") or {}
        return next((media.get("schema") for kind, media in content.items() if "json" in kind), None)

    def request_content(self, operation: Operation) -> dict[str, Any]:
        """What an operation takes as its body, by media type."""
        body = walk.resolve(self.schemas.tree, self.raw(operation).get("requestBody", {})) or {}
        content: dict[str, Any] = body.get("content") or {}
        return content


class ApiModel:
    """All documents of one vendor, the first one that describes an operation winning."""

    def __init__(self, conventions: Conventions, documents: Iterable[Document] | None = None) -> None:
        self.conventions = conventions
        sources = pinned(conventions.name) if documents is None else documents
        trees = {document.name: document.tree for document in sources}
        if conventions.undocumented:
            trees[UNDOCUMENTED] = dict(conventions.undocumented)
        self.models = {name: DocumentModel(conventions, name, tree) for name, tree in trees.items()}
        operations = (operation for model in self.models.values() for operation in model.operations)
        self.catalog = Catalog(tuple(operation for operation in operations if conventions.operations(operation)))
        self.router = RequestRouter(self.catalog.operations, conventions.path_suffixes)
        self._plans: dict[str, AnswerPlan] = {}
        self._by_id = {
            name: operation
            for operation in reversed(self.catalog.operations)
            for name in (*operation.aliases, operation.operation_id)
        }

    def operation(self, operation_id: str) -> Operation:
        """An operation by its id or alias; raises `KeyError`."""
        return self._by_id[operation_id]

    def plan(self, operation: Operation) -> AnswerPlan:
        """How the generic engine answers an operation."""
        known = self._plans.get(operation.key)
        if known is None:
            known = self._plans[operation.key] = self.models[operation.document].planner.plan(operation)
        return known

    def plan_of(self, call: Call) -> AnswerPlan:
        """The plan of the operation that a call asks for."""
        assert call.operation is not None
        return self.plan(call.operation)

    def model(self, plan: AnswerPlan) -> DocumentModel:
        """The document that a plan's operation comes from."""
        return self.models[plan.operation.document]

    def sample(self, operation_id: str, **fields: Any) -> Any:
        """A body that the operation's declared success accepts; `fields` replace its top-level fields."""
        plan = self.plan(self.operation(operation_id))
        body = self.model(plan).examples.value(plan.schema) if plan.schema is not None else {}
        return {**body, **fields} if isinstance(body, dict) else body

    def problems(self, call: Call) -> list[Problem]:
        """What the JSON body has wrong against the declared request schema."""
        if call.operation is None or call.notes.get("unchecked"):
            return []
        plan = self.plan(call.operation)
        if call.body is ABSENT:
            needed = call.operation.body_required and plan.request is not None
            return [Problem("", "missing", "is missing")] if needed else []
        if plan.request is None:
            return list(self._problems_of_undeclared(plan, call.body))
        return list(self.model(plan).schemas.problems(plan.request, call.body))

    def _problems_of_undeclared(self, plan: AnswerPlan, body: Any) -> Iterator[Problem]:
        """Where a document forgets the body of a write, its fields are those of the record that comes back."""
        if plan.kind not in ("create", "update") or plan.item is None:
            return
        record = body.get(plan.key) if isinstance(body, dict) and plan.key else body
        if not isinstance(record, dict):
            return
        schemas = self.model(plan).schemas
        prefix = f"/{plan.key}" if plan.key else ""
        for name, schema in schemas.properties(plan.item).items():
            if record.get(name) is None or schemas.merged(schema).get("readOnly"):
                continue
            yield from schemas.problems(schema, record[name], f"{prefix}/{name}")
