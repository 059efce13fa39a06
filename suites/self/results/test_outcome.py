"""How several outcomes of one operation become one, what names a finding, and what got lost on the way."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from outcomes import OUTCOME, OUTCOMES

from harness.finding import Finding
from harness.results.outcome import Outcome, State, fingerprint, losses, merge, obstacle_notes, unjudged
from harness.results.totals import count
from harness.unjudged import Unjudged


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
    assert merge([replace(OUTCOME, state=State.NO_SUCCESS), OUTCOME])[0].state is State.PASSED
    assert (
        merge([replace(OUTCOME, state=State.NO_SUCCESS), replace(OUTCOME, state=State.ERROR)])[0].state is State.ERROR
    )


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


def test_what_was_not_judged_adds_up_over_tries_and_operations() -> None:
    first = replace(OUTCOME, unjudged={"an XML body": 2})
    assert merge([first, first])[0].unjudged == {"an XML body": 4}
    assert unjudged([first, replace(first, key="zendesk:B")]) == (Unjudged("an XML body", 4, OUTCOME.key),)


def test_the_same_operation_on_two_orgs_is_two_outcomes() -> None:
    eu, us = (replace(OUTCOME, target=target) for target in ("eu", "us"))
    assert merge([us, eu, us]) == (eu, merge([us, us])[0])


def test_lost_answers_are_told_org_by_org() -> None:
    lost = {"HTTP 503": 1}
    lines = losses(replace(OUTCOME, target=target, requests=3, lost=lost) for target in ("us", "eu"))
    assert [line.split(":")[0] for line in lines] == ["eu", "us"]
    assert losses([replace(OUTCOME, target="acme", requests=3, lost=lost)])[0].startswith("zendesk:")


def test_an_obstacle_is_told_once_with_how_many_have_no_verdict() -> None:
    stopped = replace(OUTCOME, state=State.ERROR, obstacle="revoked refresh token")
    rows = [replace(stopped, detail="invalid_code"), replace(stopped, detail="not tried: invalid_code")]
    assert obstacle_notes([*rows, OUTCOME]) == ("zendesk: revoked refresh token: 2 without a verdict (invalid_code)",)
