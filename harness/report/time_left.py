"""How long a run still takes: the tests that are left at the pace of their kind, the removals, and the orgs' quotas."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import NamedTuple

FIRST = 5.0
"""Seconds before which a guess would only jump about."""
ENDING, ENDING_A_TEST = 2.0, 0.0007
"""Seconds that the workers' end and the reports take, and what each test adds to them: 2.3 s after a run of 1,785 tests
(November 2026)."""
SETTLING = 5.0
"""Seconds that the removal waits for creates whose answer was lost, where records were made (`teardown`)."""
_ENOUGH = 8
"""Tests that make a pace."""
_LATELY = 0.5
"""The share of the time so far whose pace counts: a start loads things, and a quota's first minute is a burst."""
_USED_UP = 0.8
"""The share of a quota that is as good as all of it: the rest is under way."""
_LONGER = 0.5
"""How much longer a test goes on that has taken longer than others, or is the first: a share of its time so far."""


class Task(NamedTuple):
    """One test that is to be done: the `kind` that shares a pace, its org, and the requests that are expected of it."""

    kind: str
    org: str
    requests: float


@dataclass(frozen=True, slots=True)
class ExpectedWork:
    """What a run has to do: its tests by their ids, and by org the requests that take back what they make.

    `a_minute` has the quotas of requests, of the orgs where one is known.
    """

    tasks: Mapping[str, Task] = field(default_factory=dict)
    removals: Mapping[str, float] = field(default_factory=dict)
    a_minute: Mapping[str, int] = field(default_factory=dict)


class _Ended(NamedTuple):
    """A test that is over: when, the requests that were expected of it and those it sent, and the seconds it took.

    `is_first` says that it began before any was over: the first test of a process loads what all need.
    """

    at: float
    expected: float
    sent: int
    seconds: float
    is_first: bool


class TimeLeft:
    """The pace of a run; times are seconds since its start."""

    def __init__(self, work: ExpectedWork | None = None) -> None:
        self._work = work or ExpectedWork()
        self._waiting = dict(self._work.tasks)
        self._begun: dict[str, tuple[float, Task]] = {}
        self._first: set[str] = set()
        self._ended: dict[str, list[_Ended]] = {}
        self._sent: dict[str, int] = {}
        self._removal_since: float | None = None
        self._removal_done: dict[str, float] = {}

    def begin(self, at: float, test: str) -> None:
        """A test begins; one that is not expected is not counted."""
        if task := self._waiting.pop(test, None):
            self._begun[test] = (at, task)
            if not self._ended:
                self._first.add(test)

    def end(self, at: float, test: str, requests: int, seconds: float) -> None:
        """A test is over, after so many requests and seconds."""
        task = self._waiting.pop(test, None)
        if begun := self._begun.pop(test, None):
            _, task = begun
        if task is None:
            return
        ended = _Ended(at, task.requests, requests, seconds, test in self._first)
        self._ended.setdefault(task.kind, []).append(ended)
        self._sent[task.org] = self._sent.get(task.org, 0) + requests

    def begin_removal(self, at: float, requests: Mapping[str, float]) -> None:
        """All tests are over, and what they made is taken back by so many requests, by org."""
        self._waiting, self._begun = {}, {}
        self._removal_since = at
        self._work = ExpectedWork(removals=dict(requests), a_minute=self._work.a_minute)

    def removed(self, org: str, requests: float) -> None:
        """A record of an org is taken back, by so many requests."""
        self._removal_done[org] = self._removal_done.get(org, 0.0) + requests

    def seconds(self, now: float) -> float | None:
        """The seconds until the run ends; None where it is too early to tell."""
        if now < FIRST or not (self._ended or self._begun or self._removal_since is not None):
            return None
        at_pace = self._seconds_of_tests(now) + self._seconds_of_removal(now)
        least = self._least_seconds(now)
        if self._is_throttled(now):
            # The pace of late is mostly waiting, of which the quota knows more; the last minute's requests go at once.
            at_pace = min(at_pace, least + self._seconds_at_once())
        return max(at_pace, least) + self._ending()

    # Tests.

    def _seconds_of_tests(self, now: float) -> float:
        kinds = {task.kind for task in (*self._waiting.values(), *(task for _, task in self._begun.values()))}
        paces = {kind: self._seconds_a_request(kind, now) for kind in kinds}
        busy = sum(task.requests * paces[task.kind] for task in self._waiting.values())
        for at, task in self._begun.values():
            busy += max(task.requests * paces[task.kind] - (now - at), (now - at) * _LONGER)
        return busy / max(min(self._at_once(now), len(self._waiting) + len(self._begun)), 1.0)

    def _seconds_a_request(self, kind: str, now: float) -> float:
        """The seconds for each expected request of a kind, of late, as if one test of usual pace had been among them.

        Until one is over, those that have begun tell, where they take longer than usual.
        """
        usual = _pace(_of_late(list(self._all_ended()), now))
        if ended := _of_late(self._ended.get(kind, []), now):
            return _with_one_of(usual, _pace(ended), len(ended))
        begun = [(now - at, task.requests) for at, task in self._begun.values() if task.kind == kind]
        expected = sum(requests for _, requests in begun)
        so_far = sum(seconds for seconds, _ in begun) * (1 + _LONGER) / expected if expected else 0.0
        return max(usual, _with_one_of(usual, so_far, len(begun)))

    def _at_once(self, now: float) -> float:
        """How many tests go on at once, on the average of late."""
        since = min((one.at - one.seconds for one in self._all_ended()), default=now)
        since = max(min([since, *(at for at, _ in self._begun.values())]), now * (1 - _LATELY))
        times = [min(one.seconds, one.at - since) for one in self._all_ended() if one.at > since]
        times += [now - max(at, since) for at, _ in self._begun.values()]
        return sum(times) / (now - since) if now > since else 1.0

    def _all_ended(self) -> Iterable[_Ended]:
        return (one for ended in self._ended.values() for one in ended)

    # What comes after them.

    def _seconds_of_removal(self, now: float) -> float:
        left = sum(self._removals_left(org) for org in self._work.removals)
        done = sum(self._removal_done.values())
        if self._removal_since is not None and done:
            return left * (now - self._removal_since) / done
        return left * _seconds_a_sent_request(list(self._all_ended())) + (SETTLING if left else 0.0)

    def _removals_left(self, org: str) -> float:
        return max(self._work.removals.get(org, 0.0) - self._removal_done.get(org, 0.0), 0.0)

    def _least_seconds(self, now: float) -> float:
        """The seconds that the quotas make of what is left: a minute's requests go at once, then the next minute's."""
        return max((self._least_seconds_of(org, now) for org in self._work.a_minute), default=0.0)

    def _least_seconds_of(self, org: str, now: float) -> float:
        a_minute = self._work.a_minute[org]
        sent = self._sent.get(org, 0) + self._removal_done.get(org, 0.0)
        tasks = [*self._waiting.values(), *(task for _, task in self._begun.values())]
        left = sum(task.requests for task in tasks if task.org == org) + self._removals_left(org)
        unspent = max(a_minute * (1 + now // 60) - sent, 0.0)
        minutes = ceil(max(left - unspent, 0.0) / a_minute)
        return minutes * 60 - now % 60 if minutes else 0.0

    def _is_throttled(self, now: float) -> bool:
        """Whether an org's quota was used up in every minute so far."""
        return any(
            a_minute and self._sent.get(org, 0) >= _USED_UP * a_minute * max(1, now // 60)
            for org, a_minute in self._work.a_minute.items()
        )

    def _seconds_at_once(self) -> float:
        """The seconds of a minute's requests, or what is left, at the pace of tests that need not wait: most do not."""
        paces = sorted(one.seconds / one.expected for one in self._all_ended())
        tasks = [*self._waiting.values(), *(task for _, task in self._begun.values())]
        left = sum(task.requests for task in tasks) + sum(map(self._removals_left, self._work.removals))
        return min(left, max(self._work.a_minute.values())) * paces[len(paces) // 2] if paces else 0.0

    def _ending(self) -> float:
        return ENDING + ENDING_A_TEST * sum(map(len, self._ended.values()))


def _of_late(ended: list[_Ended], now: float) -> list[_Ended]:
    """The tests that ended of late; all of them where these are few, the first ones where there is no other."""
    ended = sorted([one for one in ended if not one.is_first] or ended)
    late = ended[bisect_left(ended, now * (1 - _LATELY), key=lambda one: one.at) :]
    return late if len(late) >= _ENOUGH else ended


def _pace(ended: list[_Ended]) -> float:
    """Seconds for each expected request of these tests."""
    expected = sum(one.expected for one in ended)
    return sum(one.seconds for one in ended) / expected if expected else 0.0


def _with_one_of(usual: float, pace: float, tests: int) -> float:
    """The pace of so many tests and one more of the usual pace."""
    return (pace * tests + usual) / (tests + 1)


def _seconds_a_sent_request(ended: list[_Ended]) -> float:
    sent = sum(one.sent for one in ended)
    return sum(one.seconds for one in ended) / sent if sent else 0.0
