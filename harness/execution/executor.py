"""One step of the plan, to its outcome: its cases, each bound to the org, sent and judged."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from harness.cases import bind
from harness.cases.case import Case
from harness.checks import UPKEEP
from harness.checks.run_findings import IGNORED_AUTH
from harness.errors import DeskcheckError, UnfinishedError
from harness.execution.blame import where
from harness.execution.case_checks import Judgement, purpose_of
from harness.execution.org_under_test import OrgUnderTest
from harness.execution.reproduce import Attempt, Settled, settle, unanswered
from harness.finding import Finding
from harness.masking import Mask
from harness.planning.plan import PlanStep
from harness.policy.judge import Verdict
from harness.results.outcome import Outcome, Refusal, State
from harness.risk.tier import Tier
from harness.transport.failures import UNSENDABLE, NoAnswerError
from harness.transport.refused import Refused, refusal

# Answers that speak of the caller alone: an operation that gave no other was not tested.
_ABOUT_CALLER = {"401": "the credentials are not taken", "429": "the quota is spent"}
PATIENCE = 3
"""Cases in a row that the operation gives no answer to, while the org answers others: more would show the same."""
UNKNOWN_ID_CASES = 2
"""Cases of an operation on records where none of ours can be had: they show what an unknown id gets."""


class UnsendableError(Exception):
    """A case that HTTP has no form for."""


@dataclass
class Tally:
    """What is counted while the cases of one operation run.

    `auth_probed` says that a success was tried without credentials, `silent` counts cases in a row without an answer.
    """

    cases: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    findings: dict[object, Finding] = field(default_factory=dict)
    refusals: dict[object, Refusal] = field(default_factory=dict)
    lost: Counter[str] = field(default_factory=Counter)
    succeeded: bool = False
    auth_probed: bool = False
    silent: int = 0

    def add_findings(self, findings: Iterable[Finding], mask: Mask) -> None:
        """Keep the first finding of each cause, with its exchange masked."""
        for finding in findings:
            self.findings.setdefault(finding.cause, mask.finding(finding))

    def add_judgement(self, judgement: Judgement) -> None:
        """Keep what came of the requests that the checks sent."""
        self.auth_probed |= judgement.auth_probed
        if judgement.lost:
            self.lost[judgement.lost] += 1

    def add_refusals(self, verdicts: Iterable[Verdict]) -> None:
        """Keep the first refusal of each request by a rule."""
        for verdict in verdicts:
            self.refusals.setdefault((verdict.rule, verdict.request), refusal(verdict))


def run(step: PlanStep, org: OrgUnderTest) -> Outcome:
    """Everything that the plan says of one operation. All its findings are collected, not only the first.

    Whatever ends the operation before its time, what was found until then stays; `org.client.stopped` says that the
    org answers nothing any more.
    """
    if step.decision != "run":
        return _untested(step, State(step.decision), step.reason)
    began, sent_before = time.monotonic(), org.client.requests_sent
    tally = Tally()
    failure = _run_cases(step, org, tally)
    # The guard's own list, not what was caught: a refusal in a listing or a check's probe counts as well.
    tally.add_refusals(org.client.refused)
    org.client.refused.clear()
    new, waived = org.split_waived(tally.findings.values())
    state, detail = (State.ERROR, failure) if failure else _state(new, tally)
    return replace(
        _untested(step, state, detail),
        cases=tally.cases,
        requests=org.client.requests_sent - sent_before,
        statuses=dict(sorted(tally.statuses.items())),
        succeeded=tally.succeeded,
        seconds=round(time.monotonic() - began, 3),
        findings=tuple(new),
        waived=tuple(waived),
        refusals=tuple(tally.refusals.values()),
        lost=dict(sorted(tally.lost.items())),
    )


def _run_cases(step: PlanStep, org: OrgUnderTest, tally: Tally) -> str:
    """Send all cases of the step; what ended that before its time, or nothing."""
    try:
        for case in _cases(step, org):
            _run_case(step, case, org, tally)
            if tally.silent >= PATIENCE:
                break
    except UnfinishedError as error:
        org.client.stopped = error.what
        return error.what
    except Exception as error:  # one operation that we cannot handle must neither vanish nor end the run
        return fault(error)
    return ""


def _cases(step: PlanStep, org: OrgUnderTest) -> Sequence[Case]:
    """The cases that are worth their requests."""
    if _is_change(step) and org.ids.lacks_record(step.operation):
        return org.cases.valid_cases(step.operation)[:UNKNOWN_ID_CASES]
    return org.cases.cases(step.operation)


def _run_case(step: PlanStep, case: Case, org: OrgUnderTest, tally: Tally) -> None:
    """Send one case, again where the answer may be the network's, and keep what the checks say of it."""
    tally.cases += 1

    def check_outage(attempt: Attempt) -> None:
        org.client.check_outage(step.operation.key, attempt.findings[0].message)

    try:
        settled = settle(lambda: _send_once(step, case, org, tally), tally.findings, check_outage)
    except (Refused, UnsendableError):
        return
    _keep_lost(settled, org, tally)
    attempt = settled.attempt
    if attempt is None:
        return
    if attempt.exchange is None:
        check_outage(attempt)
        tally.silent += 1
    else:
        _keep_answer(step, case, attempt, org, tally)
    tally.add_findings(attempt.findings, org.client.mask)


def _send_once(step: PlanStep, case: Case, org: OrgUnderTest, tally: Tally) -> Attempt:
    """Bind the case, send it once, and judge the answer."""
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
        return unanswered(operation.key, error)
    probe_auth = exchange.response.is_success and not case.negative and not tally.auth_probed
    judgement = org.checks.judge(operation, bound, exchange, probe_auth=probe_auth)
    tally.add_judgement(judgement)
    return Attempt(exchange, judgement.findings, judgement.case_findings)


def bind_case(step: PlanStep, case: Case, org: OrgUnderTest) -> Case:
    """The case with ids of this org; with a record of its own where it uses one up, since the last may be used up."""
    operation = step.operation
    uses_up_record = step.assessment.tier is Tier.DESTRUCTIVE or org.ids.needs_prepared_record(operation)
    fresh = uses_up_record and not case.negative
    values = org.ids.path_values(operation, own=_is_change(step), fresh=fresh)
    return org.binder.bind(operation, case, values, org.ids.reference(operation, fresh=fresh))


def _keep_lost(settled: Settled, org: OrgUnderTest, tally: Tally) -> None:
    """Count and record the answers that are the network's, and so count for nothing."""
    tally.lost.update(settled.lost)
    for attempt in settled.dropped:
        if attempt.exchange:
            org.client.record(attempt.exchange, purpose=UPKEEP)


def _keep_answer(step: PlanStep, case: Case, attempt: Attempt, org: OrgUnderTest, tally: Tally) -> None:
    """Count and record the answer that the case got."""
    exchange = attempt.exchange
    assert exchange is not None
    tally.silent = 0
    tally.statuses[str(exchange.response.status)] += 1
    tally.succeeded |= exchange.response.is_success and not case.negative
    # What was in doubt and did not show again is no finding any more.
    case_findings = [finding for finding in attempt.findings if finding in attempt.case_findings]
    tally.auth_probed |= any(finding.check == IGNORED_AUTH for finding in case_findings)
    org.client.outage.answered(step.operation.key, exchange)
    org.client.record(exchange, step.operation.key, purpose_of(case), case_findings)


def _is_change(step: PlanStep) -> bool:
    return step.assessment.tier > Tier.READ


def _state(new: Sequence[Finding], tally: Tally) -> tuple[State, str]:
    """How the operation ended, and why where it was not tried: answers that only speak of us say nothing of it."""
    if new:
        return State.FINDINGS, ""
    if not tally.statuses and tally.lost:
        kinds = ", ".join(f"{kind} {times}" for kind, times in tally.lost.most_common())
        return State.ERROR, f"the network lost or spoiled every answer ({kinds})"
    if tally.refusals and not tally.statuses:
        return State.REFUSED, next(iter(tally.refusals.values())).rule
    if tally.statuses and tally.statuses.keys() <= _ABOUT_CALLER.keys():
        status, _ = tally.statuses.most_common(1)[0]
        return State.ERROR, f"every request was answered {status}: {_ABOUT_CALLER[status]}"
    if not tally.statuses and not tally.findings:
        return State.UNSUPPORTED, "HTTP has no form for any of its cases" if tally.cases else "it has no case to send"
    if not tally.succeeded:
        answers = ", ".join(f"{status} {times}" for status, times in sorted(tally.statuses.items()))
        return State.NO_SUCCESS, f"no valid request got a 2xx ({answers or 'no answer'})"
    return State.PASSED, ""


def errored(step: PlanStep, why: str) -> Outcome:
    """The outcome of a step that was not tried, or not to its end."""
    return _untested(step, State.ERROR, why)


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
    )
