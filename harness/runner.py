"""One step of the plan: its cases, sent and judged, to one Outcome."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from harness import fill
from harness.cases.case import Case
from harness.catalog import Match, Operation
from harness.checks import fitting, judge
from harness.checks.finding import Finding
from harness.errors import UnfinishedError
from harness.exchange import Exchange, Request
from harness.mask import Mask
from harness.plan import Step
from harness.results import Outcome, Refusal, State
from harness.risk.tier import Tier
from harness.session import Session
from harness.wire.errors import UNSENDABLE, NoAnswerError
from harness.wire.refused import Refused, refusal

# Answers that speak of the caller alone: an operation that gave no other was not tested.
_WORDLESS = {"401": "the credentials are not taken", "429": "the quota is spent"}
# A server that answers none of this many requests in a row is down; more would only take longer to say so.
PATIENCE = 3


@dataclass
class Tally:
    """What is counted while the cases of one operation run."""

    cases: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    findings: dict[object, Finding] = field(default_factory=dict)
    refusals: dict[object, Refusal] = field(default_factory=dict)
    succeeded: bool = False

    def note(self, found: Iterable[Finding], mask: Mask) -> None:
        """Keep the first finding of each cause, with its exchange masked."""
        for finding in found:
            self.findings.setdefault(finding.cause, mask.finding(finding))


def run(step: Step, session: Session) -> Outcome:
    """Everything that the plan says of one operation. All its findings are collected, not only the first.

    Raises `UnfinishedError` when the server answers nothing any more.
    """
    if step.decision != "run":
        return _outcome(step, State(step.decision), detail=step.reason)
    begun, sent = time.monotonic(), session.client.tape.sent
    tally = Tally()
    for case in _worth(step, session):
        _one(step, case, session, tally)
    # The guard's own list, not what was caught: a refusal in a listing or a check's probe counts as well.
    for verdict in session.refused:
        tally.refusals.setdefault((verdict.rule, verdict.request), refusal(verdict))
    session.refused.clear()
    new, waived = session.sort(tally.findings.values())
    state, detail = _state(new, tally)
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
    )


def _state(new: Sequence[Finding], tally: Tally) -> tuple[State, str]:
    """How the operation ended, and why where it was not tried: answers that only speak of us say nothing of it."""
    if new:
        return State.FINDINGS, ""
    if tally.refusals and not tally.statuses:
        return State.REFUSED, next(iter(tally.refusals.values())).rule
    if tally.statuses and tally.statuses.keys() <= _WORDLESS.keys():
        status, _ = tally.statuses.most_common(1)[0]
        return State.BROKEN, f"every request was answered {status}: {_WORDLESS[status]}"
    return State.PASSED, ""


def _worth(step: Step, session: Session) -> tuple[Case, ...]:
    """The cases worth their requests: where no record of ours can be had, two show what an unknown id gets."""
    cases = session.cases(step.operation)
    if step.assessment.tier > Tier.READ and session.lacks(step.operation):
        return tuple(case for case in cases if not case.negative)[:2]
    return cases


def _one(step: Step, case: Case, session: Session, tally: Tally) -> None:
    """Send one case and judge the answer."""
    operation = step.operation
    uses_up = step.assessment.tier is Tier.DESTRUCTIVE or operation.operation_id in session.before
    fresh = uses_up and not case.negative
    values = session.values(operation, own=step.assessment.tier > Tier.READ, fresh=fresh)
    ready = session.fill(operation, case, values, fresh=fresh)
    request = fill.request(ready, session.target.base_url)
    tally.cases += 1
    try:
        exchange = session.client.send(request)
    except (Refused, *UNSENDABLE):
        return
    except NoAnswerError as error:
        session.silent += 1
        if session.silent >= PATIENCE:
            raise silence(session, error) from error
        tally.note([_no_answer(operation, request, error)], session.mask)
        return
    session.silent = 0
    tally.statuses[str(exchange.response.status)] += 1
    success = 200 <= exchange.response.status < 300 and not case.negative
    purpose = "negative" if case.negative else ""
    told = _told(operation, ready, exchange, session, first=success and not tally.succeeded)
    session.keep(exchange, operation.key, purpose, told)
    judged = judge(exchange, Match(operation, ready.values), session.contract, fitting(purpose))
    tally.note([*judged, *told], session.mask)
    tally.succeeded |= success


def _told(operation: Operation, case: Case, exchange: Exchange, session: Session, *, first: bool) -> list[Finding]:
    """What only the case itself can tell: that an invalid one was accepted, or that nobody asked for credentials."""
    if not first and not (case.negative and exchange.response.status < 300):
        return []
    found: list[Finding] = []
    # A probe that the guard holds back ends the check; the refusal is on the guard's list.
    with contextlib.suppress(Refused):
        # The generator's own probe knows basic and bearer credentials, but passes over OAuth scopes.
        scoped = bool(operation.scopes)
        if not scoped or not first:
            found.extend(session.generated(operation).judge(operation, case, exchange, first_success=first))
        if scoped and first:
            found.extend(_unsigned(operation, exchange, session))
    return found


def _unsigned(operation: Operation, exchange: Exchange, session: Session) -> Iterator[Finding]:
    """Whether the same request is answered without credentials."""
    bare = tuple(pair for pair in exchange.request.headers if pair[0] in ("accept", "content-type", "orgid"))
    answer = session.client.send(replace(exchange.request, headers=bare), signed=False)
    session.keep(answer, purpose="upkeep")
    if 200 <= answer.response.status < 300:
        what = "API accepts requests without authentication"
        yield Finding(operation.key, "ignored_auth", answer.response.status, "", what, what, exchange=answer)


def broken(step: Step, why: str) -> Outcome:
    """The outcome of a step that was not tried, or not to its end."""
    return _outcome(step, State.BROKEN, detail=why)


def _no_answer(operation: Operation, request: Request, error: NoAnswerError) -> Finding:
    return Finding(
        operation=operation.key,
        check="answer",
        status=0,
        pointer="",
        message=f"no usable answer came: {type(error).__name__}: {error}",
        expected="an HTTP answer",
        exchange=None,
    )


def silence(session: Session, error: NoAnswerError) -> UnfinishedError:
    """The error for a server that does not answer any more."""
    return UnfinishedError(
        f"{PATIENCE} requests in a row got no answer ({type(error).__name__}: {error})",
        where=session.target.base_url,
        remedy="Is the server up, and the base URL right? Try: deskcheck doctor --target NAME",
    )


def _outcome(step: Step, state: State, **more: object) -> Outcome:
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
