"""The handover of `deskcheck run` to pytest: a context goes in as a value, the run's exit code comes out."""

from __future__ import annotations

import pytest

from harness.planning.run_context import RunContext
from harness.run.collection import CONTEXT
from harness.run.exit_code import EXIT_CODE
from harness.sandbox.process import Starting

STARTING = pytest.StashKey[Starting]()
"""The embedded sandbox that was started before pytest."""


class Handover:
    """A pytest plugin for `pytest.main(..., plugins=[...])`; `exit_code` is None where pytest ends without a run."""

    def __init__(self, context: RunContext, starting: Starting | None) -> None:
        self.context, self.starting = context, starting
        self.exit_code: int | None = None

    def pytest_configure(self, config: pytest.Config) -> None:
        """Before anything is collected."""
        config.stash[CONTEXT] = self.context
        if self.starting:
            config.stash[STARTING] = self.starting

    def pytest_unconfigure(self, config: pytest.Config) -> None:
        """pytest is about to end."""
        self.exit_code = config.stash.get(EXIT_CODE, None)
