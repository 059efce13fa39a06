"""Binds a case to an org: puts in ids that exist there, values that the vendor needs, and the mark of this run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from harness.cases import bind, marking
from harness.cases.bind import Reference
from harness.cases.case import Case
from harness.cases.marking import Form
from harness.cases.marks import Mark
from harness.openapi import loader, spec_files
from harness.openapi.catalog import Operation, Parameter
from harness.openapi.document_cache import DocumentCache
from harness.openapi.graph import ResourceGraph, names_record


def load_fixed_values(vendor: str) -> Mapping[str, Mapping[str, Any]]:
    """Body values that valid requests need, by operationId and JSON pointer, from `specs/<vendor>/fill.yaml`."""
    values: dict[str, Mapping[str, Any]] = {}
    for path in spec_files.files(vendor, "fill.yaml"):
        for name, own in (loader.read(path) or {}).items():
            values[name] = {**values.get(name, {}), **own}
    return values


@dataclass
class CaseBinder:
    """Binds cases of one vendor's operations.

    `mark` is the run's; `numbers` makes the mark of each request unlike all others of the run.
    """

    documents: DocumentCache
    graph: ResourceGraph
    fixed: Mapping[str, Mapping[str, Any]]
    mark: str = ""
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _forms: dict[tuple[str, str], Form] = field(default_factory=dict)

    def bind(self, operation: Operation, case: Case, values: Mapping[str, str], reference: Reference) -> Case:
        """The case with `values` in its path, ids by `reference` in query and body, and a mark in what it creates."""
        if operation.method == "POST":
            case = bind.findable(case, self._required_ids(operation), reference)
        fixed = self.fixed_values(operation)
        if not self.mark:
            return bind.bind_ids(case, values, reference, fixed)
        mark = Mark(self.mark, next(self.numbers))
        return bind.bind_marked(case, values, reference, fixed, mark, self._form(operation, case))

    def fixed_values(self, operation: Operation) -> Mapping[str, Any]:
        """Body values that a valid request of this operation needs, by JSON pointer."""
        return self.fixed.get(operation.operation_id, {})

    def _required_ids(self, operation: Operation) -> list[Parameter]:
        """The ids that the list of a create's collection requires in its query."""
        listing = self.graph.at(operation.path).listing
        parameters = listing.parameters if listing else ()
        return [
            parameter
            for parameter in parameters
            if parameter.required and parameter.place == "query" and names_record(parameter.name)
        ]

    def _form(self, operation: Operation, case: Case) -> Form:
        """What the document says of the operation's request, worked out once."""
        key = operation.key, case.media_type.partition(";")[0]
        if key not in self._forms:
            self._forms[key] = marking.form_of(self.documents.document(operation).tree, case)
        return self._forms[key]
