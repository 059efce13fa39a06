"""How one operation ends: what its answers say of it, and what they say of the caller alone."""

from __future__ import annotations

from collections import Counter

import pytest

from harness.results import State
from harness.runner import Tally, _state


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
