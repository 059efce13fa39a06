"""Waiting: the one place of the chain that sleeps; ends early with Ctrl-C, or when the run's controller is gone."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from harness.errors import OrphanedError
from harness.ledger.claim import controller_is_alive

LONGEST_SLEEP = 1.0
"""Seconds of one sleep; then it is seen whether the controller is still there."""


class Waiter:
    """Waits for a process of a run; `clock` and `sleep` are replaced by those who move time on instead of waiting."""

    def __init__(
        self,
        controller: int | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
        is_alive: Callable[[int], bool] = controller_is_alive,
    ) -> None:
        self.controller = controller or os.getpid()
        self.clock, self.sleep, self.is_alive = clock, sleep, is_alive

    def wait(self, seconds: float) -> None:
        """Return after so many seconds; raises `OrphanedError` where nobody waits for this process any more."""
        until = self.clock() + seconds
        while (rest := until - self.clock()) > 0:
            self.sleep(min(rest, LONGEST_SLEEP))
            if not self.is_alive(self.controller):
                raise OrphanedError(where="waiting for the org's quota")
