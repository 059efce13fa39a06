"""Time left: on simulated runs (slow starts, quotas, cheap tests at the end) right within a factor of two from the
tenth second."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from harness.report.time_left import OPERATION, TEST, OrgWork, TimeLeft


@dataclass(frozen=True)
class SimulatedRun:
    """A run of one org: it loads for `start` seconds, then sends `pace` requests a second, a quota permitting."""

    operations: int
    tests: int
    pace: float
    start: float
    a_minute: int
    seed: int

    def finished(self) -> Iterator[tuple[float, float, int]]:
        """When each part was done, its work, and its requests."""
        rng = random.Random(self.seed)
        now, sent = self.start, 0
        costs = [(OPERATION, rng.randint(6, 18)) for _ in range(self.operations)]
        costs += [(TEST, rng.randint(1, 4)) for _ in range(self.tests)]
        for work, requests in costs:
            sent += requests
            now += requests / self.pace
            if self.a_minute:
                # The bucket begins full and fills evenly.
                now = max(now, (sent - self.a_minute) * 60 / self.a_minute)
            yield now, work, requests


runs = st.builds(
    SimulatedRun,
    operations=st.integers(50, 1500),
    tests=st.integers(0, 400),
    pace=st.floats(10, 400),
    start=st.floats(0, 4),
    a_minute=st.sampled_from([0, 0, 100, 200, 700]),
    seed=st.integers(0, 1000),
)


@settings(max_examples=60)
@given(runs)
def test_from_the_tenth_second_it_is_right_within_a_factor_of_two(run: SimulatedRun) -> None:
    steps = list(run.finished())
    end = steps[-1][0]
    expected = run.operations * OPERATION + run.tests * TEST
    left = TimeLeft({"org": OrgWork(expected=expected, a_minute=run.a_minute)})
    asked = 0.0
    for at, work, requests in steps:
        left.add(at, "org", work, requests)
        if at - asked < end / 100:
            continue
        asked, told = at, left.seconds(at)
        # Of the last seconds nobody needs to know.
        if at >= 10 and end - at > 10:
            assert told is not None
            assert (end - at) / 2 <= told <= (end - at) * 2, (at, end, told)


def test_too_early_or_at_the_end_nothing_is_said() -> None:
    left = TimeLeft({"org": OrgWork(expected=2)})
    left.add(1.0, "org", 1.0, 10)
    assert left.seconds(2.0) is None
    left.add(6.0, "org", 1.0, 10)
    assert left.seconds(7.0) is None


def test_the_slowest_quota_decides() -> None:
    left = TimeLeft({"fast": OrgWork(expected=100), "slow": OrgWork(expected=100, a_minute=60)})
    for second in range(1, 11):
        left.add(second, "fast", 5.0, 50)
        left.add(second, "slow", 5.0, 50)
    told = left.seconds(10.0)
    assert told is not None
    assert told > 400, "500 requests at 60 a minute, whatever the pace of the other org"
