"""The exit code of a run, and what counts against it beside findings."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pytest

from harness.checks import waivers
from harness.errors import DeskcheckError, GateError, LeftoverError, SuiteError, UnfinishedError, UsageError
from harness.results.outcome import Outcome, State, by_org, fingerprint
from harness.vendors.obstacle import Obstacle, OrgError
from harness.vendors.obstacle import exit_code as obstacle_code

EXIT_CODE = pytest.StashKey[int]()
"""Where a run leaves its exit code: pytest's own codes mean other things than ours."""

MANY = 10
"""Operations of which at least one must give a success."""

_OBSTACLES = frozenset(str(obstacle) for obstacle in Obstacle)
_JUDGED = frozenset({State.PASSED, State.NO_SUCCESS, State.FINDINGS})

# The gravest first: left over, unfinished, refused by the gate, findings; 2 is what a run of nothing ends with.
GRAVEST_FIRST = (5, 4, 3, 1, 2, 0)


def exit_code(
    outcomes: Sequence[Outcome],
    leftovers: Sequence[str],
    trouble: Sequence[DeskcheckError],
    known: Collection[str] = (),
) -> int:
    """The exit code of a run, the gravest first: 5 left over, 4 unfinished, 1 findings; 2 when nothing was judged.

    Where an obstacle of the org ended the run, the code is the obstacle's: 2 where only another configuration helps,
    as where a suite of the user's cannot be collected as it is written.
    `known` are the ids of findings that the run's baseline has.
    """
    states = {outcome.state for outcome in outcomes}
    unfinished = {*(code_of(outcome) for outcome in outcomes if outcome.state is State.ERROR)}
    # Whatever else went wrong, a run with trouble did not come to its proper end.
    unfinished |= {_code_of_trouble(error) for error in trouble if not isinstance(error, GateError)}
    if leftovers or any(isinstance(error, LeftoverError) for error in trouble):
        return LeftoverError.exit_code
    if UnfinishedError.exit_code in unfinished:
        return UnfinishedError.exit_code
    if GateError.exit_code in unfinished or any(isinstance(error, GateError) for error in trouble):
        return GateError.exit_code
    if unfinished:
        return UsageError.exit_code
    if any(_has_news(outcome, known) for outcome in outcomes):
        return 1
    return 0 if states & _JUDGED and not _nothing_judged(outcomes) else UsageError.exit_code


def code_of(outcome: Outcome) -> int:
    """What an operation without a verdict ends a run with: as its obstacle says, else as an outage does."""
    return obstacle_code(Obstacle(outcome.obstacle)) if outcome.obstacle in _OBSTACLES else UnfinishedError.exit_code


def _code_of_trouble(error: DeskcheckError) -> int:
    return error.exit_code if isinstance(error, OrgError | SuiteError) else UnfinishedError.exit_code


def _has_news(outcome: Outcome, known: Collection[str]) -> bool:
    """Whether an operation's findings are not all known."""
    if outcome.state is not State.FINDINGS:
        return False
    return not known or any(fingerprint(finding) not in known for finding in outcome.findings)


def _nothing_judged(outcomes: Sequence[Outcome]) -> bool:
    """Whether operations were tried and not one could be judged; hand-written tests do not make up for that."""
    states = {outcome.state for outcome in outcomes if outcome.method}
    return State.UNJUDGED in states and not states & _JUDGED


def graver(first: int, second: int) -> int:
    """The graver of two codes; what is none of ours counts as unfinished."""
    codes = (code if code in GRAVEST_FIRST else UnfinishedError.exit_code for code in (first, second))
    return min(codes, key=GRAVEST_FIRST.index)


def orgs_without_success(outcomes: Sequence[Outcome]) -> list[UnfinishedError]:
    """Orgs that gave not one success to many operations: every answer kept its contract, and nothing was tested."""
    trouble = []
    for org, of_org in by_org(outcomes).items():
        tested = [outcome for outcome in of_org if outcome.method and outcome.cases]
        if len(tested) >= MANY and all(outcome.state is State.NO_SUCCESS for outcome in tested):
            message = f"none of {len(tested)} operations of {org} gave a success, so nothing was tested"
            trouble.append(UnfinishedError(message, remedy="May these credentials do anything? Try: deskcheck doctor"))
    return trouble


def unneeded_waivers(outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    """Ids of waivers for operations that were tested, which no finding needed."""
    tested = [outcome.key for outcome in outcomes if outcome.state in (State.PASSED, State.NO_SUCCESS, State.FINDINGS)]
    waived = [finding for outcome in outcomes for finding in outcome.waived]
    return tuple(waiver.id for waiver in waivers.stale(waivers.load(), waived) if any(map(waiver.is_about, tested)))
