"""The controller of a run, as a pytest plugin: receives every outcome, then takes back what was created and reports.

Nothing that happens to the run's folder ends the run here: what could not be written is trouble of the run, and the
cleanup happens all the same.
"""

from __future__ import annotations

import sys
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.errors import DeskcheckError, SuiteError, UnfinishedError
from harness.execution.teardown import requests_of
from harness.ledger import Entry
from harness.report.console import Progress, close
from harness.results import archive
from harness.results.outcome import Outcome, Run
from harness.run import channel, closing, session_guard
from harness.run.controller import Controller
from harness.run.exit_code import EXIT_CODE
from harness.run.expected_work import expected_work
from harness.run.item_outcome import WORKER
from harness.run.lost_tests import LostTestTracker
from harness.traffic.recording import RecordingAccount

# pytest prints the name of the exception class before the message.
RunEnd = type("deskcheck", (pytest.exit.Exception,), {})


class ControllerPlugin:
    """Follows a run from the first report to the closing table; registered where no worker is."""

    def __init__(self, config: pytest.Config, controller: Controller) -> None:
        self.config, self.controller = config, controller
        self.writer: archive.OutcomeWriter | None = None
        self.disk_failed = False
        self.collected: set[str] = set()
        self.last_line = ""
        self.lost_tests = LostTestTracker()
        config.pluginmanager.register(self.lost_tests, "deskcheck-lost-tests")
        plan = controller.context.plan
        self._labels = plan.labels
        self._planned = Counter(self._labels[step.target] for step in plan.running)
        self.progress: Progress | None = None
        if config.getoption("deskcheck_console"):
            self.progress = Progress(self._planned)
            self.progress.start()
            silence_pytest(config)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Hand the job to an xdist worker, for which there is a ledger to write into."""
        try:
            self.controller.folder.add_worker(node.gateway.id)
        except DeskcheckError as error:
            self._end_session(error)
        job = replace(self.controller.job, files=self.controller.folder.ledger.identities)
        node.workerinput[channel.JOB] = channel.encode_job(job)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: Any, ids: list[str]) -> None:
        """Workers know how many hand-written tests there are beside the planned operations."""
        if self.progress and not self.collected:
            self.progress.expect(expected_work(ids, self.controller.context))
        self.collected.add(node.gateway.id)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """The same where this process tests itself."""
        if self.progress and WORKER in self.config.stash:
            self.progress.expect(expected_work([item.nodeid for item in session.items], self.controller.context))

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """A test begins, here or in a worker."""
        if self.progress:
            self.progress.begin(nodeid)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """Take what a worker sends at its end. One that broke off is not replaced where the folder is gone."""
        output = getattr(node, "workeroutput", {})
        self.controller.accounts.append(RecordingAccount(*output.get(channel.ACCOUNT, ())))
        if channel.LEDGER_LINES in output:
            self.controller.folder.receive(channel.decode_ledger_lines(output[channel.LEDGER_LINES]), last=True)
        if error and (reason := self.controller.folder.unusable()):
            self._end_session(UnfinishedError(reason, where=str(self.controller.job.folder)))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the outcome of a test, and what its worker wrote into the ledger."""
        if text := getattr(report, channel.LEDGER_LINES, ""):
            self.controller.folder.receive(channel.decode_ledger_lines(text))
        if text := getattr(report, channel.OUTCOME, ""):
            outcome = archive.decode(text.encode())
            self._write(outcome)
            self.controller.outcomes.append(outcome)
            if self.progress:
                self.progress.add(outcome, self._labels.get(outcome.target, outcome.vendor), report.nodeid)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Take everything back and write the report."""
        # Workers have ended by now, their exit handlers included.
        attempts = session_guard.attempts(self.config, self.controller.job.folder)
        self.controller.add_attempts(attempts)
        if not self._ends_for_a_mistake() and (trouble := self.lost_tests.trouble()):
            self.controller.trouble.append(trouble)
        if WORKER in self.config.stash:
            self.controller.accounts.append(self.config.stash[WORKER].account)
        self._close_writer()
        # A worker that never finished its collection got no test to run, and created nothing.
        self.controller.folder.pending_workers &= self.collected
        run, folder = self._closed()
        self.last_line = f"report in {folder}" if folder else "the report could not be written anywhere"
        exit_code = session_guard.exit_code_after_report(self.config, attempts, run.exit_code)
        session.exitstatus = self.config.stash[EXIT_CODE] = exit_code
        if self.progress:
            close(replace(run, exit_code=exit_code), folder, self.progress.console)

    def _closed(self) -> tuple[Run, Path | None]:
        """Take everything back and write the report, with progress until then."""
        if self.progress is None:
            return closing.close(self.controller)
        self.controller.show_removal = self._show_removal
        try:
            return closing.close(self.controller)
        finally:
            self.progress.stop()

    def pytest_internalerror(self, excrepr: Any) -> None:
        """Show what pytest would have shown: here its own reporter is away. The run is no pass any more."""
        self.controller.trouble.append(UnfinishedError("an error of deskcheck or of a plugin ended the run"))
        if self.progress:
            print(excrepr, file=sys.stderr)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A suite that cannot be collected must not look like one that passed; each worker reports it."""
        if not report.failed:
            return
        mistake = getattr(report, channel.SUITE_MISTAKE, "")
        what = mistake or f"{report.nodeid} cannot be collected: {report.longreprtext}"
        if what not in {error.what for error in self.controller.trouble}:
            self.controller.trouble.append(SuiteError(what) if mistake else UnfinishedError(what))

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Under plain pytest, say where the report is."""
        for error in self.controller.trouble:
            terminalreporter.write_line(f"deskcheck: {error.what}")
        terminalreporter.write_line(f"deskcheck: {self.last_line}")

    def _ends_for_a_mistake(self) -> bool:
        """Whether no test was begun because suites cannot be collected as they are written, which is said already."""
        are_mistakes = [isinstance(error, SuiteError) for error in self.controller.trouble]
        return bool(are_mistakes) and all(are_mistakes) and not self.lost_tests.reported

    def _show_removal(self, entry: Entry) -> None:
        """Show that a record is about to be taken back, as far as there is somebody to see it."""
        # A pipe that nobody reads any more, at which rich would even end the process, must not keep a record from
        # being removed.
        with suppress(Exception, SystemExit):
            self._count_removal(entry)

    def _count_removal(self, entry: Entry) -> None:
        """Count it; by now the ledger knows what all workers made."""
        assert self.progress is not None
        if not self.progress.removals:
            entries = self.controller.folder.ledger.open_entries()
            requests: Counter[str] = Counter()
            for one in entries:
                requests[self._labels[one.target]] += requests_of(one)
            self.progress.begin_removal(len(entries), requests)
        self.progress.add_removal(self._labels[entry.target], requests_of(entry))

    def _write(self, outcome: Outcome) -> None:
        """Put an outcome on the disk, in case that the run is killed; after a failed write no other is tried."""
        if self.disk_failed:
            return
        try:
            self.writer = self.writer or archive.OutcomeWriter(self.controller.job.folder)
            self.writer.write(outcome)
        except DeskcheckError as error:
            self.disk_failed = True
            self._close_writer()
            self.controller.trouble.append(UnfinishedError(f"{error.where}: {error.what}"))

    def _close_writer(self) -> None:
        if self.writer:
            self.writer.close()
            self.writer = None

    def _end_session(self, error: DeskcheckError) -> None:
        """End the session; its end takes everything back."""
        self.controller.trouble.append(error)
        raise RunEnd(str(error), error.exit_code) from error


def silence_pytest(config: pytest.Config) -> None:
    """Leave the screen to our own progress: pytest's reporter goes, and so does what xdist prints through it."""
    if reporter := config.pluginmanager.get_plugin("terminalreporter"):
        config.pluginmanager.unregister(reporter)
    if workers := config.pluginmanager.get_plugin("dsession"):
        workers.terminal = None
        config.pluginmanager.unregister(name="terminaldistreporter")
