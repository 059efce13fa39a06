"""Some of the losses of `benchmarks/folder_loss.py`: a run that loses its report folder never calls itself green."""

from __future__ import annotations

import pytest

from benchmarks import folder_loss
from benchmarks.attack import Moment
from benchmarks.folder_loss import Loss, Result

SEED = 4
TICKET = {("zendesk", "tickets", "35"): {}}
CREATES = ["zendesk:CreateTicket"] * 3


def loss(how: str, workers: int) -> Loss:
    """One in the middle of a run: of five moments, the third."""
    return folder_loss.plan(SEED, 5, [how], [workers])[2]


@pytest.mark.parametrize(
    ("how", "workers"), [("deleted", 2), ("link-copy", 1), ("filled", 2), ("read-only", 1), ("one-changed", 2)]
)
def test_a_run_that_loses_its_folder_creates_nothing_more_and_tells_what_is_left(how: str, workers: int) -> None:
    if why := folder_loss.hindered(how):
        pytest.skip(why)
    result = folder_loss.attempt(loss(how, workers))
    assert result.faults == [], f"{folder_loss.line(result)}\n{result.output[-2000:]}"


def test_moments_are_spread_over_the_whole_run() -> None:
    every = folder_loss.plan(1, 10)
    assert len(every) == len(folder_loss.SABOTAGE) * 2 * 10
    phases = [one.moment.phase for one in every[:10]]
    assert phases == ["start"] * 2 + ["run"] * 6 + ["teardown"] * 2
    assert all(0 <= one.moment.share <= 1 for one in every)


def result(how: str, code: int, *, left: bool = False, late: int = 0, sweep: int = 5, phase: str = "run") -> Result:
    loss = Loss(1, 2, how, Moment(phase, 0.5), ())
    rows = TICKET if left else {}
    return Result(loss, True, 9, CREATES[:late], code, rows, list(rows), sweep, len(rows))


@pytest.mark.parametrize(
    ("found", "faults"),
    [
        (result("deleted", 5, left=True, late=2), []),
        (result("deleted", 0, left=True), ["GREEN"]),
        (result("deleted", 1, left=True), ["GREEN"]),
        (result("deleted", 0), ["GREEN"]),
        (result("deleted", 0, phase="teardown"), []),
        (result("deleted", 4, left=True), ["SILENT"]),
        (result("deleted", 5, late=3), ["CREATED ON"]),
        (result("deleted", 5, left=True, sweep=0), ["SWEEP GREEN"]),
        (result("filled", 4, late=3, sweep=0), []),
        (result("filled", folder_loss.HUNG, left=True), ["HUNG"]),
    ],
)
def test_the_witness_decides_and_not_the_run(found: Result, faults: list[str]) -> None:
    assert found.faults == faults
