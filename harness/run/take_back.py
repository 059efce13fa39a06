"""Taking back, in this process alone, what a ledger holds open: its own cleanup steps pass the guard, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from harness.ledger import Ledger
from harness.planning.job import Job
from harness.planning.run_context import RunContext
from harness.policy.permit import Permit
from harness.run.worker import Worker
from harness.target import Target


def take_back(
    ledger: Ledger,
    run: str,
    folder: Path,
    context: RunContext,
    orgs: Mapping[str, Target],
    permits: Mapping[str, Permit],
) -> list[str]:
    """Take back what is open in `ledger`, which is open for writing; what could not be, a line each.

    `orgs` and `permits` are by the names that the ledger gives its targets. A permit says what the org proved to be; it
    is for reading only.
    """
    job = Job(run, folder, context.options, orgs, permits)
    worker = Worker(job, context.granted(orgs, permits), open_ledger=ledger)
    try:
        return worker.teardown()
    finally:
        worker.close()
