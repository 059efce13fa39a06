"""What all processes know of one org's quota together, and how a request and an answer change it; pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from harness.quota.allowance import UNUSED, Allowance, blocked, departed, informed, uncounted, wait
from harness.quota.answer import QuotaReport, SpentLimit
from harness.vendors.vendor import EndpointLimit

MINUTE = 60.0
CREDITS_KNOWN = 60.0
"""Seconds for which what the org said of its credits is relied upon; then it is asked again."""
RESERVE_KEPT = 120.0
"""Seconds for which a run's reserve is kept without a word of it: a run that was killed needs none."""
POLL = 0.25
"""Seconds between two looks for a call that has ended: nobody tells when another process' call will."""
FEWER_AT_ONCE = 600.0
"""Seconds for which fewer calls are under way at once, after the org refused one."""
_LEARNED_SECONDS = 600.0
_MOST_SHAPES = 500
_ID = re.compile(r"(?<=/)(?!v\d+/)[^/]*\d[^/]*")


class OrgUsage(NamedTuple):
    """The use of one org's quota. All moments are in seconds of the clock of the store that keeps it.

    `endpoints` are allowances of single endpoints by name, `shapes` the names that headers gave for requests of a shape
    that no convention knows. `credits` are those that the org said are left, at `credits_at`, less what was sent since
    (-1: unknown). `running` are the calls under way, with the moment after which each has certainly ended. `at_once` is
    how many of them the org allows (0: nothing known), until `at_once_until`; `edition_at_once` by its edition.
    `reserves` are the credits that each run needs for its teardown, with the moment until which that counts.
    """

    account: Allowance = UNUSED
    endpoints: Mapping[str, Allowance] = {}
    shapes: Mapping[str, tuple[str, int]] = {}
    credits: int = -1
    credits_at: float = 0.0
    running: tuple[tuple[str, float], ...] = ()
    at_once: int = 0
    at_once_until: float = 0.0
    edition_at_once: int = 0
    reserves: Mapping[str, tuple[int, float]] = {}


NOTHING_USED = OrgUsage()


class Held(StrEnum):
    """What a request waits for."""

    NOTHING = "nothing"
    ACCOUNT = "the org's requests a minute"
    ENDPOINT = "the limit of this endpoint"
    CALLS = "other calls to end"
    CREDITS = "the credits of a day"


@dataclass(frozen=True, slots=True)
class Demand:
    """One request that wants to leave.

    `limit` is the configured number of requests a minute (0: none); it is a ceiling, or where to begin until the org
    says what it allows. Each of `shares` processes that know nothing of each other has its part. `endpoints` are the
    limits that the request falls under, `shape` is what requests of one kind have in common, `path` what tells their
    records apart. `cost` is in credits (0: the vendor counts none).

    `owner` names the call, `ends` is in how many seconds it has certainly ended, `at_once` how many calls may be under
    way (0: any number). `run` has `reserve` credits to keep for its teardown; one that takes back may use them.
    """

    limit: int = 0
    is_ceiling: bool = True
    shares: int = 1
    endpoints: tuple[EndpointLimit, ...] = ()
    shape: str = ""
    path: str = ""
    cost: int = 0
    at_once: int = 0
    owner: str = ""
    ends: float = 0.0
    run: str = ""
    reserve: int = 0
    takes_back: bool = False


@dataclass(frozen=True, slots=True)
class Admission:
    """Whether a request may leave now, or in how many seconds it may ask again, and what it waits for."""

    wait: float = 0.0
    held: Held = Held.NOTHING


ADMITTED = Admission()


def requests_a_minute(usage: OrgUsage, limit: int, is_ceiling: bool) -> int:
    """How many requests a minute may leave, for a configured number (0: any); what the org says goes before it."""
    if not limit or not usage.account.total:
        return limit
    return min(limit, usage.account.total) if is_ceiling else usage.account.total


def admit(usage: OrgUsage, demand: Demand, now: float) -> tuple[OrgUsage, Admission]:
    """The usage with the request counted, if it may leave now; else unchanged, with how long it has to wait."""
    limits = _limits_of(usage, demand)
    admission = _hold(usage, demand, limits, now)
    if admission.held is not Held.NOTHING:
        return usage, admission
    usage = usage._replace(account=departed(usage.account, MINUTE, now))
    if limits:
        counted = {
            name: departed(usage.endpoints.get(name, UNUSED), limit.seconds, now) for name, limit in limits.items()
        }
        usage = usage._replace(endpoints=_fresh({**usage.endpoints, **counted}, now))
    if demand.cost and usage.credits >= 0:
        usage = usage._replace(credits=max(0, usage.credits - demand.cost))
    if demand.at_once:
        running = (*_running(usage, now), (demand.owner, now + demand.ends))
        usage = usage._replace(running=running)
    return _with_reserve(usage, demand, now), ADMITTED


def _hold(usage: OrgUsage, demand: Demand, limits: Mapping[str, EndpointLimit], now: float) -> Admission:
    """What the request has to wait for, and how long; the longest of all waits."""
    if demand.cost and not demand.takes_back and _credits(usage, now) - demand.cost < _reserved(usage, demand, now):
        return Admission(0.0, Held.CREDITS)
    total = requests_a_minute(usage, demand.limit, demand.is_ceiling)
    share = max(1, total // demand.shares) if total else 0
    longest = Admission(wait(usage.account, share, MINUTE, now), Held.ACCOUNT)
    for name, limit in limits.items():
        allowance = usage.endpoints.get(name, UNUSED)
        seconds = wait(allowance, allowance.total or limit.total, limit.seconds, now)
        if seconds > longest.wait:
            longest = Admission(seconds, Held.ENDPOINT)
    if longest.wait > 0:
        return longest
    if demand.at_once and len(_running(usage, now)) >= calls_at_once(usage, demand.at_once, now):
        return Admission(POLL, Held.CALLS)
    return ADMITTED


def ended(usage: OrgUsage, owner: str) -> OrgUsage:
    """The usage after a call has ended, however it did."""
    return usage._replace(running=tuple(call for call in usage.running if call[0] != owner))


def without(usage: OrgUsage, is_gone: Callable[[str], bool]) -> OrgUsage:
    """The usage without the calls and reserves of those who are gone; the very same value where all are there."""
    running = tuple(call for call in usage.running if not is_gone(call[0]))
    reserves = {run: pair for run, pair in usage.reserves.items() if not is_gone(run)}
    if len(running) == len(usage.running) and len(reserves) == len(usage.reserves):
        return usage
    return usage._replace(running=running, reserves=reserves)


def calls_at_once(usage: OrgUsage, most: int, now: float) -> int:
    """How many calls may be under way at once, of the vendor's `most`."""
    by_edition = min(most, usage.edition_at_once or most)
    return min(by_edition, usage.at_once) if usage.at_once and now < usage.at_once_until else by_edition


def learn(usage: OrgUsage, demand: Demand, report: QuotaReport, now: float) -> OrgUsage:
    """The usage after an answer to the request; the very same value where it says nothing new."""
    account = informed(usage.account, report.limit, report.left, report.resets, now, MINUTE)
    if report.left is None and account.left >= 0 and report.spent is SpentLimit.NONE:
        # A refused login, a page of a proxy: what does not show the org's count is not in it. Where it is in it after
        # all, the next answer says that less is left than we think.
        account = uncounted(account)
    if report.spent is SpentLimit.ACCOUNT:
        account = blocked(account, report.wait, now)
    if account != usage.account:
        usage = usage._replace(account=account)
    for endpoint in report.endpoints:
        usage = _learn_endpoint(usage, demand, endpoint.name, endpoint.total, endpoint.left, endpoint.resets, now)
    if report.spent is SpentLimit.ENDPOINT:
        usage = _block_endpoint(usage, demand, report, now)
    if report.spent is SpentLimit.CONCURRENCY:
        fewer = max(1, min(len(_running(usage, now)), calls_at_once(usage, demand.at_once or 1, now)) - 1)
        usage = usage._replace(at_once=fewer, at_once_until=now + FEWER_AT_ONCE)
    if report.spent is SpentLimit.CREDITS:
        return usage._replace(credits=0, credits_at=now)
    if report.credits is not None:
        usage = usage._replace(credits=report.credits, credits_at=now)
    return usage


def _learn_endpoint(
    usage: OrgUsage, demand: Demand, name: str, total: int, left: int, resets: float | None, now: float
) -> OrgUsage:
    known = {limit.name: limit for limit in demand.endpoints}
    limit = known.get(name) or _learned_limit(name, total, resets)
    if name not in known:
        usage = _with_shape(usage, demand.shape, name, total)
    key = _key(limit, demand)
    allowance = usage.endpoints.get(key, UNUSED)
    new = informed(allowance, total, left, resets, now, limit.seconds)
    return usage if new == allowance else usage._replace(endpoints={**usage.endpoints, key: new})


def _with_shape(usage: OrgUsage, shape: str, name: str, total: int) -> OrgUsage:
    """The usage that knows which limit requests of a shape fall under; generated paths must not make it grow."""
    if usage.shapes.get(shape) == (name, total):
        return usage
    others = usage.shapes if len(usage.shapes) < _MOST_SHAPES else {}
    return usage._replace(shapes={**others, shape: (name, total)})


def _block_endpoint(usage: OrgUsage, demand: Demand, report: QuotaReport, now: float) -> OrgUsage:
    """No request of this kind leaves before the org wants one: each limit that is used up, or all that is known."""
    spent = {endpoint.name for endpoint in report.endpoints if endpoint.left == 0}
    limits = _limits_of(usage, demand)
    keys = [key for key, limit in limits.items() if limit.name in spent] or list(limits)
    if not keys:
        name = demand.shape
        usage = _with_shape(usage, demand.shape, name, 0)
        keys = [name]
    new = {key: blocked(usage.endpoints.get(key, UNUSED), report.wait, now) for key in keys}
    return usage._replace(endpoints={**usage.endpoints, **new})


@lru_cache(maxsize=4096)
def shape_of(method: str, path: str) -> str:
    """What requests of one operation have in common: the path with every part that holds a digit left open."""
    return f"{method} {_ID.sub('{id}', path)}"


def _limits_of(usage: OrgUsage, demand: Demand) -> dict[str, EndpointLimit]:
    """The limits that the request falls under by the key of their allowance: known ones, and one that was learned."""
    limits = {_key(limit, demand): limit for limit in demand.endpoints}
    learned = usage.shapes.get(demand.shape) if usage.shapes else None
    if learned is not None:
        limit = _learned_limit(*learned)
        limits[_key(limit, demand)] = limit
    return limits


def _learned_limit(name: str, total: int, resets: float | None = None) -> EndpointLimit:
    """A limit that only a header told of: what is left and until when says the rest. `per-...` counts each record."""
    seconds = _LEARNED_SECONDS if (resets or 0.0) > MINUTE else MINUTE
    return EndpointLimit(name, total, seconds, "", each=name.startswith("per-"))


def _key(limit: EndpointLimit, demand: Demand) -> str:
    return f"{limit.name} {demand.path}" if limit.each else limit.name


def _fresh(endpoints: Mapping[str, Allowance], now: float) -> dict[str, Allowance]:
    """Without allowances of which nothing counts any more: each record that was updated has one."""
    oldest = now - 2 * _LEARNED_SECONDS
    return {
        name: allowance
        for name, allowance in endpoints.items()
        if max(allowance.last, allowance.blocked, allowance.ends) > oldest
    }


def _running(usage: OrgUsage, now: float) -> tuple[tuple[str, float], ...]:
    return tuple(call for call in usage.running if call[1] > now)


def _credits(usage: OrgUsage, now: float) -> float:
    """Credits that are left; without end where nothing is known of them."""
    is_known = usage.credits >= 0 and 0 <= now - usage.credits_at < CREDITS_KNOWN
    return usage.credits if is_known else float("inf")


def _reserved(usage: OrgUsage, demand: Demand, now: float) -> int:
    """Credits that all runs together need for their teardown."""
    others = (credits for run, (credits, until) in usage.reserves.items() if run != demand.run and until > now)
    return demand.reserve + sum(others)


def _with_reserve(usage: OrgUsage, demand: Demand, now: float) -> OrgUsage:
    """The usage with the run's own reserve written down."""
    if not demand.run or (not demand.reserve and demand.run not in usage.reserves):
        return usage
    kept = {run: pair for run, pair in usage.reserves.items() if pair[1] > now}
    return usage._replace(reserves={**kept, demand.run: (demand.reserve, now + RESERVE_KEPT)})
