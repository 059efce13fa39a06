"""Unjudged: what was seen and could not be judged, by reason, so that silence does not look like a pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

FILE = "a file that cannot be read"
OTHER_FILE = "a file that is no recording"
ENTRY = "an entry that cannot be read"
NO_ANSWER = "no answer was recorded"
BODY = "the answer's body was left out"
"""What a recording lacks. What a check cannot judge is told by `checks.unjudged`."""


@dataclass(frozen=True, slots=True)
class Unjudged:
    """One reason: how often it was met, and the first place (`file: entry 3`, or an operation's key)."""

    reason: str
    count: int
    place: str


@dataclass
class UnjudgedCounter:
    """Counts reasons and keeps the first place of each."""

    counts: Counter[str] = field(default_factory=Counter)
    places: dict[str, str] = field(default_factory=dict)

    def add(self, reason: str, place: str, count: int = 1) -> None:
        """Count a reason at a place."""
        self.counts[reason] += count
        self.places.setdefault(reason, place)

    def rows(self) -> tuple[Unjudged, ...]:
        """All reasons, the most frequent first."""
        return tuple(Unjudged(reason, count, self.places[reason]) for reason, count in self.counts.most_common())


def closing_line(rows: Iterable[Unjudged]) -> str:
    """`Seen, not judged: 5 (an XML body 3, no answer was recorded 2)`; empty for nothing."""
    rows = tuple(rows)
    if not rows:
        return ""
    reasons = ", ".join(f"{row.reason} {row.count:,}" for row in rows)
    return f"Seen, not judged: {sum(row.count for row in rows):,} ({reasons})"
