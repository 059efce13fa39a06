"""Waiting ends at its time, with the controller, or with Ctrl-C."""

from __future__ import annotations

import pytest

from harness.errors import OrphanedError
from harness.transport.waiting import LONGEST_SLEEP, Waiter


class MovedTime:
    def __init__(self) -> None:
        self.now, self.slept = 0.0, []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def test_it_waits_as_long_as_it_is_told_in_short_sleeps() -> None:
    time = MovedTime()
    Waiter(clock=time.clock, sleep=time.sleep).wait(2.5)
    assert time.slept == [LONGEST_SLEEP, LONGEST_SLEEP, 0.5]


@pytest.mark.parametrize("seconds", [0.0, -5.0])
def test_there_is_nothing_to_wait_for(seconds: float) -> None:
    time = MovedTime()
    Waiter(clock=time.clock, sleep=time.sleep).wait(seconds)
    assert time.slept == []


def test_a_worker_whose_controller_is_gone_waits_no_longer() -> None:
    time = MovedTime()
    waiter = Waiter(7, time.clock, time.sleep, is_alive=lambda controller: time.now < 3)
    with pytest.raises(OrphanedError):
        waiter.wait(600)
    assert time.now == 3


def test_ctrl_c_ends_it() -> None:
    def interrupted(seconds: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Waiter(sleep=interrupted).wait(60)
