"""Org: the state of one emulated account, its clock, and the interface of the engine that serves it."""

from __future__ import annotations

import calendar
import random
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from harness.sandbox.answer_plan import AnswerPlan
from harness.sandbox.call import Call, Reply
from harness.sandbox.record_forms import RecordForms
from harness.sandbox.store import Record, Store

State = TypeVar("State")


class OrgEngine(RecordForms, ABC):
    """What a behaviour may use of the engine that serves its org, beside plans, schemas and the forms of records.

    It stands beside `Org` because the two know each other: an org has an engine, and the engine works on orgs.
    """

    @abstractmethod
    def generic(self, org: Org, call: Call) -> Reply:
        """What a plain REST service would answer."""

    @abstractmethod
    def rows(self, org: Org, plan: AnswerPlan, scope: tuple[str, ...]) -> list[Record]:
        """The records that a nested or flat collection shows."""

    @abstractmethod
    def listed(self, org: Org, call: Call, rows: list[Record], plan: AnswerPlan | None = None) -> Reply:
        """A page of rows as the answer of an operation, the call's own unless another plan is given."""

    @abstractmethod
    def make(self, org: Org, call: Call, plan: AnswerPlan, fields: Record, scope: tuple[str, ...] = ()) -> Record:
        """A new record in the plan's table: blank, with the given fields, an id and times."""

    @abstractmethod
    def populate(self, org: Org, call: Call) -> None:
        """One record for every table that can be shown and that was left empty."""

    @abstractmethod
    def missing(self, org: Org, call: Call) -> Reply:
        """The vendor's answer where a record is not there."""

    @abstractmethod
    def refusal(self, org: Org, call: Call) -> Reply | None:
        """What the body has wrong against the document, in the vendor's form; None where it has nothing wrong."""

    @abstractmethod
    def has_behaviour(self, operation_id: str) -> bool:
        """Whether the vendor answers an operation in its own way."""


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
    """One vendor's account, and the engine that serves it.

    `memo` is for state that is no record: tokens, jobs, rate windows, idempotency keys. `base` is the absolute URL
    that the account is served at. `random` is seeded, so that two orgs with one seed and the same calls answer alike.
    """

    engine: OrgEngine
    seed: int = 0
    clock: Clock = field(default_factory=Clock)
    base: str = ""
    store: Store = field(default_factory=Store)
    memo: dict[str, Any] = field(default_factory=dict)
    random: random.Random = field(default_factory=random.Random)

    def state_of(self, kind: type[State]) -> State:
        """The one object of a class that holds state of the account which is no record, made when first needed."""
        state = self.memo.get(kind.__name__)
        if not isinstance(state, kind):
            state = self.memo[kind.__name__] = kind()
        return state

    def stamp(self, at: float | None = None) -> str:
        """A time as both vendors write it: `2026-01-31T09:15:00Z`."""
        return iso(self.clock.now() if at is None else at)


_last_stamp: tuple[int, str] = (0, "1970-01-01T00:00:00Z")


def seconds_of(stamp: str) -> int:
    """A time that `iso` wrote, as seconds since the epoch; raises `ValueError` for any other text."""
    return calendar.timegm(time.strptime(stamp, "%Y-%m-%dT%H:%M:%SZ"))


def iso(seconds: float) -> str:
    """Seconds since the epoch as UTC to the second, with a literal Z."""
    global _last_stamp
    whole = int(seconds)
    if _last_stamp[0] != whole:
        _last_stamp = (whole, datetime.fromtimestamp(whole, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    return _last_stamp[1]
