"""Retry: repeats only what is safe to repeat, and waits as long as the server asks."""

from __future__ import annotations

import time
from collections.abc import Callable

import httpx

from harness.target import DEFAULT_TIMEOUT
from harness.transport.layer import TransportLayer

ATTEMPTS = 3
# Clients default to 10 s when a 429 names no time (zendesk_api_client_rb); a longer wait ends the run instead.
DEFAULT_WAIT = 10.0
LONGEST_WAIT = 70.0
PATIENCE = 1.5
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# Requests that HTTP cannot carry: no attempt ever leaves.
_NEVER_SENT = (httpx.LocalProtocolError, httpx.UnsupportedProtocol)


class Retry(TransportLayer):
    """429 is repeated for every method, since the vendor did nothing; 503 and lost connections only for reads.

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
                result = error
            spent += self.clock() - started
            is_last = attempt == ATTEMPTS or spent > PATIENCE * self.timeout or not _is_replayable(request)
            if isinstance(result, httpx.TransportError):
                if is_last or isinstance(result, _NEVER_SENT) or not _is_safe(request) or not self.may_repeat():
                    raise result
                self.sleep(0.2 * attempt)
                continue
            wait = pause(request.method, result)
            if is_last or wait is None or wait > LONGEST_WAIT or not self.may_repeat():
                return result
            result.close()
            self.sleep(wait)
        raise AssertionError("the loop returns or raises on its last attempt")


def pause(method: str, response: httpx.Response) -> float | None:
    """Seconds to wait before the next attempt, or None when the answer stands."""
    retry_after = response.headers.get("retry-after", "")
    is_throttled = response.status_code == 429
    is_unavailable = response.status_code == 503 and method in _SAFE and "retry-after" in response.headers
    if not is_throttled and not is_unavailable:
        return None
    # Daily credits run out with a Retry-After of hours: the caller must see that one.
    return float(retry_after) if retry_after.isdecimal() else DEFAULT_WAIT


def _is_safe(request: httpx.Request) -> bool:
    """Whether sending it twice has the effect of sending it once: a read, or a request that is marked so."""
    return request.method in _SAFE or bool(request.extensions.get("repeatable"))


def _is_replayable(request: httpx.Request) -> bool:
    return isinstance(request.stream, httpx.ByteStream)
