"""Whatever the rhythm of the requests, no window of 60 seconds holds more than the limit."""

from __future__ import annotations

import httpx
from hypothesis import given
from hypothesis import strategies as st

from harness.transport.quota import WINDOW, Quota


class Clock:
    """A clock that only moves when somebody sleeps or works."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0, "nobody can sleep backwards"
        self.now += seconds


def departures(limit: int, pauses: list[int]) -> list[float]:
    """When each request reached the network; `pauses` are the seconds of work before each of them."""
    clock, left = Clock(), []

    def network(request: httpx.Request) -> httpx.Response:
        left.append(clock.now)
        return httpx.Response(200)

    quota = Quota(httpx.MockTransport(network), limit, clock, clock.sleep)
    for pause in pauses:
        clock.sleep(pause)
        quota.handle_request(httpx.Request("GET", "http://org.example"))
    return left


@given(st.integers(1, 7), st.lists(st.integers(0, 90), max_size=40))
def test_no_window_holds_more_than_the_limit(limit: int, pauses: list[int]) -> None:
    left = departures(limit, pauses)
    assert len(left) == len(pauses)
    for first, later in zip(left, left[limit:], strict=False):
        assert later - first >= WINDOW


@given(st.integers(1, 7), st.lists(st.integers(0, 90), max_size=40))
def test_nobody_waits_longer_than_the_window_asks(limit: int, pauses: list[int]) -> None:
    left = departures(limit, pauses)
    at = 0.0
    for index, pause in enumerate(pauses):
        free = left[index - limit] + WINDOW if index >= limit else 0.0
        at = max(at + pause, free)
        assert left[index] == at


def test_zero_means_no_limit() -> None:
    assert departures(0, [0] * 1000) == [0.0] * 1000


def test_it_closes_what_is_below() -> None:
    closed = []

    class Below(httpx.MockTransport):
        def close(self) -> None:
            closed.append(True)

    Quota(Below(lambda request: httpx.Response(200)), 1).close()
    assert closed == [True]


@given(st.lists(st.sampled_from([0.0, 1.0, 86400.0, -86400.0]), max_size=20))
def test_a_clock_that_jumps_by_a_day_never_makes_a_wait_longer_than_the_window(jumps: list[float]) -> None:
    clock, waits = Clock(), []
    quota = Quota(httpx.MockTransport(lambda request: httpx.Response(200)), 2, clock, waits.append)
    for jump in jumps:
        clock.now += jump
        quota.handle_request(httpx.Request("GET", "http://org.example"))
    assert all(0 <= wait <= WINDOW for wait in waits)
