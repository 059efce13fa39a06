"""Signal handlers: how a run ends before its time and still takes back what it made."""

from __future__ import annotations

import signal
from collections.abc import Callable

import pytest

# Ctrl-C, and how CI systems and containers ask a process to end.
SIGNALS = (signal.SIGINT, signal.SIGTERM)
GRACE = 5.0
"""Seconds that the operation in hand has after a signal; a server that hangs would hold up the end for longer."""


def handle_signals(session: pytest.Session, *, tests_here: bool) -> Callable[[], None]:
    """From now on a signal ends the run and still lets it take back what it made; gives what restores the handlers.

    A process that tests comes to the end of the operation in hand, so that no answer to a create is missed, if that is
    soon; a second signal does not wait. One that only directs workers stops at once: they get no more than that, too.
    """
    before = {number: signal.getsignal(number) for number in (*SIGNALS, signal.SIGALRM)}

    def finish_operation(number: int, frame: object) -> None:
        for handled_number in before:
            signal.signal(handled_number, signal.default_int_handler)
        signal.setitimer(signal.ITIMER_REAL, GRACE)
        session.shouldstop = "interrupted"

    for number in SIGNALS:
        signal.signal(number, finish_operation if tests_here else signal.default_int_handler)

    def restore() -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before.items():
            signal.signal(number, handler)

    return restore


def stop_timer() -> None:
    """The run is ending, and what follows (cleanup) has all the time that it needs."""
    signal.setitimer(signal.ITIMER_REAL, 0)
