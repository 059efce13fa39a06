"""How one operation ends: what its answers say of it, and what they say of the caller alone."""

from __future__ import annotations

from collections import Counter

import pytest

from harness.execution.executor import Tally, _state
from harness.results.outcome import State


@pytest.mark.parametrize(("statuses", "state", "why"), [
    ({"401": 20}, State.BROKEN, "credentials"),
    ({"429": 20}, State.BROKEN, "quota"),
    ({"401": 2, "429": 18}, State.BROKEN, "quota"),
    ({"401": 19, "404": 1}, State.PASSED, ""),
    ({"403": 20}, State.PASSED, ""),
    ({}, State.UNSUPPORTED, "no case"),
])  # fmt: skip
def test_an_operation_that_only_refused_us_was_not_tested(statuses: dict[str, int], state: State, why: str) -> None:
    found, said = _state([], Tally(statuses=Counter(statuses)))
    assert found is state
    assert why in said


def test_an_operation_that_lost_every_answer_has_no_verdict() -> None:
    found, said = _state([], Tally(cases=3, lost=Counter({"ReadError": 2, "HTTP 503": 1})))
    assert found is State.BROKEN
    assert "ReadError 2, HTTP 503 1" in said


def test_an_operation_that_lost_some_answers_is_judged_by_the_others() -> None:
    found, _ = _state([], Tally(cases=3, statuses=Counter({"200": 1}), lost=Counter({"ReadError": 2})))
    assert found is State.PASSED
