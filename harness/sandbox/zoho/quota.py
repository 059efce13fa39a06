"""Quota: credits a day and calls at one time, their headers, and the two kinds of 429."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from harness.openapi.catalog import Operation, path_words
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.zoho import errors

DAY = 86400
SEATS = 900  # licensed agents; many, so that a long test run is not stopped half way
CREDITS = 100_000 + 1_000 * SEATS  # a day, Enterprise (vendor page: API credits)
CONCURRENT = 25  # Enterprise (vendor page: API credits)

# Credits of a list by how deep it reaches: rows below the bound cost this much (vendor page: API credits).
_DEPTHS = ((2_000, 3), (10_000, 5), (50_000, 10), (100_000, 50))
_COUNT = 50
# `count`, `counts`, `ticketsCountByFieldValues`; not `countries`.
_COUNTS = re.compile(r"(^c|C)ounts?(?![a-z])")


@dataclass(slots=True)
class Usage:
    """Credits that all clients of a portal used on one day, and when the calls that run now will end."""

    day: int = 0
    credits: int = 0
    limit: int = CREDITS
    at_once: int = CONCURRENT
    running: list[float] = field(default_factory=list)
    refused: int = 0


def weight(operation: Operation, call: Call) -> int:
    """Credits of one call: a count 50, a list 3 and more with depth, everything else 1."""
    if operation.method != "GET":
        return 1
    words = path_words(operation.path)
    if words and _COUNTS.search(words[-1]):
        return _COUNT
    if operation.path.endswith("}"):
        return 1
    reach = _number(call.arg("from")) + _number(call.arg("limit"))
    return next((cost for bound, cost in _DEPTHS if reach <= bound), 100)


def spend(org: Org, call: Call) -> Reply | None:
    """429 where the day's credits are gone (with Retry-After) or too many calls run at once (without)."""
    usage, day = _limited(org), int(call.now // DAY)
    if usage.day != day:
        usage.day, usage.credits = day, 0
    # Only a delayed call takes time here; while it does, it counts as running.
    usage.running = [until for until in usage.running if until > call.now]
    if len(usage.running) >= usage.at_once:
        usage.refused += 1
        return errors.refuse("TOO_MANY_REQUESTS")
    if call.state.get("delay"):
        usage.running.append(call.now + float(call.state["delay"]))
    cost = weight(call.operation, call) if call.operation is not None else 1
    if usage.credits + cost > usage.limit:
        usage.refused += 1
        wait = DAY - int(call.now % DAY)
        return errors.refuse("THRESHOLD_EXCEEDED", **{"Retry-After": str(wait)})
    usage.credits += cost
    call.state["credits"] = cost
    return None


def _limited(org: Org) -> Usage:
    """The portal's use, with the limits that the control path has set: `{"credits": N, "at_once": N}`."""
    usage, limits = org.state_of(Usage), org.memo.get("limits") or {}
    usage.limit, usage.at_once = limits.get("credits", usage.limit), limits.get("at_once", usage.at_once)
    return usage


def usage(org: Org) -> dict[str, Any]:
    """The portal's own count of the day, for proofs."""
    counted = _limited(org)
    return {
        "credits": counted.credits, "limit": counted.limit, "at_once": counted.at_once, "refused": counted.refused,
    }  # fmt: skip


def add_headers(org: Org, call: Call, reply: Reply) -> Reply:
    """What the call cost and what is left of the day (clients' recordings: the `-v3` names)."""
    usage = org.state_of(Usage)
    reply.headers.setdefault("X-Rate-Limit-Request-Weight-v3", str(call.state.get("credits", 0)))
    reply.headers.setdefault("X-Rate-Limit-Remaining-v3", str(max(0, usage.limit - usage.credits)))
    return reply


def _number(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 10 else 0
