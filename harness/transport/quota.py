"""Quota: waits for the vendor's budget before a request leaves; every attempt counts."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

import httpx

from harness.transport.layer import TransportLayer

WINDOW = 60.0


class Quota(TransportLayer):
    """At most `limit` requests in any 60 seconds from this process; 0 means no limit.

    `limit` is this worker's share of the target's quota: the plan divides it by the number of workers.
    """

    def __init__(
        self,
        inner: httpx.BaseTransport,
        limit: int,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__(inner)
        self.limit, self.clock, self.sleep = limit, clock, sleep
        self.sent: deque[float] = deque()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Wait until the window has room, then pass the request on."""
        if self.limit:
            self.wait()
        return self.inner.handle_request(request)

    def wait(self) -> None:
        """Block until fewer than `limit` requests are younger than 60 seconds, then count this one."""
        now = self.clock()
        while self.sent and now - self.sent[0] >= WINDOW:
            self.sent.popleft()
        if len(self.sent) >= self.limit:
            self.sleep(min(WINDOW, WINDOW - (now - self.sent[0])))
            self.sent.popleft()
            now = self.clock()
        self.sent.append(now)
