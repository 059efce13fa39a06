"""Activity: a quick command says nothing, a long one says what it is at, in place or at a slow rate."""

from __future__ import annotations

from io import StringIO

import pytest

from harness.cli.activity import ELSEWHERE, ON_TERMINAL, PATIENCE, Activity, shown


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def run(activity: Activity, clock: Clock, seconds: float) -> None:
    """Let time pass as the thread of a command sees it."""
    for _ in range(int(seconds / ON_TERMINAL)):
        clock.now += ON_TERMINAL
        activity.beat()


@pytest.mark.parametrize("stream", [StringIO(), Terminal()])
def test_a_quick_command_says_nothing(stream: StringIO, clock: Clock) -> None:
    activity = Activity("specs lint", stream, clock)
    run(activity, clock, PATIENCE - ON_TERMINAL)
    activity.end()
    assert stream.getvalue() == ""


def test_on_a_terminal_one_line_is_replaced_and_gone_at_the_end(clock: Clock) -> None:
    stream = Terminal()
    activity = Activity("specs lint", stream, clock)
    activity.at("zendesk/support")
    run(activity, clock, 5)
    activity.end()
    assert "\n" not in stream.getvalue()
    frames = stream.getvalue().split("\r\x1b[2K")[1:]
    assert frames[0] == "specs lint: zendesk/support · 2.0 s"
    assert frames[-1] == "", "what the command prints next stands on a clean line"


def test_a_log_gets_a_line_every_ten_seconds(clock: Clock) -> None:
    stream = StringIO()
    activity = Activity("observe", stream, clock)
    run(activity, clock, 60)
    activity.end()
    assert len(stream.getvalue().splitlines()) == 60 / ELSEWHERE
    assert "\x1b" not in stream.getvalue()


def test_a_name_from_outside_cannot_steer_the_terminal_nor_fill_it(clock: Clock) -> None:
    activity = Activity("observe", Terminal(), clock)
    activity.at("\x1b[2J" + "long" * 100)
    assert "\x1b" not in activity.line()
    assert len(activity.line()) < 80


def test_a_stream_that_is_gone_costs_nothing(clock: Clock) -> None:
    stream = Terminal()
    activity = Activity("observe", stream, clock)
    stream.close()
    run(activity, clock, 10)
    activity.end()


def test_a_block_is_shown_from_its_begin_to_its_end() -> None:
    stream = StringIO()
    with shown("observe", stream) as activity:
        activity.at("session.har")
        assert activity.line().startswith("observe: session.har")
    assert stream.getvalue() == ""
