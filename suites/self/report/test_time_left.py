"""Time left: on simulated runs (slow starts, quotas, slow ends, long tests, removals) right within a factor of two from
the tenth second."""

from __future__ import annotations

import heapq
import random
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from harness.report.time_left import ENDING, SETTLING, ExpectedWork, Task, TimeLeft


@dataclass(frozen=True)
class SimulatedRun:
    """A run of one org by two workers.

    They load for `start` seconds, then reads take `pace` requests a second each, and changes as many times longer as
    `slower` says. `long` tests of the user's come last and take `long_seconds`. A quota of `a_minute` requests lets
    each minute's pass at once. Then `removals` requests take back what was made.
    """

    reads: int
    changes: int
    pace: float
    slower: float
    start: float
    a_minute: int = 0
    long: int = 0
    long_seconds: float = 0.0
    removals: int = 0
    seed: int = 0

    def tasks(self) -> dict[str, Task]:
        rng = random.Random(self.seed)
        tasks = {f"read {number}": Task("reads", "org", rng.randint(8, 20)) for number in range(self.reads)}
        tasks |= {f"change {number}": Task("changes", "org", rng.randint(6, 18)) for number in range(self.changes)}
        return tasks | {f"long {number}": Task("own tests", "org", 4) for number in range(self.long)}

    def seconds(self, task: Task) -> float:
        if task.kind == "own tests":
            return self.long_seconds
        return task.requests / self.pace * (self.slower if task.kind == "changes" else 1)

    def events(self) -> Iterator[tuple[float, str, float]]:
        """When each test begins and ends: the moment, its name, and the seconds that it took, 0 at its beginning."""
        free, sent = [self.start, self.start + 0.5], 0.0
        moments = []
        for name, task in self.tasks().items():
            begun = heapq.heappop(free)
            sent += task.requests
            ended = begun + self.seconds(task)
            if self.a_minute:
                ended = max(ended, (sent - 1) // self.a_minute * 60 + self.seconds(task))
            heapq.heappush(free, ended)
            moments += [(begun, name, 0.0), (ended, name, ended - begun)]
        yield from sorted(moments)


def ratios(run: SimulatedRun) -> Iterator[tuple[float, float, float]]:
    """What is said from the tenth second on: the second, the seconds said to be left, and those that are."""
    tasks, events = run.tasks(), list(run.events())
    quota = {"org": run.a_minute} if run.a_minute else {}
    left = TimeLeft(ExpectedWork(tasks, {"org": run.removals}, quota))
    over = events[-1][0]
    each = sum(seconds for _, _, seconds in events) / sum(task.requests for task in tasks.values())
    if run.a_minute:
        # Most of the seconds of a test were spent waiting; what the removal waits for is counted below.
        each = 1 / run.pace
    removal = run.removals * each + (SETTLING if run.removals else 0)
    if run.a_minute:
        sent = sum(task.requests for task in tasks.values())
        removal = max(removal, (sent + run.removals - 1) // run.a_minute * 60 - over)
    end = over + removal + ENDING
    second, step = 10.0, max(1.0, end / 60)
    for at, name, seconds in events:
        while second < at:
            said = left.seconds(second)
            assert said is not None, (second, run)
            yield second, said, end - second
            second += step
        if seconds:
            left.end(at, name, round(tasks[name].requests), seconds)
        else:
            left.begin(at, name)


def is_right(said: float, took: float, last: float = 10) -> bool:
    """Within a factor of two; of the `last` seconds nobody needs to know."""
    return took < last or took / 2 <= said <= took * 2


def wrong_of(run: SimulatedRun) -> list[tuple[float, float, float]]:
    """What is said and not right. Whether the last requests still fit into a minute of a quota shows late."""
    return [row for row in ratios(run) if not is_right(*row[1:], last=30 if run.a_minute else 10)]


runs = st.builds(
    SimulatedRun,
    reads=st.integers(200, 1500),
    changes=st.integers(0, 300),
    pace=st.floats(10, 400),
    slower=st.floats(0.7, 1.5),
    start=st.floats(0, 4),
    a_minute=st.sampled_from([0, 0, 100, 200, 700]),
    removals=st.integers(0, 500),
    seed=st.integers(0, 1000),
)


@settings(max_examples=25, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(runs)
def test_from_the_tenth_second_it_is_right_within_a_factor_of_two(run: SimulatedRun) -> None:
    wrong = wrong_of(run)
    assert not wrong, wrong[:5]


@pytest.mark.parametrize(
    "run",
    [
        SimulatedRun(800, 0, pace=150, slower=1, start=0.5),
        SimulatedRun(800, 0, pace=150, slower=1, start=8),
        SimulatedRun(300, 0, pace=300, slower=1, start=1, a_minute=200),
        SimulatedRun(800, 200, pace=150, slower=2, start=1),
        SimulatedRun(800, 0, pace=150, slower=1, start=1, removals=3000),
        SimulatedRun(1, 0, pace=150, slower=1, start=1, long=8, long_seconds=14),
    ],
    ids=["constant", "slow start", "throttled", "slow end", "long removal", "few long tests"],
)
def test_a_kind_of_run(run: SimulatedRun) -> None:
    wrong = wrong_of(run)
    assert not wrong, wrong


def test_a_fast_start_from_the_cache_is_forgotten() -> None:
    """A third of the operations has its cases; then each takes four times as long."""
    tasks = {f"read {number}": Task("reads", "org", 10) for number in range(900)}
    left = TimeLeft(ExpectedWork(tasks))
    now, wrong, moments = 0.0, [], []
    for number in range(900):
        seconds = 0.05 if number < 300 else 0.2
        moments.append((now, now + seconds, f"read {number}"))
        now += seconds
    for begun, ended, name in moments:
        left.begin(begun, name)
        left.end(ended, name, 10, ended - begun)
        took = now + ENDING - ended
        said = left.seconds(ended)
        # Before the slow ones have come, nobody can know of them.
        if ended >= 25 and said is not None and not is_right(said, took):
            wrong.append((ended, said, took))
    assert not wrong, wrong[:5]


def test_too_early_nothing_is_said() -> None:
    left = TimeLeft(ExpectedWork({"one": Task("reads", "org", 10), "two": Task("reads", "org", 10)}))
    assert left.seconds(20.0) is None
    left.begin(0.5, "one")
    left.end(1.0, "one", 10, 0.5)
    assert left.seconds(2.0) is None
    assert left.seconds(6.0) is not None


def test_a_test_that_nobody_expected_is_not_counted() -> None:
    left = TimeLeft(ExpectedWork({"one": Task("reads", "org", 10)}))
    left.begin(0.0, "other")
    left.end(6.0, "other", 1000, 6.0)
    assert left.seconds(7.0) is None


def test_the_slowest_quota_decides() -> None:
    tasks = {f"{org} {number}": Task(org, org, 10) for org in ("fast", "slow") for number in range(100)}
    left = TimeLeft(ExpectedWork(tasks, a_minute={"slow": 60}))
    for number in range(50):
        for org in ("fast", "slow"):
            left.begin(number / 5, f"{org} {number}")
            left.end((number + 1) / 5, f"{org} {number}", 10, 0.2)
    said = left.seconds(10.0)
    assert said is not None
    assert said > 400, "500 requests at 60 a minute, whatever the pace of the other org"


def test_what_is_taken_back_is_counted_once_the_tests_are_over() -> None:
    left = TimeLeft(ExpectedWork({"one": Task("reads", "org", 10)}, {"org": 20}))
    left.begin(0.0, "one")
    left.end(10.0, "one", 100, 10.0)
    left.begin_removal(10.0, {"org": 600})
    for second in range(1, 31):
        left.removed("org", 10)
        said = left.seconds(10.0 + second)
    assert said == pytest.approx(30 + ENDING, abs=0.1)
