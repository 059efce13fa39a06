"""Time that passes only where something waits: a test of waiting that does not wait itself."""

from __future__ import annotations

import time
from functools import partial

import pytest

from harness.execution import connect
from harness.quota.limiter import Limiter
from harness.transport.waiting import Waiter


class MovedTime:
    """Time that passes where something waits, and is the same for the waiting and for what is counted a minute."""

    waited = 0.0

    def now(self) -> float:
        return time.monotonic() + self.waited

    def sleep(self, seconds: float) -> None:
        self.waited += seconds


def wait_in(moved: MovedTime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every chain that is opened from now on wait in this time."""
    monkeypatch.setattr(connect, "Waiter", partial(Waiter, clock=moved.now, sleep=moved.sleep))
    monkeypatch.setattr(connect, "Limiter", partial(Limiter, clock=moved.now))
