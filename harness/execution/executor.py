"""One step of the plan, to its outcome: its cases, each bound to the org, sent and judged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from harness.cases import bind
from harness.cases.case import Case
from harness.checks.run_findings import IGNORED_AUTH
from harness.errors import DeskcheckError, UnfinishedError
from harness.exchange import Exchange
from harness.execution.blame import where
from harness.execution.case_checks import Judgement, purpose_of
from harness.execution.org_under_test import OrgUnderTest
from harness.execution.reproduce import Attempt, send_until_certain, unanswered_attempt
from harness.execution.tally import Tally, in_words
from harness.finding import Finding
from harness.openapi.catalog import Match
from harness.planning.plan import PlanStep
from harness.policy.judge import Verdict
from harness.results.outcome import Outcome, Refusal, State
from harness.risk.tier import Tier
from harness.transport.failures import UNSENDABLE, NoAnswerError
from harness.transport.refused import Refused, refusal
from harness.vendors.diagnosis import Diagnosis
from harness.vendors.obstacle import Obstacle, OrgError

# Answers about the caller alone: an operation that gave no other was not tested.
_ABOUT_CALLER = {"401": "the credentials are not taken", "429": "the quota is spent"}
PATIENCE = 3
"""Cases in a row without an answer, while the org answers other operations: more would show the same."""
UNKNOWN_ID_CASES = 2
"""Cases of an operation whose record this run cannot create: they show what an unknown id gets."""


class UnsendableError(Exception):
    """A case that HTTP has no form for."""


@dataclass
class OperationTally(Tally):
    """What is counted while the cases of one operation run.

    `auth_probed` says that a success was tried without credentials, `silent` counts cases in a row without an answer.
    `judged` says that one success at least was judged in full, `hindered` why other answers were not.
    """

    cases: int = 0
    refusals: dict[object, Refusal] = field(default_factory=dict)
    auth_probed: bool = False
    silent: int = 0
    judged: bool = False
    hindered: list[Diagnosis] = field(default_factory=list)

    def add_hindrance(self, exchange: Exchange, diagnosis: Diagnosis) -> None:
        """Count an answer that is about our token or quota, and so says nothing of the operation."""
        self.silent = 0
        self.statuses[str(exchange.response.status)] += 1
        self.unjudged[reason_of(diagnosis)] += 1
        self.hindered.append(diagnosis)

    @property
    def lacks_scope(self) -> bool:
        """Whether the org said that our token may not send this operation, whatever the case."""
        return any(diagnosis.obstacle is Obstacle.MISSING_SCOPE for diagnosis in self.hindered)

    def add_judgement(self, judgement: Judgement) -> None:
        """Count what came of the requests that the checks sent."""
        self.auth_probed |= judgement.auth_probed
        if judgement.lost:
            self.lost[judgement.lost] += 1

    def add_refusals(self, verdicts: Iterable[Verdict]) -> None:
        """Add the first refusal of each request by a rule."""
        for verdict in verdicts:
            self.refusals.setdefault((verdict.rule, verdict.request), refusal(verdict))


def run(step: PlanStep, org: OrgUnderTest) -> Outcome:
    """Everything that the plan says of one operation. All its findings are collected, not only the first.

    What ends the operation early leaves the findings until then; `org.client.stopped` says that the org answers nothing
    any more.
    """
    if step.decision != "run":
        return _untested(step, State(step.decision), step.reason)
    if org.client.obstacle:
        return errored(step, f"not tried: {org.client.stopped}", org.client.obstacle)
    tally = OperationTally(org.client)
    successes = org.client.successes
    failure = _run_cases(step, org, tally)
    failure = failure or _find_obstacle(org, tally, had_success=org.client.successes > successes)
    # From the guard's own list: a refusal in a listing or a check's probe counts as well.
    tally.add_refusals(org.client.refused)
    org.client.refused.clear()
    new, waived = org.split_waived(tally.findings.values())
    state, detail = (State.ERROR, failure) if failure else _state(new, tally)
    outcome = tally.complete(_untested(step, state, detail), new, waived, tally.lost)
    return replace(outcome, cases=tally.cases, refusals=tuple(tally.refusals.values()))


def _run_cases(step: PlanStep, org: OrgUnderTest, tally: OperationTally) -> str:
    """Send all cases of the step; what ended that early, or nothing."""
    try:
        for case in _cases(step, org):
            _run_case(step, case, org, tally)
            if tally.silent >= PATIENCE or tally.lacks_scope:
                break
    except OrgError as error:
        return _stopped_by(error, org, tally)
    except UnfinishedError as error:
        org.client.stopped = error.what
        return error.what
    except Exception as error:  # an operation that we cannot handle must neither vanish nor end the run
        return fault(error)
    return ""


def _find_obstacle(org: OrgUnderTest, tally: OperationTally, *, had_success: bool) -> str:
    """What keeps us from the whole org, where that may be why the operation's answers are as they are; or nothing.

    `had_success` says that the org answered one request at least with a 2xx meanwhile.
    """
    all_refused = tally.refusals_seen > 0 and tally.refusals_seen == tally.statuses.total()
    if not tally.has_suspects and (had_success or not all_refused):
        return ""
    try:
        org.client.check_org()
    except OrgError as error:
        return _stopped_by(error, org, tally)
    return ""


def _stopped_by(error: OrgError, org: OrgUnderTest, tally: OperationTally) -> str:
    """Stop the org's tests, and drop what the obstacle explains; what it is, in one line."""
    org.client.stop(error)
    tally.obstacle = str(error.obstacle)
    tally.drop_suspects()
    return error.what


def reason_of(diagnosis: Diagnosis) -> str:
    """Why an answer is not judged, without what differs between answers."""
    needed = f" {', '.join(diagnosis.scopes)}" if diagnosis.scopes else ""
    return f"{diagnosis.obstacle}{needed}"


def _cases(step: PlanStep, org: OrgUnderTest) -> Sequence[Case]:
    """The cases to send: few where the operation's record cannot be created."""
    if _is_change(step) and org.ids.lacks_record(step.operation):
        return org.cases.valid_cases(step.operation)[:UNKNOWN_ID_CASES]
    return org.cases.cases(step.operation)


def _run_case(step: PlanStep, case: Case, org: OrgUnderTest, tally: OperationTally) -> None:
    """Send one case, again where the answer may be the network's, and count what comes of it."""
    tally.cases += 1

    def check_outage(attempt: Attempt) -> None:
        org.client.check_outage(step.operation.key, attempt.findings[0].message)

    try:
        result = send_until_certain(
            lambda: _send_once(step, case, org, tally),
            tally.findings,
            check_outage,
            may_repeat=org.client.ceiling.may_repeat,
        )
    except (Refused, UnsendableError):
        return
    tally.add_lost(result)
    attempt = result.attempt
    if attempt is None:
        return
    if attempt.exchange is None:
        check_outage(attempt)
        tally.silent += 1
    elif attempt.hindrance:
        tally.add_hindrance(attempt.exchange, attempt.hindrance)
        org.client.record(attempt.exchange, step.operation.key, purpose_of(case))
    else:
        _add_answer(step, case, attempt, tally)
        _add_unjudged(step, case, attempt.exchange, org, tally)
    tally.add_findings(attempt.findings)


def _send_once(step: PlanStep, case: Case, org: OrgUnderTest, tally: OperationTally) -> Attempt:
    operation = step.operation
    bound = bind_case(step, case, org)
    request = bind.request(bound, org.target.base_url)
    try:
        exchange = org.client.send(request)
    except Refused:
        raise
    except UNSENDABLE as error:
        raise UnsendableError from error
    except NoAnswerError as error:
        return unanswered_attempt(operation.key, error, org.client.masked(request))
    if hindrance := org.client.hindrance(exchange.response, tally.asked):
        return Attempt(exchange, sent=exchange.attempt, hindrance=hindrance)
    is_probe_due = exchange.response.is_success and not case.negative and not tally.auth_probed
    # A case that is sent again would be probed again as well, at the cost of what the other cases need.
    probe_auth = is_probe_due and org.client.ceiling.may_prepare()
    judgement = org.checks.judge(operation, bound, exchange, probe_auth=probe_auth)
    tally.add_judgement(judgement)
    return Attempt(exchange, judgement.findings, judgement.case_findings, exchange.attempt)


def bind_case(step: PlanStep, case: Case, org: OrgUnderTest) -> Case:
    """The case with ids of this org; with a new record where it uses one up, since an older one may be used up."""
    operation = step.operation
    uses_up_record = step.assessment.tier is Tier.DESTRUCTIVE or org.ids.needs_prepared_record(operation)
    fresh = uses_up_record and not case.negative
    values = org.ids.path_values(operation, own=_is_change(step), fresh=fresh)
    return org.binder.bind(operation, case, values, org.ids.reference(operation, fresh=fresh))


def _add_answer(step: PlanStep, case: Case, attempt: Attempt, tally: OperationTally) -> None:
    exchange = attempt.exchange
    assert exchange is not None
    tally.silent = 0
    tally.add_answer(exchange, step.operation.key)
    tally.succeeded |= exchange.response.is_success and not case.negative
    # A doubt that did not show again is no finding any more.
    case_findings = [finding for finding in attempt.findings if finding in attempt.case_findings]
    tally.auth_probed |= any(finding.check == IGNORED_AUTH for finding in case_findings)
    tally.client.record(exchange, step.operation.key, purpose_of(case), case_findings)


def _add_unjudged(step: PlanStep, case: Case, exchange: Exchange, org: OrgUnderTest, tally: OperationTally) -> None:
    """Count what the checks could not judge of an answer."""
    reasons = org.checks.unjudged(exchange, Match(step.operation, case.values))
    tally.unjudged.update(reasons)
    tally.judged |= exchange.response.is_success and not case.negative and not reasons


def _is_change(step: PlanStep) -> bool:
    return step.assessment.tier > Tier.READ


def _state(new: Sequence[Finding], tally: OperationTally) -> tuple[State, str]:
    """The state of the operation, and the reason where it is not judged: a 401 or 429 says nothing of the operation."""
    if new:
        return State.FINDINGS, ""
    if not tally.statuses and tally.lost:
        return State.ERROR, f"the network lost or spoiled every answer ({in_words(tally.lost)})"
    if tally.hindered and tally.statuses.total() == len(tally.hindered):
        return _hindered_state(tally)
    if tally.refusals and not tally.statuses:
        return State.REFUSED, next(iter(tally.refusals.values())).rule
    if tally.statuses and tally.statuses.keys() <= _ABOUT_CALLER.keys():
        status, _ = tally.statuses.most_common(1)[0]
        return State.ERROR, f"every request was answered {status}: {_ABOUT_CALLER[status]}"
    if not tally.statuses and not tally.findings:
        reason = "HTTP has no form for any of its cases" if tally.cases else "it has no case to send"
        return State.UNSUPPORTED, reason
    if not tally.succeeded:
        answers = ", ".join(f"{status} {times}" for status, times in sorted(tally.statuses.items()))
        return State.NO_SUCCESS, f"no valid request got a 2xx ({answers or 'no answer'})"
    if tally.unjudged and not tally.judged:
        return State.UNJUDGED, f"none of its successes could be judged ({in_words(tally.unjudged)})"
    return State.PASSED, ""


def _hindered_state(tally: OperationTally) -> tuple[State, str]:
    """The state of an operation of which no answer says anything: all are about our token or quota."""
    diagnosis = tally.hindered[-1]
    tally.obstacle = str(diagnosis.obstacle)
    if tally.lacks_scope:
        return State.UNJUDGED, diagnosis.what
    return State.ERROR, f"every answer is about our quota: {diagnosis.what}"


def errored(step: PlanStep, why: str, obstacle: str = "") -> Outcome:
    """The outcome of a step that was not tried, or not to its end; `obstacle` is what was in the way of the org."""
    return replace(_untested(step, State.ERROR, why), obstacle=obstacle)


def fault(error: Exception) -> str:
    """What ended an operation, in one line: in the error's own words, or with the place of our code that raised it."""
    return error.what if isinstance(error, DeskcheckError) else f"an error of deskcheck itself, {where(error)}"


def _untested(step: PlanStep, state: State, detail: str) -> Outcome:
    """The outcome of a step of which nothing was sent."""
    operation = step.operation
    return Outcome(
        key=operation.key,
        vendor=operation.vendor,
        method=operation.method,
        path=operation.path,
        resource=operation.resource,
        tier=str(step.assessment.tier),
        rule=step.assessment.rule,
        state=state,
        detail=detail,
        target=step.target,
    )
