"""What a command that takes long is at, on stderr: one line in place on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from harness.report.text import cut, duration, visible

PATIENCE = 2.0
"""Seconds in which a command says nothing: most are over by then."""
ON_TERMINAL, ELSEWHERE = 0.25, 10.0
"""Seconds between two lines: one is replaced by the next, or all of them stay in a log."""
_WIDE = 79
_ERASE = "\r\x1b[2K"


class Activity:
    """The state of one command. `at` says what it is doing now; `beat`, called ever and again, writes a line when one
    is due. Safe to call from several threads.
    """

    def __init__(self, command: str, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self.command, self.stream, self.clock = command, stream, clock
        self.step = ""
        self.started = clock()
        self.is_terminal = stream.isatty()
        self._next = self.started + (PATIENCE if self.is_terminal else ELSEWHERE)
        self._has_written = False
        self._lock = threading.Lock()

    def at(self, step: str) -> None:
        """Say what the command is doing from now on."""
        self.step = step

    def line(self) -> str:
        """`specs lint: zendesk/support · 12 s`."""
        parts = (self.step, duration(self.clock() - self.started))
        return cut(visible(f"{self.command}: {' · '.join(part for part in parts if part)}"), _WIDE)

    def beat(self) -> None:
        """Write the line if it is time for one."""
        with self._lock:
            if self.clock() < self._next:
                return
            self._next = self.clock() + (ON_TERMINAL if self.is_terminal else ELSEWHERE)
            self._has_written = True
            self._write(f"{_ERASE}{self.line()}" if self.is_terminal else f"{self.line()}\n")

    def end(self) -> None:
        """Leave a clean line on a terminal."""
        with self._lock:
            if self._has_written and self.is_terminal:
                self._write(_ERASE)

    def _write(self, text: str) -> None:
        try:
            self.stream.write(text)
            self.stream.flush()
        except (OSError, ValueError):
            # Progress that nobody can read must not cost the result.
            self._next = float("inf")


@contextmanager
def shown(command: str, stream: TextIO | None = None) -> Iterator[Activity]:
    """Show the activity of a block, from a thread of its own: what it waits for need not know of it."""
    activity = Activity(command, stream or sys.stderr)
    over = threading.Event()

    def beat_until_over() -> None:
        while not over.wait(ON_TERMINAL):
            activity.beat()

    thread = threading.Thread(target=beat_until_over, name="activity", daemon=True)
    thread.start()
    try:
        yield activity
    finally:
        over.set()
        thread.join()
        activity.end()
