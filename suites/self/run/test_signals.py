"""A signal ends a run: it waits for the operation in hand, and never hurries the cleanup."""

from __future__ import annotations

import os
import signal
from types import SimpleNamespace
from typing import Any

import pytest

from harness.run.lost_tests import LostTestTracker
from harness.run.signals import SIGNALS, handle_signals


@pytest.mark.parametrize("number", SIGNALS)
def test_the_first_signal_waits_and_the_second_does_not(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    session: Any = SimpleNamespace(shouldstop=False)
    restore = handle_signals(session, tests_here=True)
    try:
        os.kill(os.getpid(), number)
        assert session.shouldstop == "interrupted"
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), number)
    finally:
        restore()
    assert signal.getsignal(number) is before


def test_an_operation_that_does_not_end_has_a_few_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.run.signals.GRACE", 0.01)
    restore = handle_signals(SimpleNamespace(shouldstop=False), tests_here=True)  # type: ignore[arg-type]
    try:
        os.kill(os.getpid(), signal.SIGTERM)
        with pytest.raises(KeyboardInterrupt):
            signal.pause()
    finally:
        restore()


def test_the_way_back_is_not_hurried() -> None:
    restore = handle_signals(SimpleNamespace(shouldstop=False), tests_here=True)  # type: ignore[arg-type]
    try:
        os.kill(os.getpid(), signal.SIGTERM)
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 0
        LostTestTracker().pytest_keyboard_interrupt()
        assert signal.getitimer(signal.ITIMER_REAL)[0] == 0
    finally:
        restore()
