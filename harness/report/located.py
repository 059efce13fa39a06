"""Findings as other tools list them: each once, with its file and line, the gravest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness import checks
from harness.checks.check import Check, Severity
from harness.finding import Finding
from harness.report import text
from harness.results.outcome import Outcome, Run, fingerprint

NOWHERE = "deskcheck.toml"
"""The file that stands for a place that is not known: consumers refuse a finding without one. Only runs of before
December 2026, and findings of no operation, need it.
"""

_ORDER = (Severity.CRITICAL, Severity.NORMAL, Severity.MINOR)


@dataclass(frozen=True, slots=True)
class Source:
    """A file, with slashes and relative, and a line of it, from 1."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class LocatedFinding:
    """One finding of a run, however many orgs and tests showed it.

    `id` is its fingerprint. `operation` is how people say its operation (`GET /api/v2/tickets`), or its key where the
    run did not try that. `orgs` are those that showed it, where a vendor had several. `is_known` says that the run's
    baseline has it; a finding with a waiver is there as well.
    """

    id: str
    finding: Finding
    check: Check
    operation: str
    source: Source
    orgs: tuple[str, ...]
    is_known: bool

    @property
    def is_new(self) -> bool:
        """Whether it fails the run: neither a waiver nor the baseline has it."""
        return not self.is_known and not self.finding.waiver

    @property
    def sentence(self) -> str:
        """The finding in one line of visible characters, without the id: operation, answer, message, place."""
        finding = self.finding
        place = f" at {finding.pointer}" if finding.pointer else ""
        expected = f" (expected: {finding.expected})" if finding.expected else ""
        status = f" answered {finding.status}" if finding.status else ""
        orgs = f" on {', '.join(self.orgs)}" if self.orgs else ""
        return text.visible(f"{finding.operation}{status}{orgs}: {finding.message}{place}{expected}")


def source_of(outcome: Outcome | None) -> Source:
    """Where an operation or test is described; the first line of `NOWHERE` where that is not known."""
    file, _, line = (outcome.source if outcome else "").rpartition(":")
    return Source(file, int(line)) if file and line.isdecimal() and int(line) else Source(NOWHERE, 1)


def located(run: Run) -> tuple[LocatedFinding, ...]:
    """Every finding of a run, waived ones included: new ones first, then by severity, then by file and line."""
    outcomes = {outcome.key: outcome for outcome in run.outcomes}
    shown: dict[str, tuple[Finding, Outcome, list[str]]] = {}
    for outcome, finding in _findings(run):
        _, _, orgs = shown.setdefault(fingerprint(finding), (finding, outcome, []))
        if run.is_side_by_side and run.label_of(outcome) not in orgs:
            orgs.append(run.label_of(outcome))
    known = frozenset(run.against.known if run.against else ())
    # A hand-written test shows findings of operations; those stand at the operation if the run tried it.
    rows = [
        LocatedFinding(
            id=name,
            finding=finding,
            check=checks.named(finding.check),
            operation=_operation(outcomes.get(finding.operation), finding),
            source=source_of(outcomes.get(finding.operation, outcome)),
            orgs=tuple(orgs),
            is_known=name in known,
        )
        for name, (finding, outcome, orgs) in shown.items()
    ]
    return tuple(sorted(rows, key=_gravest_first))


def _findings(run: Run) -> Iterator[tuple[Outcome, Finding]]:
    """New findings before waived ones, so that of one that is both somewhere the new one counts."""
    for outcome in run.outcomes:
        yield from ((outcome, finding) for finding in outcome.findings)
    for outcome in run.outcomes:
        yield from ((outcome, finding) for finding in outcome.waived)


def _operation(outcome: Outcome | None, finding: Finding) -> str:
    return text.label(outcome) if outcome and outcome.method else finding.operation


def _gravest_first(row: LocatedFinding) -> tuple[bool, int, str, int, str]:
    return not row.is_new, _ORDER.index(row.check.severity), row.source.file, row.source.line, row.id
