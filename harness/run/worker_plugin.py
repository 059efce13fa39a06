"""A worker of a run, as a pytest plugin: it keeps the worker's share of the run's folder, and ends without its run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.errors import OrphanedError, UnfinishedError
from harness.ledger.claim import Claim, controller_is_alive, join


def join_run(config: pytest.Config, folder: Path, controller: int) -> None:
    """Make this process a worker of the run in `folder`; where it cannot claim its share, it ends at once."""
    try:
        claim = join(folder, controller)
    except UnfinishedError as error:
        raise pytest.exit.Exception(str(error), error.exit_code) from error
    config.pluginmanager.register(WorkerPlugin(claim, controller), "deskcheck-worker")


@dataclass(eq=False)
class WorkerPlugin:
    """Holds the claim to the end of the process; registered in xdist workers only."""

    claim: Claim
    controller: int

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self) -> None:
        """Begin no test whose outcome nobody would receive: without its controller, a worker ends."""
        if not controller_is_alive(self.controller):
            error = OrphanedError()
            raise pytest.exit.Exception(str(error), error.exit_code)
