"""Where the cases of an operation come from: a file of an earlier run, or else the generator."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from harness.cases import case_files
from harness.cases.case import Case
from harness.openapi.catalog import Operation
from harness.openapi.document_cache import DocumentCache

if TYPE_CHECKING:
    from harness.cases.schema import Schema


@dataclass(frozen=True)
class CaseSource:
    """The cases of all operations for one budget and seed; each operation's are read or generated once a process."""

    documents: DocumentCache
    budget: int
    seed: int
    _cases: dict[str, tuple[Case, ...]] = field(default_factory=dict)
    _schemas: dict[str, Schema] = field(default_factory=dict)

    def cases(self, operation: Operation) -> tuple[Case, ...]:
        """The operation's cases, the most useful first."""
        if operation.key not in self._cases:
            self._cases[operation.key] = self._stored(operation)
        return self._cases[operation.key]

    def valid_cases(self, operation: Operation) -> tuple[Case, ...]:
        """Those that an org should accept."""
        return tuple(case for case in self.cases(operation) if not case.negative)

    def known(self, operation: Operation) -> tuple[Case, ...] | None:
        """The operation's cases where they were generated before, None where that is still to be done."""
        return self._cases.get(operation.key) or case_files.load(self._path(operation))

    def _stored(self, operation: Operation) -> tuple[Case, ...]:
        path = self._path(operation)
        cases = case_files.load(path)
        if cases is None:
            cases = self._generate(operation)
            case_files.save(path, cases)
        return cases

    def _path(self, operation: Operation) -> Path:
        document = self.documents.stamp(operation.vendor)
        return case_files.path_of(self.documents.cache, operation, document, self.budget, self.seed)

    def _generate(self, operation: Operation) -> tuple[Case, ...]:
        # Imported here: a worker that finds all cases in files never pays for the generator.
        from harness.cases import generate, schema

        name = operation.document
        if name not in self._schemas:
            self._schemas[name] = schema.open_schema(self.documents.document(operation).tree)
        parsed = schema.operation(self._schemas[name], operation.method, operation.path)
        return generate.generate(parsed, self.budget, self.seed)
