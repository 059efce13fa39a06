"""Totals: what a set of outcomes adds up to, by org and tier."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

from harness.finding import Finding
from harness.results.outcome import NOT_TRIED, Outcome, Run, State, fingerprint
from harness.risk.tier import Tier

TIERS = tuple(str(tier) for tier in Tier)
"""The names of the tiers, mildest first."""

SUITES = "suites"
"""The row of hand-written tests, below the tiers."""


@dataclass(frozen=True, slots=True)
class Totals:
    """What a set of outcomes adds up to. `operations` is the sum of the eight states, which follow it.

    `succeeded` are the operations with at least one 2xx; the rest counts what its names say. A finding counts once, by
    its id, however many operations and tests show it; so does one that is waived everywhere.
    """

    operations: int = 0
    passed: int = 0
    no_success: int = 0
    unjudged: int = 0
    deviating: int = 0
    errors: int = 0
    refused: int = 0
    skipped: int = 0
    unsupported: int = 0
    succeeded: int = 0
    cases: int = 0
    requests: int = 0
    findings: int = 0
    waived: int = 0
    refusals: int = 0

    def __add__(self, other: Totals) -> Totals:
        return Totals(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))

    @property
    def permitted(self) -> int:
        """Operations that the run was allowed and able to try."""
        return self.operations - self.refused - self.skipped - self.unsupported

    @property
    def share(self) -> float | None:
        """The share of permitted operations with one 2xx or more; None where nothing was permitted."""
        return self.succeeded / self.permitted if self.permitted else None


@dataclass(frozen=True, slots=True)
class RunCounts:
    """What stands for a whole run in every output: findings and waived ones, each once; causes; records still there."""

    findings: int = 0
    causes: int = 0
    waived: int = 0
    leftovers: int = 0


STATE_FIELDS = {
    State.PASSED: "passed",
    State.NO_SUCCESS: "no_success",
    State.UNJUDGED: "unjudged",
    State.FINDINGS: "deviating",
    State.ERROR: "errors",
    State.REFUSED: "refused",
    State.SKIPPED: "skipped",
    State.UNSUPPORTED: "unsupported",
}
"""The field of `Totals` that counts the operations of a state."""


def count(outcomes: Iterable[Outcome]) -> Totals:
    """The totals of any set of outcomes."""
    rows = tuple(outcomes)
    found = _ids(finding for outcome in rows for finding in outcome.findings)
    waived = _ids(finding for outcome in rows for finding in outcome.waived)
    return replace(sum(map(_totals_of, rows), Totals()), findings=len(found), waived=len(waived - found))


def count_run(outcomes: Iterable[Outcome]) -> Totals:
    """The totals that stand for a run, or for one org of it: its catalog operations, and every finding.

    What a hand-written test found is a finding too, though the test is no operation.
    """
    rows = tuple(outcomes)
    everything = count(rows)
    return replace(count(operations(rows)), findings=everything.findings, waived=everything.waived)


def _ids(findings: Iterable[Finding]) -> set[str]:
    return set(map(fingerprint, findings))


def operations(outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
    """The outcomes of catalog operations, without those of hand-written tests, which have no method."""
    return tuple(outcome for outcome in outcomes if outcome.method)


def matrix(run: Run) -> dict[tuple[str, str], Totals]:
    """Totals by org (as outputs call it) and tier, mildest first; hand-written tests have a row of their own."""
    cells: dict[tuple[str, str], list[Outcome]] = {}
    for outcome in run.outcomes:
        cell = run.label_of(outcome), outcome.tier if outcome.method else SUITES
        cells.setdefault(cell, []).append(outcome)
    order = sorted(cells, key=lambda cell: (cell[0], rank(cell[1])))
    return {cell: count(cells[cell]) for cell in order}


def rank(tier: str) -> int:
    """The place of a tier's name, mildest first; a name that is none comes last."""
    return TIERS.index(tier) if tier in TIERS else len(TIERS)


def _totals_of(outcome: Outcome) -> Totals:
    in_its_state = {STATE_FIELDS[outcome.state]: 1}
    return Totals(
        operations=1,
        succeeded=outcome.succeeded and outcome.state not in NOT_TRIED,
        cases=outcome.cases,
        requests=outcome.requests,
        findings=len(outcome.findings),
        waived=len(outcome.waived),
        refusals=len(outcome.refusals),
        **in_its_state,
    )
