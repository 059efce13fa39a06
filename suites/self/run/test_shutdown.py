"""Runs that break off: what was not heard of is counted, and a signal waits for the operation in hand."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from harness.results.outcome import Outcome, State
from harness.run.controller import code, fruitless
from harness.run.shutdown import SIGNALS, LostTestTracker, heed

PASSED = Outcome("zendesk:ListTags", "zendesk", "GET", "/", "tags", "read", "get", State.PASSED, succeeded=True)


ONE, TWO = "suites/zendesk/test_a.py::one", "suites/zendesk/test_a.py::two"


def report(name: str, outcome: str = "passed", when: str = "call", told: str = "") -> Any:
    return pytest.TestReport(name, ("", 0, ""), {}, outcome, None, when, deskcheck=told)  # type: ignore[arg-type]


def ended(*reports: Any, interrupted: bool = False) -> LostTestTracker:
    found = LostTestTracker(interrupted=interrupted)
    found.pytest_xdist_node_collection_finished([ONE, TWO])
    for one in reports:
        found.pytest_runtest_logreport(one)
    return found


@pytest.mark.parametrize("second", [
    report(TWO), report(TWO, told="{}"), report(TWO, "failed", told="{}"),
    report(TWO, "skipped"), report(TWO, "skipped", "setup"),
])  # fmt: skip
def test_a_run_in_which_every_test_told_its_end_has_no_trouble(second: Any) -> None:
    assert ended(report(ONE, told="{}"), second).trouble() is None


@pytest.mark.parametrize("second", [
    [], [report(TWO, when="setup")], [report(TWO, "failed", "setup")], [report(TWO, "failed", "???")],
    [report(TWO), report(TWO, "failed", "teardown")],
])  # fmt: skip
def test_a_test_that_was_lost_makes_the_run_unfinished(second: list[Any]) -> None:
    """As xdist reports it (`???`) when the worker died: nothing else is ever heard of the test."""
    trouble = ended(report(ONE, told="{}"), *second).trouble()
    assert str(trouble) == "1 of 2 tests did not come to their end: two"
    assert code([PASSED], [], [trouble] if trouble else []) == 4


def test_an_org_that_gives_no_success_at_all_was_not_tested() -> None:
    """As with credentials that may do nothing: each 403 is declared, and a green run would mean nothing."""
    nothing = replace(PASSED, state=State.NO_SUCCESS, succeeded=False, cases=3)
    denied = [replace(nothing, key=f"zendesk:List{number}") for number in range(10)]
    (trouble,) = fruitless(denied)
    assert "none of 10 operations of zendesk" in str(trouble)
    assert code(denied, [], [trouble]) == 4
    assert fruitless(denied[:9]) == [], "a few may well have nothing to show"
    assert code(denied[:9], [], []) == 0
    assert fruitless([*denied, replace(PASSED, cases=3)]) == []
    assert fruitless([*denied, replace(denied[0], state=State.FINDINGS)]) == [], "that says enough"


def test_an_interrupted_run_is_unfinished_even_before_its_first_test() -> None:
    assert "interrupted" in str(LostTestTracker(interrupted=True).trouble())
    assert "2 of 2" in str(ended(interrupted=True).trouble())


@pytest.mark.parametrize("number", SIGNALS)
def test_the_first_signal_waits_and_the_second_does_not(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    session: Any = SimpleNamespace(shouldstop=False)
    restore = heed(session, tests_here=True)
    try:
        os.kill(os.getpid(), number)
        assert session.shouldstop == "interrupted"
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), number)
    finally:
        restore()
    assert signal.getsignal(number) is before


def test_an_operation_that_does_not_end_has_a_few_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.run.shutdown.GRACE", 0.01)
    restore = heed(SimpleNamespace(shouldstop=False), tests_here=True)  # type: ignore[arg-type]
    try:
        os.kill(os.getpid(), signal.SIGTERM)
        with pytest.raises(KeyboardInterrupt):
            signal.pause()
    finally:
        restore()


def test_the_way_back_is_not_hurried() -> None:
    restore = heed(SimpleNamespace(shouldstop=False), tests_here=True)  # type: ignore[arg-type]
    try:
        os.kill(os.getpid(), signal.SIGTERM)
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 0
        LostTestTracker().pytest_keyboard_interrupt()
        assert signal.getitimer(signal.ITIMER_REAL)[0] == 0
    finally:
        restore()
