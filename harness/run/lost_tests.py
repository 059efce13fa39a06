"""Which tests were to run and never reported: a run that broke off must not look like one that passed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest

from harness.errors import UnfinishedError
from harness.run import channel
from harness.run.signals import stop_timer

_SHOWN = 3


@dataclass(eq=False)
class LostTestTracker:
    """A pytest plugin that knows which tests were to run, and which of them reported how they ended."""

    expected: set[str] = field(default_factory=set)
    reported: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)
    interrupted: bool = False

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Iterable[str]) -> None:
        """A worker has collected its tests; one that replaces a dead one collects them again."""
        self.expected.update(ids)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Without workers the tests are here."""
        self.expected.update(item.nodeid for item in session.items)

    def pytest_keyboard_interrupt(self) -> None:
        """The run, or one of its workers, was interrupted."""
        self.interrupted = True
        stop_timer()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """One phase of a test has ended; a report that carries an outcome is the last one that matters."""
        has_outcome = bool(getattr(report, channel.OUTCOME, ""))
        if has_outcome or (report.passed and report.when == "call") or report.skipped:
            self.reported.add(report.nodeid)
        elif report.failed:
            self.lost.add(report.nodeid)

    def trouble(self) -> UnfinishedError | None:
        """What is missing, if anything is."""
        missing = sorted(self.lost | (self.expected - self.reported))
        if not missing and not self.interrupted:
            return None
        message = f"{len(missing)} of {len(self.expected)} tests did not come to their end"
        if missing:
            names = [name.rpartition("::")[2] for name in missing[:_SHOWN]]
            message += f": {', '.join(names)}" + ", ..." * (len(missing) > _SHOWN)
        return UnfinishedError(f"interrupted: {message}" if self.interrupted else message)
