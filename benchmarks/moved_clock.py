"""A clock that several processes share and move on instead of waiting; a sandbox's clock is moved with it."""

from __future__ import annotations

import fcntl
import json
import os
import struct
import time
import urllib.request
from pathlib import Path

WORKING, WAITING, ENDED = 1.0, 2.0, 3.0
_SLOT = struct.Struct("dd")
_AHEAD = struct.Struct("d")
_PAUSE = 0.001


class SharedClock:
    """Time for one of `processes` (by `index`): the machine's, and what all of them have moved it on by.

    Time is moved when every process waits, to the moment that the first of them waits for: so whatever is under way
    arrives before, as it does where time goes on by itself. The file holds how far, and a state and a moment each.
    """

    def __init__(self, path: Path, index: int, processes: int, control: str) -> None:
        self.index, self.processes, self.control = index, processes, control
        self.handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        if os.fstat(self.handle).st_size == 0:
            os.pwrite(self.handle, _AHEAD.pack(0.0) + _SLOT.pack(WORKING, 0.0) * processes, 0)

    def now(self) -> float:
        """Seconds."""
        return time.monotonic() + self._ahead()

    def wait(self, seconds: float) -> None:
        """Return once so many seconds are over, by this clock."""
        until = self.now() + seconds
        self._set(WAITING, until)
        while self.now() < until:
            self._move_on(until)
            time.sleep(_PAUSE)
        self._set(WORKING, 0.0)

    def end(self) -> None:
        """This process asks for time no more."""
        self._set(ENDED, 0.0)

    def _ahead(self) -> float:
        ahead: float = _AHEAD.unpack(os.pread(self.handle, _AHEAD.size, 0))[0]
        return ahead

    def _set(self, state: float, until: float) -> None:
        os.pwrite(self.handle, _SLOT.pack(state, until), _AHEAD.size + self.index * _SLOT.size)

    def _move_on(self, until: float) -> None:
        """Move time on to `until` where all wait, and nobody for an earlier moment."""
        fcntl.flock(self.handle, fcntl.LOCK_EX)
        try:
            data = os.pread(self.handle, self.processes * _SLOT.size, _AHEAD.size)
            slots = [slot for slot in _SLOT.iter_unpack(data) if slot[0] != ENDED]
            if any(state == WORKING for state, _ in slots) or min(moment for _, moment in slots) < until:
                return
            if (seconds := until - self.now()) > 0:
                move(self.control, seconds)
                os.pwrite(self.handle, _AHEAD.pack(self._ahead() + seconds), 0)
        finally:
            fcntl.flock(self.handle, fcntl.LOCK_UN)


def move(control: str, seconds: float) -> None:
    """Move a sandbox's clock."""
    body = json.dumps({"seconds": seconds}).encode()
    urllib.request.urlopen(urllib.request.Request(f"{control}/clock", body, method="POST"), timeout=30).close()
