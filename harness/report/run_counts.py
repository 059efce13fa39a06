"""The counts that stand for a run: findings, causes, waived findings and leftovers, the same in every output."""

from __future__ import annotations

from harness.report.causes import causes
from harness.results.outcome import Run
from harness.results.totals import RunCounts, count_run


def run_counts(run: Run) -> RunCounts:
    """Count what a run found and left. Every output that says one of these numbers has it from here."""
    totals = count_run(run.outcomes)
    return RunCounts(
        findings=totals.findings,
        causes=len(causes(run.outcomes)),
        waived=totals.waived,
        leftovers=len(run.leftovers),
    )
