"""What the gate refused is counted by tier and rule, the most dangerous first."""

from __future__ import annotations

from dataclasses import replace

from harness.report.refusals import EXAMPLES, grouped, of_outcomes
from harness.results.outcome import Outcome, Refusal, State

REFUSAL = Refusal("zoho:DeleteTickets", "destructive", "method-delete", ('method "DELETE"',))
OUTCOME = Outcome(
    "zoho:DeleteTickets", "zoho", "DELETE", "/t", "Tickets", "destructive", "method-delete", State.REFUSED, "no"
)


def test_operations_and_single_requests_are_counted_apart() -> None:
    rows = grouped([REFUSAL, replace(REFUSAL, request="DELETE /t/1"), replace(REFUSAL, request="DELETE /t/2")])
    assert [(row.operations, row.requests) for row in rows] == [(1, 2)]


def test_the_most_dangerous_tier_comes_first() -> None:
    rows = grouped(replace(REFUSAL, tier=tier) for tier in ("admin", "destructive", "outbound", "admin"))
    assert [row.tier for row in rows] == ["destructive", "outbound", "admin"]


def test_examples_are_few_and_not_the_same_twice() -> None:
    rows = grouped([*[REFUSAL] * 4, *(replace(REFUSAL, operation=f"zoho:{n}") for n in range(30))])
    assert len(rows[0].examples) == EXAMPLES == len(set(rows[0].examples))


def test_a_refused_operation_counts_even_without_a_refusal_of_its_own() -> None:
    single = replace(REFUSAL, request="POST /t")
    assert [(row.operations, row.requests) for row in of_outcomes([OUTCOME])] == [(1, 0)]
    assert [(row.operations, row.requests) for row in of_outcomes([replace(OUTCOME, refusals=(REFUSAL,))])] == [(1, 0)]
    assert [(row.operations, row.requests) for row in of_outcomes([replace(OUTCOME, refusals=(single,))])] == [(1, 1)]
