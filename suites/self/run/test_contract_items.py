"""What pytest shows of an operation: passed, failed, or skipped with the reason, as its state has it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from harness.results.outcome import NOT_JUDGED, Outcome, State
from harness.run.item_outcome import WORKER, run_operation

KEY = "zendesk:ShowTicket"


def hold(state: State) -> None:
    """Run the fixture's function on an operation that ends in this state."""
    outcome = Outcome(KEY, "zendesk", "GET", "/api/v2/tickets/{id}", "Tickets", "read", "get", state, "why")
    config = SimpleNamespace(stash={WORKER: SimpleNamespace(run=lambda key: outcome)})
    item: Any = SimpleNamespace(config=config, stash={})
    run_operation(item, KEY)


def test_what_was_judged_good_passes() -> None:
    hold(State.PASSED)


@pytest.mark.parametrize("state", sorted(NOT_JUDGED))
def test_what_was_not_judged_is_skipped_with_the_reason(state: State) -> None:
    with pytest.raises(pytest.skip.Exception, match=f"{state}: why"):
        hold(state)


@pytest.mark.parametrize("state", sorted({State.FINDINGS, State.ERROR}))
def test_what_has_findings_or_no_verdict_fails(state: State) -> None:
    with pytest.raises(pytest.fail.Exception, match=f"{KEY}: {state} why"):
        hold(state)
