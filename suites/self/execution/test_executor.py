"""How one operation ends: what its answers say of it, and what they say of the caller alone."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace
from typing import Any

import httpx
import pinned
import pytest
from listed_org import Answering, answer_json, org_under_test

from harness.cases.case import Case, Intent
from harness.exchange import Response
from harness.execution import executor, reproduce
from harness.execution.executor import PATIENCE, OperationTally, _state
from harness.planning.plan import PlanStep
from harness.results.outcome import Outcome, State
from harness.risk.tier import Assessment, Tier
from harness.vendors.obstacle import Obstacle, OrgError

LIST = pinned.catalog().by_key["zendesk:ListGroups"]
STEP = PlanStep(LIST, Assessment(Tier.READ, "reading-method"), "run")
VALID = Case("GET", LIST.path, Intent.EXAMPLE)
INVALID = Case("GET", LIST.path, Intent.BOUNDARY, negative=True, place="query", query="per_page=-1")
LOST = httpx.ReadError("reset")


def run(answer: Response | Exception, *cases: Case, step: PlanStep = STEP) -> tuple[Outcome, list[str]]:
    """The outcome of a step whose cases all get the same answer, and what was sent for it."""
    account = answer_json({})
    transport = Answering(lambda request, signed: account if request.path == "/api/v2/account" else answer)
    return executor.run(step, org_under_test(transport, cases=cases)), transport.sent


def tally(**counts: Any) -> OperationTally:
    """What was counted of an operation, without an org."""
    return OperationTally(SimpleNamespace(requests_sent=0), **counts)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reproduce, "PAUSE", 0.0)


def test_a_step_that_is_not_to_run_sends_nothing_and_says_why() -> None:
    refused = PlanStep(LIST, STEP.assessment, "refused", "above the permit")
    outcome, sent = run(answer_json({}), VALID, step=refused)
    assert (outcome.state, outcome.detail, outcome.rule, sent) == (
        State.REFUSED, "above the permit", "reading-method", [],
    )  # fmt: skip


def test_each_case_is_bound_sent_and_judged() -> None:
    outcome, sent = run(answer_json({"groups": "none"}, 404), VALID, INVALID)
    assert sent == ["GET /api/v2/groups", "GET /api/v2/groups?per_page=-1"]
    assert (outcome.cases, outcome.requests, outcome.statuses, outcome.succeeded) == (2, 2, {"404": 2}, False)


def test_a_success_to_an_invalid_case_is_no_success_of_the_operation() -> None:
    outcome, _ = run(answer_json({"groups": []}), INVALID)
    assert not outcome.succeeded


def test_an_operation_that_answers_nothing_is_given_up_while_the_org_answers_others() -> None:
    outcome, _ = run(LOST, *[INVALID] * (PATIENCE + 2))
    assert outcome.cases == PATIENCE
    assert [finding.check for finding in outcome.findings] == ["answer"]


def test_an_error_of_ours_ends_the_operation_and_keeps_what_was_counted() -> None:
    outcome, _ = run(RuntimeError("boom"), VALID)
    assert (outcome.state, outcome.cases) == (State.ERROR, 1)
    assert "an error of deskcheck itself" in outcome.detail


def test_a_case_that_http_has_no_form_for_is_passed_over() -> None:
    outcome, _ = run(httpx.InvalidURL("no host"), VALID)
    assert (outcome.state, outcome.detail) == (State.UNSUPPORTED, "HTTP has no form for any of its cases")


@pytest.mark.parametrize(("statuses", "state", "why"), [
    ({"401": 20}, State.ERROR, "credentials"),
    ({"429": 20}, State.ERROR, "quota"),
    ({"401": 2, "429": 18}, State.ERROR, "quota"),
    ({"401": 19, "404": 1}, State.NO_SUCCESS, "no valid request got a 2xx (401 19, 404 1)"),
    ({"403": 20}, State.NO_SUCCESS, "(403 20)"),
    ({}, State.UNSUPPORTED, "no case"),
])  # fmt: skip
def test_an_operation_that_only_refused_us_was_not_tested(statuses: dict[str, int], state: State, why: str) -> None:
    found, said = _state([], tally(statuses=Counter(statuses)))
    assert found is state
    assert why in said


def test_an_operation_that_lost_every_answer_has_no_verdict() -> None:
    found, said = _state([], tally(cases=3, lost=Counter({"ReadError": 2, "HTTP 503": 1})))
    assert found is State.ERROR
    assert "ReadError 2, HTTP 503 1" in said


def test_an_operation_without_one_judged_success_has_not_passed() -> None:
    unjudged = Counter({"an XML body": 2})
    statuses = Counter({"200": 2, "404": 1})
    silent = tally(cases=3, statuses=statuses, succeeded=True, unjudged=unjudged)
    assert _state([], silent) == (State.UNJUDGED, "none of its successes could be judged (an XML body 2)")
    assert _state([], tally(cases=3, statuses=statuses, succeeded=True, unjudged=unjudged, judged=True))[0] is (
        State.PASSED
    )


def test_an_operation_that_lost_some_answers_is_judged_by_the_others() -> None:
    lost = Counter({"ReadError": 2})
    assert _state([], tally(cases=3, statuses=Counter({"200": 1}), lost=lost, succeeded=True)) == (State.PASSED, "")
    assert _state([], tally(cases=3, statuses=Counter({"404": 1}), lost=lost))[0] is State.NO_SUCCESS


def test_an_org_that_is_known_to_be_hindered_is_not_asked_again() -> None:
    transport = Answering(lambda request, signed: answer_json({}))
    org = org_under_test(transport, cases=(VALID,))
    org.client.stop(OrgError(Obstacle.REVOKED, "revoked"))
    outcome = executor.run(STEP, org)
    assert (outcome.state, outcome.detail, outcome.obstacle) == (
        State.ERROR,
        "not tried: revoked",
        str(Obstacle.REVOKED),
    )
    assert transport.sent == []


UNSCOPED = answer_json({"error": "Forbidden", "description": "Missing the following required scopes: read"}, 403)
REVOKED = answer_json({"error": "invalid_token"}, 401)
GONE = answer_json({"error": "RecordNotFound", "description": "Not found"}, 404)
THROTTLED = answer_json({"error": "APIRateLimitExceeded"}, 429)


def run_at(answers: dict[str, Response], *cases: Case) -> tuple[Outcome, list[str], str]:
    """The outcome of a step at an org that answers by path, what was sent, and why it was stopped."""
    transport = Answering(lambda request, signed: answers[request.path])
    org = org_under_test(transport, cases=cases)
    return executor.run(STEP, org), transport.sent, org.client.obstacle


def test_an_operation_whose_scope_is_missing_is_tried_once_and_not_judged() -> None:
    outcome, sent, stopped = run_at({LIST.path: UNSCOPED}, VALID, VALID, INVALID)
    assert (outcome.state, outcome.obstacle, outcome.findings) == (State.UNJUDGED, "missing scope", ())
    assert "the token lacks read" in outcome.detail
    assert outcome.unjudged == {"missing scope read": 1}
    assert (sent, stopped) == ([f"GET {LIST.path}"], "")


def test_a_quota_that_one_endpoint_has_of_its_own_is_no_finding_and_stops_nothing() -> None:
    outcome, _, stopped = run_at({LIST.path: THROTTLED, "/api/v2/account": answer_json({})}, VALID, INVALID)
    assert (outcome.state, outcome.obstacle, outcome.findings) == (State.ERROR, "throttled", ())
    assert stopped == ""


@pytest.mark.parametrize(("answer", "account", "me", "obstacle"), [
    (REVOKED, REVOKED, REVOKED, "expired token"), (GONE, GONE, GONE, "dead account"),
    (THROTTLED, THROTTLED, THROTTLED, "throttled"), (Response(500), Response(500), Response(500), "unavailable"),
])  # fmt: skip
def test_an_obstacle_of_the_whole_org_ends_its_tests_and_is_no_finding(
    answer: Response, account: Response, me: Response, obstacle: str
) -> None:
    answers = {LIST.path: answer, "/api/v2/account": account, "/api/v2/users/me": me}
    outcome, _, stopped = run_at(answers, VALID, INVALID)
    assert (outcome.state, outcome.obstacle, outcome.findings, stopped) == (State.ERROR, obstacle, (), obstacle)


@pytest.mark.parametrize("answer", [Response(500), Response(403, (), b"<html>no</html>"), answer_json({"a": 1}, 418)])
def test_the_same_of_one_operation_alone_is_held_against_it(answer: Response) -> None:
    outcome, _, stopped = run_at({LIST.path: answer, "/api/v2/account": answer_json({})}, VALID)
    assert (outcome.state, stopped) == (State.FINDINGS, "")
