"""However requests and answers come, no window holds more than its allowance, and nobody waits for nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from harness.quota.allowance import LATENESS, UNUSED, Allowance, blocked, departed, informed, used, wait

MINUTE = 60.0
SPAN = MINUTE + LATENESS
moments = st.lists(st.integers(0, 90), max_size=60)


@given(st.integers(1, 9), moments)
def test_a_window_never_holds_more_than_its_total(total: int, pauses: list[int]) -> None:
    allowance, now, left = UNUSED, 0.0, []
    for pause in pauses:
        now += pause
        now += wait(allowance, total, MINUTE, now)
        allowance = departed(allowance, MINUTE, now)
        left.append(now)
    for first, later in zip(left, left[total:], strict=False):
        assert later - first >= SPAN


@given(st.integers(1, 9), moments)
def test_a_wait_ends_when_a_request_may_leave(total: int, pauses: list[int]) -> None:
    allowance, now = UNUSED, 0.0
    for pause in pauses:
        now += pause
        seconds = wait(allowance, total, MINUTE, now)
        assert 0 <= seconds <= SPAN
        now += seconds
        assert wait(allowance, total, MINUTE, now) == 0
        allowance = departed(allowance, MINUTE, now)


@given(moments)
def test_what_is_remembered_does_not_grow_without_end(pauses: list[int]) -> None:
    allowance, now = UNUSED, 0.0
    for pause in pauses * 20:
        now += pause / 100
        allowance = departed(allowance, MINUTE, now)
    assert len(allowance.counts) <= 2 * (SPAN * 8 + 1)
    assert used(allowance, MINUTE, now) <= len(pauses) * 20


def test_a_clock_that_began_anew_holds_nobody_back() -> None:
    """Departures in the future were written by another clock."""
    allowance = departed(UNUSED, MINUTE, 1e6)
    allowance = departed(allowance, MINUTE, 5.0)
    assert used(allowance, MINUTE, 5.0) == 1
    assert wait(departed(UNUSED, MINUTE, 1e6), 1, MINUTE, 5.0) == 0


@given(st.integers(1, 50), st.integers(0, 49), st.integers(1, 60))
def test_what_others_used_is_not_used_again(total: int, used: int, resets: int) -> None:
    used = min(used, total)
    allowance = informed(UNUSED, total, total - used, resets, 0.0, MINUTE)
    sent = 0
    while wait(allowance, total, MINUTE, 0.0) == 0 and sent <= total:
        allowance, sent = departed(allowance, MINUTE, 0.0), sent + 1
    assert sent == total - used


def test_others_who_go_on_are_left_some_room() -> None:
    allowance = departed(informed(UNUSED, 200, 199, 60, 0.0, MINUTE), MINUTE, 0.0)
    assert informed(allowance, 200, 100, 59, 1.0, MINUTE).left == 96


def test_an_answer_that_is_late_gives_nothing_back() -> None:
    allowance = informed(UNUSED, 200, 50, 60, 0.0, MINUTE)
    assert informed(allowance, 200, 80, 60, 0.0, MINUTE).left == 50


def test_a_new_window_gives_all_back() -> None:
    allowance = informed(UNUSED, 200, 0, 20, 0.0, MINUTE)
    assert wait(allowance, 200, MINUTE, 0.0) == 21
    assert informed(allowance, 200, 199, 60, 20.5, MINUTE).left == 199
    assert wait(allowance, 200, MINUTE, 21.0) == 0


@given(st.integers(-(10**9), 10**9), st.integers(0, 10**9))
def test_no_reset_holds_longer_than_the_window(resets: int, left: int) -> None:
    allowance = informed(UNUSED, 200, left, resets, 0.0, MINUTE)
    assert 0 <= wait(allowance, 200, MINUTE, 0.0) <= SPAN


def test_headers_without_a_reset_count_for_a_window() -> None:
    allowance = informed(UNUSED, 200, 0, None, 0.0, MINUTE)
    assert wait(allowance, 200, MINUTE, 0.0) == SPAN


def test_the_longest_block_counts() -> None:
    allowance = blocked(blocked(Allowance(), 40, 0.0), 5, 0.0)
    assert wait(allowance, 0, MINUTE, 0.0) == 40
