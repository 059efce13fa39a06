"""Retry: repeats only what is safe to repeat, and waits as long as the server asks."""

from __future__ import annotations

import time
from collections.abc import Callable

import httpx

from harness.quota.answer import DEFAULT_WAIT, seconds_asked
from harness.target import DEFAULT_TIMEOUT
from harness.transport.layer import TransportLayer

ATTEMPTS = 3
MAY_HAVE_ARRIVED = "may have arrived"
"""The extension of a request of which an earlier attempt may have had its effect: its answer was lost, or a 503."""
LONGEST_WAIT = 70.0
"""Seconds to wait before a repeat; where the server asks for more, its answer stands."""
PATIENCE = 1.5
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# Requests that HTTP cannot carry: no attempt ever leaves.
_NEVER_CONNECTED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_NEVER_SENT = (httpx.LocalProtocolError, httpx.UnsupportedProtocol)


class Retry(TransportLayer):
    """429 is repeated for every method, since the vendor did nothing; 503 and lost connections only for what is safe.

    Safe to repeat is a read, and what is marked `repeatable`: a token call, a create with an idempotency key. A request
    with the extension `throttle_stands` is not repeated after a 429 or 503: its host counts each question.

    `timeout` is the deadline that each attempt has below. No repeat begins after `PATIENCE` deadlines, waits not
    counted: a read that ran out of time is sent once more, and all attempts together end after two and a half.
    `may_repeat` says before each repeat whether the run's forecast has one left.
    """

    def __init__(
        self,
        inner: httpx.BaseTransport,
        sleep: Callable[[float], None] = time.sleep,
        *,
        timeout: float = DEFAULT_TIMEOUT,
        clock: Callable[[], float] = time.monotonic,
        may_repeat: Callable[[], bool] = lambda: True,
    ) -> None:
        super().__init__(inner)
        self.sleep, self.timeout, self.clock, self.may_repeat = sleep, timeout, clock, may_repeat

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The last answer of at most three attempts; raises the last `httpx.TransportError`."""
        spent = 0.0
        for attempt in range(1, ATTEMPTS + 1):
            request.extensions["attempt"] = attempt
            started = self.clock()
            result: httpx.Response | httpx.TransportError
            try:
                result = self.inner.handle_request(request)
            except httpx.TransportError as error:
                error.request = request  # the request as it was sent, with the number of the attempt
                result = error
            spent += self.clock() - started
            is_last = attempt == ATTEMPTS or spent > PATIENCE * self.timeout or not _is_replayable(request)
            if isinstance(result, httpx.TransportError):
                if is_last or isinstance(result, _NEVER_SENT) or not _is_safe(request) or not self.may_repeat():
                    raise result
                _note_arrival(request, result)
                self.sleep(0.2 * attempt)
                continue
            stands = request.extensions.get("throttle_stands")
            wait = None if stands else pause(result, is_safe=_is_safe(request))
            if is_last or wait is None or wait > LONGEST_WAIT or not self.may_repeat():
                return result
            _note_arrival(request, result)
            result.close()
            self.sleep(wait)
        raise AssertionError("the loop returns or raises on its last attempt")


def pause(response: httpx.Response, *, is_safe: bool) -> float | None:
    """Seconds to wait before the next attempt, or None when the answer stands."""
    headers = response.headers
    is_throttled = response.status_code == 429
    is_unavailable = response.status_code == 503 and is_safe and "retry-after" in headers
    if not is_throttled and not is_unavailable:
        return None
    asked = seconds_asked(headers.get("retry-after", ""), headers.get("date", ""))
    return DEFAULT_WAIT if asked is None else asked


def _note_arrival(request: httpx.Request, result: httpx.Response | httpx.TransportError) -> None:
    """Note on a request that is sent again that it may have had its effect: not where it never left or got a 429."""
    is_refused = isinstance(result, httpx.Response) and result.status_code == 429
    if not is_refused and not isinstance(result, _NEVER_CONNECTED):
        request.extensions[MAY_HAVE_ARRIVED] = True


def _is_safe(request: httpx.Request) -> bool:
    """Whether sending it twice has the effect of sending it once: a read, or a request that is marked so."""
    return request.method in _SAFE or bool(request.extensions.get("repeatable"))


def _is_replayable(request: httpx.Request) -> bool:
    return isinstance(request.stream, httpx.ByteStream)
