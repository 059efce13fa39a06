"""What corrected the operations of a run beside their documents, put onto its outcomes with file and line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace

from harness.errors import DocumentError
from harness.openapi import positions, spec_files
from harness.planning.run_context import RunContext
from harness.results.outcome import AppliedCorrection, Outcome
from harness.review.corrections import CorrectionIndex

SHIPPED_KINDS = frozenset({"overlay", "tier"})
"""Corrections of ours that findings are told with: they say what an operation was held to."""


def with_corrections(outcomes: Iterable[Outcome], context: RunContext) -> tuple[Outcome, ...]:
    """The outcomes with the user's corrections that counted for them, and of those with findings ours as well.

    A hand-written test has those of the operations that its findings are about. Raises nothing: where a file was
    changed during the run and cannot be read any more, a report without them is better than none.
    """
    rows = tuple(outcomes)
    has_own = bool(spec_files.own_files())
    with suppress(DocumentError, OSError):
        index = CorrectionIndex(context.documents, context.cleanup)
        return tuple(
            replace(outcome, corrections=tuple(dict.fromkeys(_applied(outcome, index))))
            if has_own or outcome.findings or outcome.waived
            else outcome
            for outcome in rows
        )
    return rows


def _applied(outcome: Outcome, index: CorrectionIndex) -> Iterator[AppliedCorrection]:
    operations, found = index.documents.catalog.by_key, (*outcome.findings, *outcome.waived)
    keys = dict.fromkeys((outcome.key, *(finding.operation for finding in found)))
    for operation in (operations[key] for key in keys if key in operations):
        for row in index.of(operation):
            if row.is_own or (found and row.kind in SHIPPED_KINDS):
                yield AppliedCorrection(row.kind, positions.shown_place(row.place), row.is_own)
