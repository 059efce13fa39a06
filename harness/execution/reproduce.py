"""Reproduce: a fault of the server shows again when the request is sent again, one of the network does not.

A proxy that answers 503 by itself, a reset, half a body: each looks like a broken contract, and proves nothing of it.
So an answer that could have come from the network (`DOUBTFUL`), or none at all, is no finding until the same request
has met the same fault `TRIES` times in a row, while the org still answers another request. Five, because networks that
lose one request in twenty exist, and a run sends ten thousand: two in a row happen all the time, five never.
What does not show again is counted and reported, and the answer that came instead is judged.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TypeVar

from harness.checks import TABLE
from harness.checks.response import NOTHING, decoded
from harness.checks.run_findings import IGNORED_AUTH, no_answer
from harness.exchange import Exchange, Request, Response
from harness.finding import Finding
from harness.transport import failures
from harness.transport.failures import NoAnswerError
from harness.vendors.diagnosis import Diagnosis

TRIES = 5
PAUSE = 0.1
"""Seconds before a request without an answer is sent again; twice as long each time."""

DOUBTFUL = frozenset(check.name for check in TABLE if check.network_can_cause)
"""Checks that fail as well where a proxy answers in the server's place, or where an answer arrives in part.

Where one of them fails, what all others say of the same answer is in doubt too.
"""
# A probe for ignored credentials sends a request of its own; this is all that its finding rests on.
_PROBES = frozenset({IGNORED_AUTH})

_CODES = frozenset(int(code) for code in HTTPStatus)

ResponseT = TypeVar("ResponseT", bound=Response | None)
Cause = tuple[str, str, int, str, str]


@dataclass(frozen=True, slots=True)
class Attempt:
    """A request sent once: its exchange, or None where no answer came, and what the checks say of it.

    `case_findings` are those of the findings that need the case to be seen; `sent` is how often the request left, since
    the retry layer repeats reads: what it passes on is what came the last time of several. `hindrance` is why the
    answer says nothing of the operation: it is about our token or quota, and is not judged.
    """

    exchange: Exchange | None
    findings: tuple[Finding, ...] = ()
    case_findings: tuple[Finding, ...] = ()
    sent: int = 1
    hindrance: Diagnosis | None = None

    @property
    def doubts(self) -> frozenset[Cause]:
        """The causes that have to show again before they count."""
        failed = {finding.check for finding in self.findings}
        in_doubt = failed if failed & DOUBTFUL else failed & _PROBES
        return frozenset(finding.cause for finding in self.findings if finding.check in in_doubt)

    @property
    def label(self) -> str:
        """What went wrong, as a short name for a count."""
        if self.exchange is None:
            return self.findings[0].message.partition(": ")[2].partition(":")[0]
        return f"HTTP {self.exchange.response.status}"


@dataclass(frozen=True, slots=True)
class SendResult:
    """The attempt that counts, None where no two agree; and those that were dropped, because they count for nothing."""

    attempt: Attempt | None
    dropped: tuple[Attempt, ...] = ()

    @property
    def lost(self) -> Counter[str]:
        """How often the request got no answer of the server, by what came instead."""
        return Counter(attempt.label for attempt in self.dropped)


def send_until_certain(
    send: Callable[[], Attempt],
    confirmed: Container[object] = (),
    check_outage: Callable[[Attempt], None] = lambda attempt: None,
    sleep: Callable[[float], None] = time.sleep,
    may_repeat: Callable[[], bool] = lambda: True,
) -> SendResult:
    """Send until an answer is beyond doubt, or the same fault has shown `TRIES` times.

    `confirmed` are causes that have shown so before: they need not show again. `check_outage` raises where the org
    answers nothing at all. After it has not, what got no answer is sent once more: the outage may just have ended.
    `may_repeat` says before each repeat whether the run's forecast has one left; without, a doubt counts for nothing.
    """
    attempts = [send()]
    while _open_doubts(attempts[-1], confirmed) and sum(attempt.sent for attempt in attempts) < TRIES:
        if not may_repeat():
            return SendResult(None, tuple(attempts))
        if attempts[-1].exchange is None:
            # A server that restarts is away for a moment; five requests in a hundredth of a second all miss it.
            sleep(PAUSE * 2 ** len(attempts))
        attempts.append(send())
    if attempts[-1].exchange is None and _open_doubts(attempts[-1], confirmed) and _shown_each_time(attempts):
        check_outage(attempts[-1])
        attempts.append(send())
    return _result(attempts, confirmed)


def _result(attempts: Sequence[Attempt], confirmed: Container[object]) -> SendResult:
    """The last attempt without what did not show each time; no attempt where no two agree."""
    last, shown_each_time = attempts[-1], _shown_each_time(attempts)
    doubts = _open_doubts(last, confirmed)
    if not doubts:
        return SendResult(last, tuple(attempts[:-1]))
    if not shown_each_time:
        return SendResult(None, tuple(attempts))
    dropped = doubts - shown_each_time
    return SendResult(
        replace(last, findings=tuple(finding for finding in last.findings if finding.cause not in dropped))
    )


def _shown_each_time(attempts: Sequence[Attempt]) -> frozenset[Cause]:
    """What was in doubt each time."""
    return frozenset.intersection(*(attempt.doubts for attempt in attempts))


def _open_doubts(attempt: Attempt, confirmed: Container[object]) -> frozenset[Cause]:
    return frozenset(cause for cause in attempt.doubts if cause not in confirmed)


def reason_to_doubt(response: Response) -> str:
    """What makes an answer doubtful without any document: a failure, a code that HTTP does not have, half a body."""
    if response.status >= 500 or response.status not in _CODES:
        return f"the answer is {response.status}"
    return "the body is not JSON" if response.body and decoded(response) is NOTHING else ""


def read_until_certain(send: Callable[[], ResponseT]) -> ResponseT:
    """The answer to a read, sent again while what came may be a proxy's; after `TRIES` the last one.

    No answer is not tried again: the retry layer has sent the read more than once by then.
    """
    response = send()
    for _ in range(TRIES - 1):
        if response is None:
            break
        is_empty = response.status == HTTPStatus.OK and not response.body
        if not is_empty and not reason_to_doubt(response):
            break
        response = send()
    return response


def unanswered_attempt(key: str, error: NoAnswerError, request: Request) -> Attempt:
    """The attempt at a request, masked, that got no usable answer; it counts for nothing unless that shows again."""
    message = f"no usable answer came: {type(error).__name__}: {error}"
    return Attempt(None, tuple(no_answer(key, message, request)), sent=failures.attempts(error))
