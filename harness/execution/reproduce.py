"""Reproduce: a fault of the server shows again when the request is sent again, one of the network does not.

A proxy that answers 503 by itself, a reset, half a body: each looks like a broken contract, and tells nothing of it.
So an answer that could have come from the network (`DOUBTFUL`), or none at all, is no finding until the same request
has met the same fault `TRIES` times in a row, while the org still answers another request. Five, because networks that
lose one request in twenty exist, and a run sends ten thousand: two in a row happen all the time, five never.
What does not show again is counted and told, and the answer that came instead is judged.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus

from harness.checks import TABLE
from harness.checks.response import NOTHING, decoded
from harness.checks.run_findings import IGNORED_AUTH, no_answer
from harness.exchange import Exchange, Response
from harness.finding import Finding
from harness.transport.failures import NoAnswerError, attempts

TRIES = 5
PAUSE = 0.1
"""Seconds before a request without an answer is sent again; twice as long each time."""

DOUBTFUL = frozenset(check.name for check in TABLE if check.network_can_cause)
"""Checks that fail as well where a proxy answers in the server's place, or where an answer arrives in part.

What they say of an answer makes doubtful what all others say of it.
"""
# A probe for ignored credentials sends a request of its own; this is all that its finding rests on.
_PROBES = frozenset({IGNORED_AUTH})

_CODES = frozenset(int(code) for code in HTTPStatus)

Cause = tuple[str, str, int, str, str]


@dataclass(frozen=True, slots=True)
class Attempt:
    """A request sent once: its exchange, or None where no answer came, and what the checks say of it.

    `beyond` are those of the findings that `judge` would not make of the exchange alone; `sent` is how often the
    request left, since the retry layer repeats reads.
    """

    exchange: Exchange | None
    findings: tuple[Finding, ...] = ()
    beyond: tuple[Finding, ...] = ()
    sent: int = 1

    @property
    def doubts(self) -> frozenset[Cause]:
        """The causes that have to show again before they count."""
        checks = {one.check for one in self.findings}
        doubted = checks if checks & DOUBTFUL else checks & _PROBES
        return frozenset(one.cause for one in self.findings if one.check in doubted)

    @property
    def label(self) -> str:
        """What went wrong, in a word for a count."""
        if self.exchange is None:
            return self.findings[0].message.partition(": ")[2].partition(":")[0]
        return f"HTTP {self.exchange.response.status}"


@dataclass(frozen=True, slots=True)
class Settled:
    """What a request came to: the attempt to go by, None where no two agree; the others, which count for nothing."""

    attempt: Attempt | None
    dropped: tuple[Attempt, ...] = ()

    @property
    def lost(self) -> Counter[str]:
        """How often the request got no answer that tells of the server, by what came instead."""
        return Counter(one.label for one in self.dropped)


def settle(
    send: Callable[[], Attempt],
    known: Container[object] = (),
    alive: Callable[[Attempt], None] = lambda attempt: None,
    sleep: Callable[[float], None] = time.sleep,
) -> Settled:
    """Send until an answer is beyond doubt, or the same fault has shown `TRIES` times.

    `known` are causes that have been confirmed before: they need not show again. `alive` raises where the org answers
    nothing at all. After it has not, what got no answer is sent once more: the outage may just have ended.
    """
    trail = [send()]
    while _open(trail[-1], known) and sum(one.sent for one in trail) < TRIES:
        if trail[-1].exchange is None:
            # A server that restarts is away for a moment; five requests in a hundredth of a second all miss it.
            sleep(PAUSE * 2 ** len(trail))
        trail.append(send())
    if _shown(trail) and _open(trail[-1], known) and trail[-1].exchange is None:
        alive(trail[-1])
        trail.append(send())
    last = trail[-1]
    doubts = _open(last, known)
    if not doubts:
        return Settled(last, tuple(trail[:-1]))
    if not (shown := _shown(trail)):
        return Settled(None, tuple(trail))
    told = tuple(one for one in last.findings if one.cause in shown or one.cause not in doubts)
    return Settled(replace(last, findings=told))


def _shown(trail: Sequence[Attempt]) -> frozenset[Cause]:
    """What was in doubt each time."""
    return frozenset.intersection(*(one.doubts for one in trail))


def _open(attempt: Attempt, known: Container[object]) -> frozenset[Cause]:
    return frozenset(cause for cause in attempt.doubts if cause not in known)


def spoiled(answer: Response) -> str:
    """What makes an answer doubtful without any document: a failure, a code that HTTP has not, a body in part."""
    if answer.status >= 500 or answer.status not in _CODES:
        return f"the answer is {answer.status}"
    return "the body is not JSON" if answer.body and decoded(answer) is NOTHING else ""


def read(send: Callable[[], Response | None]) -> Response | None:
    """The answer to a read, sent again while what came may be a proxy's; the last one where that does not end.

    No answer at all stands: the retry layer has sent the read more than once by then.
    """
    answer = send()
    for _ in range(TRIES - 1):
        if answer is None or not (spoiled(answer) or (answer.status == HTTPStatus.OK and not answer.body)):
            break
        answer = send()
    return answer


def unanswered(key: str, error: NoAnswerError) -> Attempt:
    """The attempt that got no usable answer; it counts for nothing unless it shows again."""
    message = f"no usable answer came: {type(error).__name__}: {error}"
    return Attempt(None, tuple(no_answer(key, message)), sent=attempts(error))
