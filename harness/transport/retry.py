"""Retry: repeats only what is safe to repeat, and waits as long as the server asks."""

from __future__ import annotations

import time
from collections.abc import Callable

import httpx

from harness.settings import DEFAULT_TIMEOUT

ATTEMPTS = 3
# Clients default to 10 s when a 429 names no time (zendesk_api_client_rb); a longer wait ends the run instead.
DEFAULT_WAIT = 10.0
LONGEST_WAIT = 70.0
PATIENCE = 1.5
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# Requests that HTTP cannot carry: no attempt ever leaves.
_OURS = (httpx.LocalProtocolError, httpx.UnsupportedProtocol)


class Retry(httpx.BaseTransport):
    """429 is repeated for every method, since the vendor did nothing; 503 and lost connections only for reads.

    `timeout` is the deadline that each attempt has below. No repeat begins after `PATIENCE` deadlines, waits not
    counted: a read that ran out of time is sent once more, and all attempts together end after two and a half.
    """

    def __init__(
        self,
        inner: httpx.BaseTransport,
        sleep: Callable[[float], None] = time.sleep,
        *,
        timeout: float = DEFAULT_TIMEOUT,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.inner, self.sleep, self.timeout, self.clock = inner, sleep, timeout, clock

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The last answer of at most three attempts; raises the last `httpx.TransportError`."""
        spent = 0.0
        for attempt in range(1, ATTEMPTS + 1):
            request.extensions["attempt"] = attempt
            begun = self.clock()
            try:
                response = self.inner.handle_request(request)
            except httpx.TransportError as error:
                spent += self.clock() - begun
                last = attempt == ATTEMPTS or spent > PATIENCE * self.timeout
                if last or isinstance(error, _OURS) or not _safe(request) or not _replayable(request):
                    raise
                self.sleep(0.2 * attempt)
                continue
            spent += self.clock() - begun
            last = attempt == ATTEMPTS or spent > PATIENCE * self.timeout
            wait = pause(request.method, response)
            if wait is None or wait > LONGEST_WAIT or last or not _replayable(request):
                return response
            response.close()
            self.sleep(wait)
        raise AssertionError("the loop returns or raises on its last attempt")

    def close(self) -> None:
        """Close the layers below."""
        self.inner.close()


def pause(method: str, response: httpx.Response) -> float | None:
    """Seconds to wait before the next attempt, or None when the answer stands."""
    throttled = response.status_code == 429
    if not throttled and not (response.status_code == 503 and method in _SAFE and "retry-after" in response.headers):
        return None
    asked = response.headers.get("retry-after", "")
    # The daily credits of Zoho run out with a Retry-After of hours: the caller must see that one.
    return float(asked) if asked.isdecimal() else DEFAULT_WAIT


def _safe(request: httpx.Request) -> bool:
    """Whether to send it twice does no more than to send it once: a read, or a call whose maker says so."""
    return request.method in _SAFE or bool(request.extensions.get("repeatable"))


def _replayable(request: httpx.Request) -> bool:
    return isinstance(request.stream, httpx.ByteStream)
