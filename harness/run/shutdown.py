"""How a run ends before its time: signals, and the tests that were never heard of."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from harness.errors import OrphanedError, UnfinishedError
from harness.ledger.claim import Claim, attended, join

# Ctrl-C, and how CI systems and containers ask a process to end.
SIGNALS = (signal.SIGINT, signal.SIGTERM)
GRACE = 5.0
"""Seconds that the operation in hand has after a signal; a server that hangs would hold up the end for longer."""
_SHOWN = 3
CODE = pytest.StashKey[int]()
"""Where a run leaves its exit code: pytest's own codes mean other things than ours."""


# The gravest first: left over, unfinished, refused by the gate, findings; 2 is what a run of nothing ends with.
_GRAVE = (5, 4, 3, 1, 2, 0)


def graver(one: int, two: int) -> int:
    """The code of two that says more; what is none of ours counts as unfinished."""
    return min((code if code in _GRAVE else UnfinishedError.exit_code for code in (one, two)), key=_GRAVE.index)


def heed(session: pytest.Session, *, tests_here: bool) -> Callable[[], None]:
    """From now on a signal ends the run and still lets it take back what it made; gives what undoes this.

    A process that tests comes to the end of the operation in hand, so that no answer to a create is missed, if that is
    soon; a second signal does not wait. One that only directs workers stops at once: they get no more than that, too.
    """
    before = {one: signal.getsignal(one) for one in (*SIGNALS, signal.SIGALRM)}

    def finish(number: int, frame: object) -> None:
        for one in before:
            signal.signal(one, signal.default_int_handler)
        signal.setitimer(signal.ITIMER_REAL, GRACE)
        session.shouldstop = "interrupted"

    for one in SIGNALS:
        signal.signal(one, finish if tests_here else signal.default_int_handler)

    def restore() -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for one, handler in before.items():
            signal.signal(one, handler)

    return restore


def enlist(config: pytest.Config, folder: Path, controller: int) -> None:
    """Make this process a worker of the run in `folder`; where it has no share of that, it ends at once."""
    try:
        claim = join(folder, controller)
    except UnfinishedError as error:
        raise pytest.exit.Exception(str(error), error.exit_code) from error
    config.pluginmanager.register(Enlisted(claim, controller), "deskcheck-enlisted")


@dataclass(eq=False)
class Enlisted:
    """A pytest plugin that keeps a worker's share of the folder to the end of the process, and tells when to end."""

    claim: Claim
    controller: int

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self) -> None:
        """Begin no test that nobody would hear of: without its controller, a worker ends."""
        if not attended(self.controller):
            error = OrphanedError()
            raise pytest.exit.Exception(str(error), error.exit_code)


@dataclass(eq=False)
class LostTestTracker:
    """A pytest plugin that knows which tests were to run, and which of them told how they ended."""

    expected: set[str] = field(default_factory=set)
    heard: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)
    interrupted: bool = False

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Iterable[str]) -> None:
        """A worker collected these; one that takes the place of a dead one collects them again."""
        self.expected.update(ids)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Without workers the tests are here."""
        self.expected.update(item.nodeid for item in session.items)

    def pytest_keyboard_interrupt(self) -> None:
        """Somebody ended the run, or told its workers to end."""
        self.interrupted = True
        # What follows is the way back, which has all the time that it needs.
        signal.setitimer(signal.ITIMER_REAL, 0)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """One phase of a test has ended; one that carries an outcome has told all."""
        told = bool(getattr(report, "deskcheck", ""))
        if told or (report.passed and report.when == "call") or report.skipped:
            self.heard.add(report.nodeid)
        elif report.failed:
            self.lost.add(report.nodeid)

    def trouble(self) -> UnfinishedError | None:
        """What is missing, if anything is: without it a run that broke off would look like one that passed."""
        missing = sorted(self.lost | (self.expected - self.heard))
        if not missing and not self.interrupted:
            return None
        names = ", ".join(name.rpartition("::")[2] for name in missing[:_SHOWN]) + ", ..." * (len(missing) > _SHOWN)
        said = f"{len(missing)} of {len(self.expected)} tests did not come to their end" + f": {names}" * bool(missing)
        return UnfinishedError(f"interrupted: {said}" if self.interrupted else said)
