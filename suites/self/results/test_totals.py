"""What outcomes add up to, by org and tier."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from outcomes import OUTCOME, OUTCOMES, run_of

from harness.results.outcome import NOT_JUDGED, NOT_TRIED, Outcome, State
from harness.results.totals import STATE_FIELDS, Totals, count, matrix, rank


def test_the_matrix_goes_by_org_and_from_mild_to_dangerous() -> None:
    tiers = ["destructive", "read", "write", "made up"]
    outcomes = [replace(OUTCOME, key=f"{vendor}:{tier}", vendor=vendor, tier=tier) for vendor in "ba" for tier in tiers]
    cells = matrix(run_of(outcomes, a="here", b="there"))
    assert [cell for cell in cells if cell[0] == "a"] == list(cells)[:4]
    assert [tier for _, tier in cells][:4] == ["read", "write", "destructive", "made up"]
    assert rank("made up") > rank("destructive")


def test_orgs_of_one_vendor_have_rows_of_their_own() -> None:
    outcomes = [replace(OUTCOME, target=target, requests=number) for number, target in enumerate(("eu", "us"), 1)]
    cells = matrix(run_of(outcomes, eu=OUTCOME.vendor, us=OUTCOME.vendor))
    assert {org: cell.requests for (org, _), cell in cells.items()} == {"eu": 1, "us": 2}


def test_the_share_leaves_out_what_was_not_permitted() -> None:
    states = [State.PASSED, State.FINDINGS, State.ERROR, State.PASSED, State.REFUSED, State.UNSUPPORTED, State.SKIPPED]
    totals = count(replace(OUTCOME, state=state, succeeded=index < 3) for index, state in enumerate(states))
    assert (totals.operations, totals.permitted, totals.share) == (7, 4, 0.75)
    assert Totals().share is None


@given(OUTCOMES)
def test_every_operation_is_in_exactly_one_state(outcomes: list[Outcome]) -> None:
    totals = count(outcomes)
    assert sum(getattr(totals, name) for name in STATE_FIELDS.values()) == totals.operations == len(outcomes)
    assert sum(matrix(run_of(outcomes)).values(), Totals()) == totals


def test_every_state_is_counted_in_a_field_of_its_own() -> None:
    assert list(STATE_FIELDS) == list(State)
    for state, name in STATE_FIELDS.items():
        assert getattr(count([replace(OUTCOME, state=state)]), name) == 1
    assert len(set(STATE_FIELDS.values())) == len(State)


def test_an_operation_without_a_success_counts_as_tried_and_not_as_passed() -> None:
    totals = count([replace(OUTCOME, state=State.NO_SUCCESS)])
    assert (totals.passed, totals.no_success, totals.permitted, totals.share) == (0, 1, 1, 0.0)
    assert State.NO_SUCCESS in NOT_JUDGED - NOT_TRIED
    assert State.SKIPPED in NOT_TRIED
