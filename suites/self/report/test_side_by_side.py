"""Several orgs of one vendor side by side: each operation is one row, and what did not end alike is told apart."""

from __future__ import annotations

from dataclasses import replace

from believable import believable, two_orgs
from hypothesis import given
from hypothesis import strategies as st

from harness.finding import Finding
from harness.report.side_by_side import differences, rows
from harness.results.outcome import Outcome, Run, State

OUTCOME = Outcome("zendesk:A", "zendesk", "GET", "/a", "Tickets", "read", "get", State.PASSED)
RUN = Run("1", "", 1.0, 1, {}, {}, {}, 0, orgs={"eu": "zendesk", "us": "zendesk", "desk": "zoho"})


def run_of(**outcomes: Outcome) -> Run:
    """A run in which each named org has this outcome."""
    return replace(RUN, outcomes=tuple(replace(outcome, target=name) for name, outcome in outcomes.items()))


def test_an_operation_has_one_row_with_the_orgs_of_its_vendor() -> None:
    (row,) = rows(run_of(eu=OUTCOME, us=OUTCOME))
    assert list(row.outcomes) == ["eu", "us"]
    assert not row.differs


def test_orgs_that_ended_otherwise_differ() -> None:
    found = Finding("zendesk:A", "body", 200, "/a/0", "null", "type string")
    ways = [
        OUTCOME,
        replace(OUTCOME, state=State.NO_SUCCESS),
        replace(OUTCOME, state=State.FINDINGS, findings=(found,)),
        replace(OUTCOME, state=State.FINDINGS, findings=(replace(found, check="status"),)),
    ]
    for first in ways:
        for second in ways:
            assert bool(differences(run_of(eu=first, us=second))) is (first is not second)


def test_the_same_cause_in_another_row_of_a_list_is_no_difference() -> None:
    first, second = (Finding("zendesk:A", "body", 200, f"/a/{index}/b", "null", "type string") for index in (0, 7))
    bad = replace(OUTCOME, state=State.FINDINGS)
    assert not differences(run_of(eu=replace(bad, findings=(first,)), us=replace(bad, findings=(second,))))


def test_an_operation_that_only_one_org_was_tested_for_differs() -> None:
    (row,) = differences(run_of(us=OUTCOME))
    assert row.outcomes == {"eu": None, "us": replace(OUTCOME, target="us")}


def test_with_one_org_a_vendor_nothing_stands_side_by_side() -> None:
    assert rows(believable()) == ()


@given(st.permutations(two_orgs().outcomes))
def test_whichever_came_first_the_rows_say_the_same(outcomes: list[Outcome]) -> None:
    run = two_orgs()
    expected = {row.first.key: dict(row.outcomes) for row in rows(run)}
    assert {row.first.key: dict(row.outcomes) for row in rows(replace(run, outcomes=tuple(outcomes)))} == expected
    assert sum(outcome is not None for row in expected.values() for outcome in row.values()) == len(outcomes)
