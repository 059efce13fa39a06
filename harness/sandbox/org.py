"""Org: all that one vendor's emulated account knows, and its clock."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from harness.sandbox.store import Store

if TYPE_CHECKING:
    from harness.sandbox.engine import Engine


@dataclass(slots=True)
class Clock:
    """Time that can be moved forward. `ahead` is how far, in seconds."""

    source: Callable[[], float] = time.time
    ahead: float = 0.0

    def now(self) -> float:
        """Seconds since the epoch."""
        return self.source() + self.ahead

    def advance(self, seconds: float) -> float:
        """Move time forward; what has to expire, expires."""
        self.ahead += max(0.0, seconds)
        return self.now()


@dataclass(slots=True)
class Org:
    """One vendor's account. `memo` is for state that is no record: tokens, jobs, rate windows, keys seen.

    `base` is the absolute URL that the account is served at. `random` is seeded, so that two orgs with one seed
    and the same calls answer alike.
    """

    vendor: str
    seed: int = 0
    clock: Clock = field(default_factory=Clock)
    store: Store = field(default_factory=Store)
    memo: dict[str, Any] = field(default_factory=dict)
    random: random.Random = field(default_factory=random.Random)
    base: str = ""
    engine: Engine = None  # type: ignore[assignment]  # set by the engine that serves it

    def stamp(self, at: float | None = None) -> str:
        """A time as both vendors write it: `2026-01-31T09:15:00Z`."""
        return iso(self.clock.now() if at is None else at)


_last: tuple[int, str] = (0, "")


def iso(seconds: float) -> str:
    """Seconds since the epoch as UTC to the second, with a literal Z."""
    global _last
    whole = int(seconds)
    if _last[0] != whole:
        _last = (whole, datetime.fromtimestamp(whole, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    return _last[1]
