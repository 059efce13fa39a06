"""What outcomes add up to, and how several outcomes of one operation become one."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from harness.finding import Finding
from harness.results.outcome import TIERS, Outcome, State, Totals, count, fingerprint, losses, matrix, merge, rank

OUTCOME = Outcome("zendesk:ListTickets", "zendesk", "GET", "/api/v2/tickets", "Tickets", "read", "get", State.PASSED)

OUTCOMES = st.lists(
    st.builds(
        Outcome,
        key=st.sampled_from(["zendesk:A", "zendesk:B", "zoho:C"]),
        vendor=st.just("zendesk"),
        method=st.just("GET"),
        path=st.just("/a"),
        resource=st.just("A"),
        tier=st.sampled_from(TIERS),
        rule=st.just("r"),
        state=st.sampled_from(State),
        requests=st.integers(0, 9),
        statuses=st.dictionaries(st.sampled_from(["200", "404"]), st.integers(1, 5)),
        succeeded=st.booleans(),
    ),
    max_size=12,
)


def test_the_matrix_goes_by_vendor_and_from_mild_to_dangerous() -> None:
    tiers = ["destructive", "read", "write", "made up"]
    cells = matrix(
        replace(OUTCOME, key=f"{vendor}:{tier}", vendor=vendor, tier=tier) for vendor in "ba" for tier in tiers
    )
    assert [cell for cell in cells if cell[0] == "a"] == list(cells)[:4]
    assert [tier for _, tier in cells][:4] == ["read", "write", "destructive", "made up"]
    assert rank("made up") > rank("destructive")


def test_the_share_leaves_out_what_was_not_permitted() -> None:
    states = [State.PASSED, State.FINDINGS, State.BROKEN, State.PASSED, State.REFUSED, State.UNSUPPORTED]
    totals = count(replace(OUTCOME, state=state, succeeded=index < 3) for index, state in enumerate(states))
    assert (totals.operations, totals.permitted, totals.share) == (6, 4, 0.75)
    assert Totals().share is None


@given(OUTCOMES)
def test_every_operation_is_in_exactly_one_state(outcomes: list[Outcome]) -> None:
    totals = count(outcomes)
    states = totals.passed + totals.deviating + totals.refused + totals.unsupported + totals.broken
    assert states == totals.operations == len(outcomes)
    assert sum(matrix(outcomes).values(), Totals()) == totals


@given(OUTCOMES, st.randoms())
def test_merging_loses_nothing_and_does_not_depend_on_the_order(outcomes: list[Outcome], chance) -> None:
    merged = merge(outcomes)
    shuffled = list(outcomes)
    chance.shuffle(shuffled)
    assert [one.key for one in merged] == sorted({one.key for one in outcomes})
    assert count(merged).requests == count(outcomes).requests
    assert [(one.key, one.state, one.statuses, one.succeeded) for one in merged] == [
        (one.key, one.state, one.statuses, one.succeeded) for one in merge(shuffled)
    ]


def test_findings_of_one_try_are_not_hidden_by_a_good_one() -> None:
    bad = replace(OUTCOME, state=State.FINDINGS, findings=(Finding(OUTCOME.key, "body", 200, "/a", "wrong"),))
    assert merge([OUTCOME, bad])[0].state is State.FINDINGS
    assert merge([replace(OUTCOME, state=State.REFUSED), OUTCOME])[0].state is State.PASSED


def test_a_fingerprint_names_the_cause_and_not_the_row_in_which_it_was_seen() -> None:
    third = Finding("zendesk:A", "body", 200, "/tickets/3/recipient", "null is not of type string", "type string")
    fourth = replace(third, pointer="/tickets/4/recipient", message='"" is not …')
    other = replace(third, pointer="/tickets/3/subject")
    assert fingerprint(third) == fingerprint(fourth) != fingerprint(other)
    assert len(fingerprint(replace(third, expected="\ud800"))) == 10


def test_lost_answers_are_told_once_a_vendor_with_what_came_instead() -> None:
    one = replace(OUTCOME, requests=10, lost={"ReadError": 2, "HTTP 503": 1})
    assert losses([one, replace(one, key="zendesk:B"), replace(OUTCOME, vendor="zoho")]) == (
        "zendesk: 6 of 24 answers were lost or spoiled on the way (ReadError 4, HTTP 503 2);"
        " none of them counts as a finding",
    )
