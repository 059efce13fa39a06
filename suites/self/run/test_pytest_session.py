"""Which pytest sessions are runs, and what a session leaves behind when it ends."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from harness.errors import GateError, UnfinishedError
from harness.ledger import LedgerLines
from harness.planning.run_context import RunContext
from harness.run import channel, pytest_session, session_guard
from harness.run.collection import CONTEXT, context_of
from harness.run.exit_code import EXIT_CODE
from harness.run.item_outcome import WORKER
from harness.run.pytest_session import STARTING, Handover, finish, is_run, start
from harness.run.suites import SUITES
from harness.traffic.recording import RecordingAccount


class PytestConfig:
    """As much of pytest's configuration as a session needs."""

    def __init__(self, *paths: str, collectonly: bool = False) -> None:
        self.args = list(paths)
        self.option = SimpleNamespace(collectonly=collectonly)
        self.invocation_params = SimpleNamespace(args=paths)
        self.stash = pytest.Stash()
        self.pluginmanager = pytest.PytestPluginManager()

    def getoption(self, name: str, default: object = None) -> object:
        return default


class Worker:
    """A worker that recorded two exchanges, and wrote a line since the last report."""

    account = RecordingAccount(2, ("the disk is full",))
    closed = False

    def close(self) -> None:
        self.closed = True

    def unsent_lines(self) -> LedgerLines:
        return LedgerLines("gw0", 4, ("a line",))


def session_of(config: Any) -> Any:
    return SimpleNamespace(config=config, exitstatus=0)


@pytest.mark.parametrize(
    ("path", "collectonly", "run"),
    [("zendesk", False, True), ("zendesk", True, False), ("self", False, False), ("self/run", False, False)],
)
def test_a_session_is_a_run_where_it_tests_an_org(path: str, collectonly: bool, run: bool) -> None:
    assert is_run(cast(Any, PytestConfig(str(SUITES / path), collectonly=collectonly))) is run


def test_a_worker_belongs_to_a_run_whatever_its_paths_are() -> None:
    config: Any = PytestConfig()
    config.workerinput = {}
    assert is_run(config)


@pytest.mark.parametrize("worker_input", [None, {"workerid": "gw0"}])
def test_a_session_that_asks_no_org_opens_nothing(
    worker_input: dict[str, str] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(pytest_session, "open_run")
    config: Any = PytestConfig(str(SUITES / "self"))
    if worker_input:
        config.workerinput = worker_input
    start(session_of(config))
    assert WORKER not in config.stash


@pytest.mark.parametrize(
    ("error", "code"),
    [(GateError("the org does not prove to be a sandbox"), 3), (ValueError("a bug"), UnfinishedError.exit_code)],
)
def test_a_run_that_cannot_be_opened_ends_with_our_own_exit_code(
    error: Exception, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def open_run(context: object, starting: object, workers: int) -> object:
        raise error

    monkeypatch.setattr(pytest_session, "open_run", open_run)
    config: Any = PytestConfig(str(SUITES / "zendesk"))
    config.stash[CONTEXT] = None
    with pytest.raises(pytest.exit.Exception) as ended:
        start(session_of(config))
    assert ended.value.returncode == config.stash[EXIT_CODE] == code


def test_a_worker_gives_what_it_recorded_and_its_last_ledger_lines() -> None:
    config: Any = PytestConfig()
    config.workeroutput = {}
    config.stash[WORKER] = worker = Worker()
    finish(session_of(config))
    assert worker.closed
    assert config.workeroutput[channel.ACCOUNT] == (2, ("the disk is full",))
    assert channel.decode_ledger_lines(config.workeroutput[channel.LEDGER_LINES]).lines == ("a line",)


def test_without_a_report_the_exit_code_says_what_was_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_guard, "exit_code_after_report", lambda config, reported, code: code or 3)
    session = session_of(PytestConfig())
    finish(session)
    assert session.exitstatus == 3


CONTEXT_GIVEN = cast(RunContext, object())


def test_the_context_is_there_before_anything_is_collected() -> None:
    session: Any = PytestConfig()
    Handover(CONTEXT_GIVEN, None).pytest_configure(session)
    assert context_of(session) is CONTEXT_GIVEN
    assert STARTING not in session.stash


def test_a_sandbox_that_was_started_before_is_handed_on() -> None:
    session, sandbox = cast(Any, PytestConfig()), cast(Any, object())
    Handover(CONTEXT_GIVEN, sandbox).pytest_configure(session)
    assert session.stash[CONTEXT] is CONTEXT_GIVEN
    assert session.stash[STARTING] is sandbox


@pytest.mark.parametrize("code", [0, 4])
def test_the_exit_code_of_the_run_comes_back(code: int) -> None:
    session, handover = cast(Any, PytestConfig()), Handover(CONTEXT_GIVEN, None)
    session.stash[EXIT_CODE] = code
    handover.pytest_unconfigure(session)
    assert handover.exit_code == code


def test_without_a_run_there_is_no_exit_code() -> None:
    handover = Handover(CONTEXT_GIVEN, None)
    handover.pytest_unconfigure(cast(Any, PytestConfig()))
    assert handover.exit_code is None
