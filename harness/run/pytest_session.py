"""A pytest session as a run: opened as its controller or joined as an xdist worker, and closed at the end."""

from __future__ import annotations

import sys
import traceback
from dataclasses import astuple
from pathlib import Path
from typing import Any

import pytest

from harness.errors import DeskcheckError, UnfinishedError
from harness.ledger import live_runs
from harness.masking import printable
from harness.planning.job import Job
from harness.planning.run_context import RunContext
from harness.run import allure_session, channel, session_guard, suites
from harness.run.chosen_targets import HANDOVER
from harness.run.collection import CONTEXT, context_of, with_given_suites
from harness.run.controller import Controller
from harness.run.controller_plugin import ControllerPlugin, RunEnd, silence_pytest
from harness.run.exit_code import EXIT_CODE
from harness.run.item_outcome import WORKER
from harness.run.opening import open_run
from harness.run.rerun import Rerun
from harness.run.signals import handle_signals
from harness.run.worker import Worker, context_for
from harness.run.worker_plugin import join_run
from harness.sandbox.process import Starting

CONTROLLER = pytest.StashKey[Controller]()
STARTING = pytest.StashKey[Starting]()
"""The embedded sandbox that `deskcheck run` started before pytest."""


class Handover:
    """How `deskcheck run` calls pytest: a plugin that hands in the context and takes out the run's exit code.

    `exit_code` is None where pytest ends without a run.
    """

    def __init__(self, context: RunContext, starting: Starting | None) -> None:
        self.__name__ = HANDOVER  # pytest registers a plugin under it
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


def is_run(config: pytest.Config) -> bool:
    """Whether this session tests orgs, or is a worker of one; the harness' own tests never open a run."""
    return hasattr(config, "workerinput") or (
        not config.option.collectonly and suites.concerns(config.args, config.invocation_params.args)
    )


def leaves_out(config: pytest.Config, folder: Path) -> bool:
    """Whether this session collects nothing of a folder: a run has no use for the harness' own tests."""
    return suites.leaves_out(folder, config.args) and is_run(config)


def start(session: pytest.Session) -> None:
    """Open a run where suites against an org will run; xdist workers get the job for it."""
    worker_input: dict[str, Any] = getattr(session.config, "workerinput", {})
    if channel.JOB in worker_input:
        _start_worker(session, channel.decode_job(worker_input[channel.JOB]), worker_input["workerid"])
    elif not worker_input and is_run(session.config):
        _start_controller(session)


def _start_worker(session: pytest.Session, job: Job, name: str) -> None:
    config = session.config
    join_run(config, job.folder, job.controller)
    session_guard.write_attempts(config, job.folder)
    config.stash[CONTEXT] = with_given_suites(context_for(job), config)
    if live := live_runs.join(config.stash[CONTEXT].settings.state, job.mark, job.controller):
        config.add_cleanup(live.close)
    config.add_cleanup(handle_signals(session, tests_here=True))
    _run_tests_by(config, Worker(job, config.stash[CONTEXT], name, keeps_forecast=True))


def _start_controller(session: pytest.Session) -> None:
    config = session.config
    workers = len(config.getoption("tx", []) or [])
    controller = _open(config, max(1, workers))
    config.add_cleanup(handle_signals(session, tests_here=not workers))
    session_guard.begin_attempts(config, controller.job.folder, starts_workers=bool(workers))
    controller.allure_folder = allure_session.folder_of(config)
    config.stash[CONTROLLER] = controller
    config.stash[CONTEXT] = controller.context
    config.pluginmanager.register(ControllerPlugin(config, controller), "deskcheck-controller")
    if not workers:
        worker = Worker(controller.job, controller.context, open_ledger=controller.folder.ledger, keeps_forecast=True)
        _run_tests_by(config, worker)


def _open(config: pytest.Config, workers: int) -> Controller:
    """Open the run; what goes wrong ends pytest with a message and our own exit code."""
    try:
        return open_run(context_of(config), config.stash.get(STARTING, None), workers)
    except DeskcheckError as error:
        # pytest prints the message on stderr; its reporter would print it a second time.
        silence_pytest(config)
        config.stash[EXIT_CODE] = error.exit_code
        raise RunEnd(printable(str(error)), error.exit_code) from error
    except Exception as error:
        # pytest's own code for this is 3, which says that the gate refused something.
        print(printable(traceback.format_exc()), file=sys.stderr)
        config.stash[EXIT_CODE] = UnfinishedError.exit_code
        raise RunEnd("that is an error of deskcheck itself", UnfinishedError.exit_code) from error


def _run_tests_by(config: pytest.Config, worker: Worker) -> None:
    config.stash[WORKER] = worker
    allure_session.hold_back(config)
    config.pluginmanager.register(Rerun(), "deskcheck-rerun")


def finish(session: pytest.Session) -> None:
    """Close the worker of this process; an xdist worker sends what it recorded and the last lines of its ledger.

    Where there is no run to report them, refused attempts at least change the exit code.
    """
    config = session.config
    output: dict[str, Any] | None = getattr(config, "workeroutput", None)
    worker = config.stash.get(WORKER, None)
    if worker:
        worker.close()
    if worker and output is not None:
        output[channel.ACCOUNT] = astuple(worker.account)
        output[channel.LEDGER_LINES] = channel.encode_ledger_lines(worker.unsent_lines())
    elif CONTROLLER not in config.stash and output is None:
        session.exitstatus = session_guard.exit_code_after_report(config, (), int(session.exitstatus))
