"""One step of the plan: its cases, sent and judged, to one Outcome."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from harness.cases import bind
from harness.cases.case import Case
from harness.checks import fitting, judge
from harness.checks.run_findings import IGNORED_AUTH, ignored_auth
from harness.errors import DeskcheckError, UnfinishedError
from harness.exchange import Exchange
from harness.execution.blame import where
from harness.execution.reproduce import Attempt, settle, unanswered
from harness.execution.session import Session
from harness.finding import Finding
from harness.masking import Mask
from harness.openapi.catalog import Match, Operation
from harness.planning.plan import PlanStep
from harness.results.outcome import Outcome, Refusal, State
from harness.risk.tier import Tier
from harness.transport.failures import UNSENDABLE, NoAnswerError
from harness.transport.refused import Refused, refusal
from harness.vendors import VENDORS

# Answers that speak of the caller alone: an operation that gave no other was not tested.
_WORDLESS = {"401": "the credentials are not taken", "429": "the quota is spent"}
# Cases in a row that the operation gives no answer to, while the org answers others: more would show the same.
PATIENCE = 3


@dataclass
class Tally:
    """What is counted while the cases of one operation run.

    `probed` says that a success was tried without credentials, `silent` counts cases in a row that got no answer.
    """

    cases: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    findings: dict[object, Finding] = field(default_factory=dict)
    refusals: dict[object, Refusal] = field(default_factory=dict)
    lost: Counter[str] = field(default_factory=Counter)
    succeeded: bool = False
    probed: bool = False
    silent: int = 0

    def note(self, found: Iterable[Finding], mask: Mask) -> None:
        """Keep the first finding of each cause, with its exchange masked."""
        for finding in found:
            self.findings.setdefault(finding.cause, mask.finding(finding))


def run(step: PlanStep, session: Session) -> Outcome:
    """Everything that the plan says of one operation. All its findings are collected, not only the first.

    Whatever ends the operation before its time, what was found until then stays; `session.stopped` says that the org
    answers nothing any more.
    """
    if step.decision != "run":
        return _outcome(step, State(step.decision), detail=step.reason)
    begun, sent = time.monotonic(), session.client.tape.sent
    tally, ended = Tally(), ""
    try:
        for case in _worth(step, session):
            _one(step, case, session, tally)
            if tally.silent >= PATIENCE:
                break
    except UnfinishedError as error:
        ended = session.stopped = error.what
    except Exception as error:  # one operation that we cannot handle must neither vanish nor end the run
        ended = fault(error)
    # The guard's own list, not what was caught: a refusal in a listing or a check's probe counts as well.
    for verdict in session.refused:
        tally.refusals.setdefault((verdict.rule, verdict.request), refusal(verdict))
    session.refused.clear()
    new, waived = session.sort(tally.findings.values())
    state, detail = (State.ERROR, ended) if ended else _state(new, tally)
    return _outcome(
        step,
        state,
        detail=detail,
        cases=tally.cases,
        requests=session.client.tape.sent - sent,
        statuses=dict(sorted(tally.statuses.items())),
        succeeded=tally.succeeded,
        seconds=round(time.monotonic() - begun, 3),
        findings=tuple(new),
        waived=tuple(waived),
        refusals=tuple(tally.refusals.values()),
        lost=dict(sorted(tally.lost.items())),
    )


def fault(error: Exception) -> str:
    """What ended an operation, in one line: in the error's own words, or with the place of our code that raised it."""
    return error.what if isinstance(error, DeskcheckError) else f"an error of deskcheck itself, {where(error)}"


def _state(new: Sequence[Finding], tally: Tally) -> tuple[State, str]:
    """How the operation ended, and why where it was not tried: answers that only speak of us say nothing of it."""
    if new:
        return State.FINDINGS, ""
    if not tally.statuses and tally.lost:
        kinds = ", ".join(f"{kind} {times}" for kind, times in tally.lost.most_common())
        return State.ERROR, f"the network lost or spoiled every answer ({kinds})"
    if tally.refusals and not tally.statuses:
        return State.REFUSED, next(iter(tally.refusals.values())).rule
    if tally.statuses and tally.statuses.keys() <= _WORDLESS.keys():
        status, _ = tally.statuses.most_common(1)[0]
        return State.ERROR, f"every request was answered {status}: {_WORDLESS[status]}"
    if not tally.statuses and not tally.findings:
        return State.UNSUPPORTED, "HTTP has no form for any of its cases" if tally.cases else "it has no case to send"
    if not tally.succeeded:
        answers = ", ".join(f"{status} {times}" for status, times in sorted(tally.statuses.items()))
        return State.NO_SUCCESS, f"no valid request got a 2xx ({answers or 'no answer'})"
    return State.PASSED, ""


def _worth(step: PlanStep, session: Session) -> tuple[Case, ...]:
    """The cases worth their requests: where no record of ours can be had, two show what an unknown id gets."""
    cases = session.cases(step.operation)
    if step.assessment.tier > Tier.READ and session.lacks(step.operation):
        return tuple(case for case in cases if not case.negative)[:2]
    return cases


def _one(step: PlanStep, case: Case, session: Session, tally: Tally) -> None:
    """Send one case, again where the answer may be the network's, and keep what the checks say of it."""
    tally.cases += 1

    def alive(attempt: Attempt) -> None:
        session.pulse.check(step.operation.key, attempt.findings[0].message)

    try:
        settled = settle(lambda: _attempt(step, case, session, tally), tally.findings, alive)
    except (Refused, _UnsendableError):
        return
    tally.lost.update(settled.lost)
    for one in settled.dropped:
        if one.exchange:
            session.keep(one.exchange, purpose="upkeep")
    if settled.attempt is None:
        return
    exchange, found = settled.attempt.exchange, settled.attempt.findings
    if exchange is None:
        alive(settled.attempt)
        tally.silent += 1
        tally.note(found, session.mask)
        return
    tally.silent = 0
    session.pulse.answered(step.operation.key, exchange)
    tally.statuses[str(exchange.response.status)] += 1
    beyond = [one for one in found if one in settled.attempt.beyond]
    session.keep(exchange, step.operation.key, _purpose(case), beyond)
    tally.note(found, session.mask)
    tally.probed |= any(one.check == IGNORED_AUTH for one in beyond)
    tally.succeeded |= 200 <= exchange.response.status < 300 and not case.negative


class _UnsendableError(Exception):
    """A case that HTTP has no form for."""


def _attempt(step: PlanStep, case: Case, session: Session, tally: Tally) -> Attempt:
    """Send one case once. With a record of its own, where it uses one up: the one before may be used up already."""
    operation = step.operation
    uses_up = step.assessment.tier is Tier.DESTRUCTIVE or operation.operation_id in session.before
    fresh = uses_up and not case.negative
    values = session.values(operation, own=step.assessment.tier > Tier.READ, fresh=fresh)
    ready = session.fill(operation, case, values, fresh=fresh)
    request = bind.request(ready, session.target.base_url)
    try:
        exchange = session.client.send(request)
    except Refused:
        raise
    except UNSENDABLE as error:
        raise _UnsendableError from error
    except NoAnswerError as error:
        return unanswered(operation.key, error)
    success = 200 <= exchange.response.status < 300 and not case.negative
    judged = judge(exchange, Match(operation, ready.values), session.contract, fitting(_purpose(case)))
    told = _told(operation, ready, exchange, session, tally, first=success and not tally.probed)
    return Attempt(exchange, (*judged, *told), tuple(told))


def _purpose(case: Case) -> str:
    return "negative" if case.negative else ""


def _told(
    operation: Operation, case: Case, exchange: Exchange, session: Session, tally: Tally, *, first: bool
) -> list[Finding]:
    """What only the case itself can tell: that an invalid one was accepted, or that nobody asked for credentials."""
    if not first and not (case.negative and exchange.response.status < 300):
        return []
    found: list[Finding] = []
    try:
        # The generator's own probe knows basic and bearer credentials, but passes over OAuth scopes.
        scoped = bool(operation.scopes)
        if not scoped or not first:
            found.extend(session.generated(operation).judge(operation, case, exchange, first_success=first))
        if scoped and first:
            found.extend(_unsigned(operation, exchange, session))
        tally.probed |= first and not found
    except Refused:
        # A probe that the guard holds back ends the check; the refusal is on the guard's list.
        tally.probed |= first
    except NoAnswerError as error:
        # The next success is probed in its place.
        tally.lost[type(error).__name__] += 1
    return found


def _unsigned(operation: Operation, exchange: Exchange, session: Session) -> Iterator[Finding]:
    """Whether the same request is answered without credentials."""
    kept = ("accept", "content-type", VENDORS[operation.vendor].org_header.lower())
    bare = tuple(pair for pair in exchange.request.headers if pair[0] in kept)
    answer = session.client.send(replace(exchange.request, headers=bare), signed=False)
    session.keep(answer, purpose="upkeep")
    yield from ignored_auth(operation.key, answer)


def broken(step: PlanStep, why: str) -> Outcome:
    """The outcome of a step that was not tried, or not to its end."""
    return _outcome(step, State.ERROR, detail=why)


def _outcome(step: PlanStep, state: State, **more: object) -> Outcome:
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
        **more,  # type: ignore[arg-type]  # the fields of Outcome, named by the caller
    )
