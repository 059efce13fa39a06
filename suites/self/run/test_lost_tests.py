"""Runs that break off: what was not heard of is counted."""

from __future__ import annotations

from typing import Any

import pytest

from harness.results.outcome import Outcome, State
from harness.run.exit_code import exit_code
from harness.run.lost_tests import LostTestTracker

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
    assert exit_code([PASSED], [], [trouble] if trouble else []) == 4


def test_an_interrupted_run_is_unfinished_even_before_its_first_test() -> None:
    assert "interrupted" in str(LostTestTracker(interrupted=True).trouble())
    assert "2 of 2" in str(ended(interrupted=True).trouble())
