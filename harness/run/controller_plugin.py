"""The controller of a run, as a pytest plugin: hears of every test, then takes back what was made and reports.

Nothing that happens to the run's folder ends the run here: what could not be written is trouble of the run, and the way
back is gone all the same.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from harness.errors import DeskcheckError, UnfinishedError
from harness.ledger import Told
from harness.planning.job import encode
from harness.report.console import Progress, close
from harness.results import archive
from harness.results.outcome import Outcome
from harness.run import closing, session_guard
from harness.run.controller import Controller
from harness.run.shutdown import CODE, LostTestTracker
from harness.run.worker import Worker
from harness.traffic.recording import RecordingAccount

WORKER = pytest.StashKey[Worker]()
ORDER = "deskcheck_order"
LEDGER = "deskcheck_ledger"
RECORDED = "deskcheck_recorded"
"""By these names a worker gets its order, and gives what it wrote into its ledger and what it recorded."""

# pytest shows the name of what ends it before the message.
End = type("deskcheck", (pytest.exit.Exception,), {})


class ControllerPlugin:
    """Follows a campaign from the first report to the closing table; registered where no worker is."""

    def __init__(self, config: pytest.Config, controller: Controller) -> None:
        self.config, self.controller = config, controller
        self.writer: archive.Writer | None = None
        self.unwritten = False
        self.ready: set[str] = set()
        self.said = ""
        self.attendance = LostTestTracker()
        config.pluginmanager.register(self.attendance, "deskcheck-attendance")
        self._planned = Counter(step.operation.vendor for step in controller.plan.running)
        self.progress: Progress | None = None
        if config.getoption("deskcheck_console"):
            self.progress = Progress(self._planned)
            self.progress.__enter__()
            hush(config)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Hand the order to an xdist worker, for which there is a ledger to write into."""
        try:
            self.controller.folder.enlist(node.gateway.id)
        except DeskcheckError as error:
            self._end(error)
        order = replace(self.controller.order, files=self.controller.folder.ledger.identities)
        node.workerinput[ORDER] = encode(order)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: Any, ids: list[str]) -> None:
        """Workers know how many hand-written tests there are beside the planned operations."""
        self.ready.add(node.gateway.id)
        if self.progress:
            # Their ids begin with a path: `suites/zoho/test_pins.py::test_unpin`.
            written = Counter(Path(one.split("::")[0]).parent.name for one in ids if "::test_operation[" not in one)
            self.progress.expected = dict(self._planned + written)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """Keep what a worker told at its end. One that broke off is not replaced where the folder is gone."""
        told = getattr(node, "workeroutput", {})
        self.controller.accounts.append(RecordingAccount(*told.get(RECORDED, ())))
        if LEDGER in told:
            self.controller.folder.hear(msgspec.json.decode(told[LEDGER], type=Told), last=True)
        if error and (why := self.controller.folder.gone()):
            self._end(UnfinishedError(why, where=str(self.controller.order.folder)))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep what a test amounts to, and what its worker wrote into the ledger."""
        if told := getattr(report, LEDGER, ""):
            self.controller.folder.hear(msgspec.json.decode(told, type=Told))
        text = getattr(report, "deskcheck", "")
        if text:
            outcome = archive.decode(text.encode())
            self._write(outcome)
            self.controller.keep(outcome)
            if self.progress:
                self.progress.add(outcome)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Take everything back, write the report, say how it ended."""
        if self.progress:
            self.progress.__exit__(None, None, None)
        # Workers have ended by now, their exit handlers included.
        attempts = session_guard.attempts(self.config, self.controller.order.folder)
        self.controller.attempted(attempts)
        if trouble := self.attendance.trouble():
            self.controller.trouble.append(trouble)
        if WORKER in self.config.stash:
            self.controller.accounts.append(self.config.stash[WORKER].account)
        self._close()
        # A worker that never had its tests together got none to run, and created nothing.
        self.controller.folder.silent &= self.ready
        run, folder = closing.close(self.controller)
        self.said = f"report in {folder}" if folder else "the report could not be written anywhere"
        run = replace(run, exit_code=session_guard.told(self.config, attempts, run.exit_code))
        session.exitstatus = self.config.stash[CODE] = run.exit_code
        if self.progress:
            close(run, folder, self.progress.console)

    def pytest_internalerror(self, excrepr: Any) -> None:
        """Show what pytest would have shown: here its own reporter is away. The run is no pass any more."""
        self.controller.trouble.append(UnfinishedError("an error of deskcheck or of a plugin ended the run"))
        if self.progress:
            print(excrepr, file=sys.stderr)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A suite that cannot be collected must not look like one that passed."""
        if report.failed:
            self.controller.trouble.append(
                UnfinishedError(f"{report.nodeid} cannot be collected: {report.longreprtext}")
            )

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Under plain pytest, say where the report is."""
        for error in self.controller.trouble:
            terminalreporter.write_line(f"deskcheck: {error.what}")
        terminalreporter.write_line(f"deskcheck: {self.said}")

    def _write(self, outcome: Outcome) -> None:
        """Put an outcome on the disk, in case that the run is killed; where the disk takes none, once is told."""
        if self.unwritten:
            return
        try:
            self.writer = self.writer or archive.Writer(self.controller.order.folder)
            self.writer.write(outcome)
        except DeskcheckError as error:
            self.unwritten = True
            self._close()
            self.controller.trouble.append(UnfinishedError(f"{error.where}: {error.what}"))

    def _close(self) -> None:
        if self.writer:
            self.writer.close()
            self.writer = None

    def _end(self, error: DeskcheckError) -> None:
        """End the session; its end takes everything back."""
        self.controller.trouble.append(error)
        raise End(str(error), error.exit_code) from error


def hush(config: pytest.Config) -> None:
    """Leave the screen to our own progress: pytest's reporter goes, and so does what xdist says through it."""
    if reporter := config.pluginmanager.get_plugin("terminalreporter"):
        config.pluginmanager.unregister(reporter)
    if workers := config.pluginmanager.get_plugin("dsession"):
        workers.terminal = None
        config.pluginmanager.unregister(name="terminaldistreporter")
