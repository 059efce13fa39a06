"""Limiter: one org's quota as one process meets it; asks the store, and counts for itself where there is none."""

from __future__ import annotations

import itertools
import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import parse_qsl

from harness.formats.json_text import json_or
from harness.quota.allowance import LATENESS, used
from harness.quota.answer import QuotaReport, read_answer
from harness.quota.org_usage import (
    MINUTE,
    NOTHING_USED,
    Admission,
    Demand,
    Held,
    OrgUsage,
    admit,
    ended,
    learn,
    requests_a_minute,
    shape_of,
    without,
)
from harness.quota.usage_file import UsageFile
from harness.quota.usage_redis import UsageRedis
from harness.quota.usage_store import Change, Clock, OwnUsage, Result, StoreError, UsageStore, key_of
from harness.target import Target
from harness.vendors import VENDORS
from harness.vendors.vendor import EndpointLimit, QuotaConvention

CREDITS_TOLD = 3600.0
"""Seconds for which it is told what the org said of its credits; others use them too, and a new day brings new ones."""
_calls = itertools.count()


@dataclass(frozen=True, slots=True)
class QuotaLeft:
    """What is left of an org's quota, as far as this machine knows.

    `a_minute` requests may leave in a minute (0: any number), `requests` of them now; all are given anew in `resets`
    seconds. `credits` are left of the day, None where the vendor counts none or has not said.
    """

    a_minute: int
    requests: int | None
    credits: int | None
    resets: float


def open_store(target: Target, clock: Clock = time.monotonic) -> UsageStore:
    """Where the use of an org's quota is kept; raises `StoreError` where that cannot be used."""
    if not target.quota_store:
        return OwnUsage(clock)
    if "://" in target.quota_store:
        return UsageRedis(target.quota_store, key_of(target))
    return UsageFile(Path(target.quota_store), key_of(target), clock)


def problem(target: Target) -> str:
    """Why the processes of this machine cannot count together, as a note for people; empty where they can."""
    try:
        store = open_store(target)
        # A new value, though the same: whether it can be written matters too.
        store.change(lambda usage, now: (usage._replace(), None))
    except StoreError as error:
        return (
            f"{target.name}: the use of its quota is not shared with other runs, each worker keeps to its own share: "
            f"{error}"
        )
    store.close()
    return ""


def left(target: Target) -> QuotaLeft | None:
    """What is left of an org's quota, without a request; None where nobody has asked the org lately, or none can tell.

    Raises nothing: a store that cannot be used knows nothing.
    """
    try:
        store = open_store(target)
        usage, now = store.change(lambda usage, now: (usage, (usage, now)))
        store.close()
    except StoreError:
        return None
    return None if usage == NOTHING_USED else what_is_left(usage, target, now)


def what_is_left(usage: OrgUsage, target: Target, now: float) -> QuotaLeft:
    """The same for a usage; the smaller of what our own count leaves and of what the org said."""
    a_minute = requests_a_minute(usage, target.quota, not target.learns_quota)
    account = usage.account
    spent = used(account, MINUTE, now)
    counts = [a_minute - spent] if a_minute else []
    resets = [MINUTE + LATENESS] if spent else []
    if account.left >= 0 and now < account.ends + LATENESS:
        counts.append(account.left)
        resets.append(account.ends + LATENESS - now)
    if account.blocked > now:
        counts.append(0)
        resets.append(account.blocked - now)
    credits = usage.credits if usage.credits >= 0 and now - usage.credits_at < CREDITS_TOLD else None
    return QuotaLeft(a_minute, max(0, min(counts)) if counts else None, credits, max(0.0, *resets, 0.0))


@dataclass
class Limiter:
    """Says of each request to one org when it may leave, and learns from each answer.

    `workers` share the quota where the store cannot be used. `run` names the run, `reserve` says how many credits its
    teardown needs. `takes_back` is set once that has begun.
    """

    target: Target
    workers: int = 1
    clock: Clock = time.monotonic
    run: str = ""
    reserve: Callable[[], int] = lambda: 0
    takes_back: bool = False

    def __post_init__(self) -> None:
        self.convention: QuotaConvention = VENDORS[self.target.vendor].quota
        self.shares = 1
        self._known, self._now = NOTHING_USED, 0.0
        self.store = self._open()

    @property
    def address(self) -> tuple[str, int] | None:
        """The host and port of the store, where it is on another machine."""
        return self.store.address

    def demand(self, method: str, url: str) -> Demand:
        """What a request asks for."""
        path, _, query = url.removeprefix(self.target.base_url).partition("?")
        path = path.removesuffix(VENDORS[self.target.vendor].ignored_suffix)
        # Without a configured quota only what the org itself says holds a request back.
        endpoints = _endpoints(self.target.vendor, method, path, query) if self.target.quota else ()
        cost = self.convention.cost
        return Demand(
            limit=self.target.quota,
            is_ceiling=not self.target.learns_quota,
            shares=self.shares,
            endpoints=endpoints,
            shape=shape_of(method, path),
            path=path,
            cost=cost(method, f"{path}?{query}") if cost else 0,
            at_once=self.convention.concurrent,
            owner=f"{os.getpid()}-{next(_calls)}" if self.convention.concurrent else "",
            ends=2 * self.target.timeout,
            run=self.run,
            reserve=self.reserve() if cost else 0,
            takes_back=self.takes_back,
        )

    def acquire(self, demand: Demand) -> Admission:
        """Count the request if it may leave now; else say for how long it has to wait, and for what."""

        def step(usage: OrgUsage, now: float) -> tuple[OrgUsage, Admission]:
            new, admission = admit(usage, demand, now)
            self._known = new
            return new, admission

        admission = self._change(step)
        if admission.held in (Held.CALLS, Held.CREDITS) and self.address is None:
            # Of a process that was killed nobody says that its calls have ended, nor that its run has.
            self._change(lambda usage, now: (without(usage, _is_gone), None))
            return self._change(step)
        return admission

    def release(self, demand: Demand) -> None:
        """The request has ended without an answer."""
        if demand.at_once:
            self._change(lambda usage, now: (ended(usage, demand.owner), None))

    def learn(self, demand: Demand, status: int, headers: Mapping[str, str], body: bytes) -> QuotaReport:
        """Learn from the answer to a request, which has ended with it."""
        report = read_answer(status, headers, body, self.convention)

        def step(usage: OrgUsage, now: float) -> tuple[OrgUsage, None]:
            new = learn(usage, demand, report, now)
            if demand.at_once:
                new = ended(new, demand.owner)
            if demand.path == self.convention.edition_path and status == 200:
                at_once = self.convention.concurrent_by_edition(json_or(body, None), self.target.org_id)
                new = new._replace(edition_at_once=at_once or new.edition_at_once)
            self._known = new
            return new, None

        # Most answers say what was known: then nobody else has to hear of it.
        if demand.at_once or learn(self._known, demand, report, self._now) is not self._known:
            self._change(step)
        return report

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()

    def _open(self) -> UsageStore:
        try:
            return open_store(self.target, self.clock)
        except StoreError:
            return self._alone()

    def _change(self, step: Change[Result]) -> Result:
        """A step in the store; without one, this process keeps to its share from then on."""

        def timed(usage: OrgUsage, now: float) -> tuple[OrgUsage, Result]:
            self._now = now
            return step(usage, now)

        try:
            return self.store.change(timed)
        except StoreError:
            self.store = self._alone()
            return self.store.change(timed)

    def _alone(self) -> UsageStore:
        """This process counts for itself, and keeps to its share; `problem` says why."""
        self.shares = self.workers
        return OwnUsage(self.clock)


def _is_gone(owner: str) -> bool:
    """Whether the process of a call or a run (`PID`, or `PID-NUMBER`) has ended."""
    try:
        os.kill(int(owner.partition("-")[0]), 0)
    except ProcessLookupError:
        return True
    except (OSError, ValueError, OverflowError):
        return False
    return False


@lru_cache(maxsize=4096)
def _endpoints(vendor: str, method: str, path: str, query: str) -> tuple[EndpointLimit, ...]:
    """The known limits that a request falls under."""
    request = f"{method} {path}"
    return tuple(
        limit
        for limit in VENDORS[vendor].quota.endpoints
        if re.fullmatch(limit.requests, request) and (not limit.beyond_page or _page(query) > limit.beyond_page)
    )


def _page(query: str) -> int:
    """The page that an offset list is asked for, 0 where it is none."""
    page = dict(parse_qsl(query)).get("page", "")
    return int(page) if page.isdecimal() and len(page) < 10 else 0
