"""How one operation ends: what its answers say of it, and what they say of the caller alone."""

from __future__ import annotations

from collections import Counter

import pytest

from harness.execution.executor import Tally, _state
from harness.results.outcome import State


@pytest.mark.parametrize(("statuses", "state", "why"), [
    ({"401": 20}, State.ERROR, "credentials"),
    ({"429": 20}, State.ERROR, "quota"),
    ({"401": 2, "429": 18}, State.ERROR, "quota"),
    ({"401": 19, "404": 1}, State.NO_SUCCESS, "no valid request got a 2xx (401 19, 404 1)"),
    ({"403": 20}, State.NO_SUCCESS, "(403 20)"),
    ({}, State.UNSUPPORTED, "no case"),
])  # fmt: skip
def test_an_operation_that_only_refused_us_was_not_tested(statuses: dict[str, int], state: State, why: str) -> None:
    found, said = _state([], Tally(statuses=Counter(statuses)))
    assert found is state
    assert why in said


def test_an_operation_that_lost_every_answer_has_no_verdict() -> None:
    found, said = _state([], Tally(cases=3, lost=Counter({"ReadError": 2, "HTTP 503": 1})))
    assert found is State.ERROR
    assert "ReadError 2, HTTP 503 1" in said


def test_an_operation_that_lost_some_answers_is_judged_by_the_others() -> None:
    lost = Counter({"ReadError": 2})
    assert _state([], Tally(cases=3, statuses=Counter({"200": 1}), lost=lost, succeeded=True)) == (State.PASSED, "")
    assert _state([], Tally(cases=3, statuses=Counter({"404": 1}), lost=lost))[0] is State.NO_SUCCESS
