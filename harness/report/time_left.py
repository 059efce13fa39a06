"""How long a run still takes: what is left to do at the pace of late, and not faster than the orgs' quotas allow."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field

OPERATION, TEST = 1.0, 0.2
"""The work of one operation and of one hand-written test: at a budget of 20 a run on the embedded sandbox sends 11
requests for each operation and 2.5 for each test (README, November 2026)."""
FIRST = 5.0
"""Seconds before which a guess would only jump about."""
_ENOUGH = 8
"""Steps that make a pace."""
_LATELY = 0.5
"""The share of the time so far whose pace counts: a start loads things, and a quota's first minute is a burst."""


@dataclass(slots=True)
class OrgWork:
    """What one org has to do in units of `OPERATION`, and did, with how many requests; `a_minute` is its quota of
    requests, 0 where none is known.
    """

    expected: float = 0.0
    done: float = 0.0
    requests: int = 0
    a_minute: int = 0

    def least_seconds(self, elapsed: float) -> float:
        """The seconds that the quota makes of what is left: a minute's requests go at once, then it decides."""
        if not self.a_minute or not self.done:
            return 0.0
        left = max(self.expected - self.done, 0.0) * self.requests / self.done
        unspent = max(self.a_minute * (1 + elapsed / 60) - self.requests, 0.0)
        return max(left - unspent, 0.0) * 60 / self.a_minute


@dataclass(slots=True)
class TimeLeft:
    """The pace of a run; times are seconds since its start."""

    orgs: dict[str, OrgWork] = field(default_factory=dict)
    _steps: list[tuple[float, float]] = field(default_factory=list)  # when, and all that was done by then

    def add(self, at: float, org: str, work: float, requests: int) -> None:
        """Count what was finished for an org."""
        row = self.orgs.setdefault(org, OrgWork())
        row.done += work
        row.requests += requests
        self._steps.append((at, work + (self._steps[-1][1] if self._steps else 0.0)))

    def seconds(self, now: float) -> float | None:
        """The seconds that are left; None where it is too early to tell, or nothing is left."""
        left = sum(max(row.expected - row.done, 0.0) for row in self.orgs.values())
        pace = self._pace(now)
        if now < FIRST or left <= 0 or not pace:
            return None
        return max(left / pace, *(row.least_seconds(now) for row in self.orgs.values()))

    def _pace(self, now: float) -> float:
        """Work a second of late; of all the time since the first step where few were done of late."""
        index = bisect_left(self._steps, (now * (1 - _LATELY), 0.0))
        steps = self._steps[index:]
        if len(steps) < _ENOUGH:
            steps = self._steps
        if len(steps) < 2 or now <= steps[0][0]:
            return 0.0
        # The first step's work was done before it; what began it is not known.
        return (steps[-1][1] - steps[0][1]) / (now - steps[0][0])
