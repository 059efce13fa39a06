"""No more requests leave than were allowed, whatever comes in which order, and by as many threads as there are."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import ForecastError
from harness.transport.request_ceiling import CeilingLayer, RequestCeiling
from harness.transport.retry import Retry

STEPS = st.lists(st.tuples(st.sampled_from(["add", "take", "repeat"]), st.integers(0, 9)))


def begun(requests: int) -> RequestCeiling:
    ceiling = RequestCeiling()
    ceiling.begin(requests)
    return ceiling


@given(st.integers(0, 9), STEPS)
def test_what_is_taken_was_allowed_before(first: int, steps: list[tuple[str, int]]) -> None:
    ceiling, allowed, taken = begun(first), first, 0
    for step, number in steps:
        if step == "add":
            ceiling.add(number, repeats=number)
            allowed += number
        elif step == "repeat":
            ceiling.may_repeat()
        else:
            with suppress(ForecastError):
                ceiling.take(number)
                taken += number
        assert taken <= allowed
        assert ceiling.left == allowed - taken


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9))))
def test_no_more_repeats_than_were_added_before(steps: list[tuple[int, int]]) -> None:
    ceiling, left = begun(0), 0
    for added, asked in steps:
        ceiling.add(0, repeats=added)
        left += added
        assert sum(ceiling.may_repeat() for _ in range(asked)) == min(asked, left)
        left -= min(asked, left)


def test_without_a_ceiling_any_number_may_leave() -> None:
    ceiling = RequestCeiling()
    assert not ceiling.counts
    ceiling.take(10**9)
    ceiling.add(5)
    assert ceiling.may_repeat()
    assert ceiling.may_prepare()
    assert not ceiling.counts
    assert begun(0).counts


@given(st.integers(0, 9), st.integers(0, 9))
def test_what_a_test_needs_for_itself_is_not_spent_on_its_preparation(left: int, kept: int) -> None:
    ceiling = begun(0)
    ceiling.add(left, kept=kept)
    while ceiling.may_prepare():
        ceiling.take()
    assert ceiling.left == min(left, kept)


def test_threads_share_it() -> None:
    ceiling = begun(500)

    def take(_: int) -> bool:
        try:
            ceiling.take()
        except ForecastError:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(take, range(1000))) == 500


def test_every_attempt_counts_and_the_last_answer_stands_where_no_repeat_is_left() -> None:
    answers = iter(range(100))
    network = httpx.MockTransport(lambda request: httpx.Response(429, headers={"n": str(next(answers))}))
    ceiling = begun(10)
    ceiling.add(0, repeats=1)
    chain = Retry(CeilingLayer(network, ceiling), lambda seconds: None, may_repeat=ceiling.may_repeat)
    first, second = (chain.handle_request(httpx.Request("GET", "http://org.example/")) for _ in range(2))
    assert (first.headers["n"], second.headers["n"]) == ("1", "2")
    assert ceiling.left == 7


def test_what_the_forecast_does_not_have_never_reaches_the_network() -> None:
    sent: list[httpx.Request] = []
    network = httpx.MockTransport(lambda request: sent.append(request) or httpx.Response(200))  # type: ignore[func-returns-value]
    layer = CeilingLayer(network, begun(1))
    layer.handle_request(httpx.Request("GET", "http://org.example/"))
    with pytest.raises(ForecastError, match="forecast"):
        layer.handle_request(httpx.Request("GET", "http://org.example/"))
    assert len(sent) == 1
