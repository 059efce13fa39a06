"""Requests of several threads overlap on the network alone: one at a time passes the layers above it."""

from __future__ import annotations

import threading

import pytest

from harness.transport.overlap import others_may_pass, run_overlapping


def test_all_calls_are_on_the_network_together() -> None:
    """Each waits there until the others have come: one after the other they never would."""
    on_the_network = threading.Barrier(3, timeout=30)

    def call() -> int:
        with others_may_pass():
            return on_the_network.wait()

    assert sorted(run_overlapping([call] * 3)) == [0, 1, 2]


def test_one_at_a_time_passes_the_layers_above() -> None:
    inside: list[int] = []
    most: list[int] = []

    def call() -> None:
        for _ in range(50):
            inside.append(1)
            most.append(len(inside))
            inside.pop()
            with others_may_pass():
                pass

    run_overlapping([call] * 4)
    assert set(most) == {1}


def test_results_keep_the_order_of_their_calls() -> None:
    first_may_end = threading.Event()

    def slow() -> str:
        with others_may_pass():
            first_may_end.wait(30)
        return "slow"

    def quick() -> str:
        first_may_end.set()
        return "quick"

    assert run_overlapping([slow, quick]) == ["slow", "quick"]


def test_an_error_is_raised_when_all_have_ended() -> None:
    ended: list[str] = []

    def fails() -> None:
        raise ValueError("first")

    with pytest.raises(ValueError, match="first"):
        run_overlapping([fails, lambda: ended.append("second")])
    assert ended == ["second"]


def test_a_single_thread_passes_as_if_nothing_were_there() -> None:
    with others_may_pass():
        pass
    assert run_overlapping([]) == []
