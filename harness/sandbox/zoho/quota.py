"""Quota: credits a day and calls at one time, their headers, and the two kinds of 429."""

from __future__ import annotations

from dataclasses import dataclass, field

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


@dataclass(slots=True)
class Spent:
    """Credits used on one day of the data centre, and when the calls that are being answered now will be done."""

    day: int = 0
    credits: int = 0
    limit: int = CREDITS
    at_once: int = CONCURRENT
    running: list[float] = field(default_factory=list)


def spent(org: Org) -> Spent:
    """The portal's account of credits, shared by all its clients."""
    state = org.memo.get("credits")
    if not isinstance(state, Spent):
        state = org.memo["credits"] = Spent()
    return state


def weight(operation: Operation, call: Call) -> int:
    """Credits of one call: a count 50, a list 3 and more with depth, everything else 1."""
    if operation.method != "GET":
        return 1
    words = path_words(operation.path)
    if words and words[-1].lower().endswith("count"):
        return _COUNT
    if operation.path.endswith("}"):
        return 1
    reach = _number(call.arg("from")) + _number(call.arg("limit"))
    return next((cost for bound, cost in _DEPTHS if reach <= bound), 100)


def spend(org: Org, call: Call) -> Reply | None:
    """429 where the day's credits are gone (with Retry-After) or too many calls run at once (without)."""
    state, day = spent(org), int(call.now // DAY)
    if state.day != day:
        state.day, state.credits = day, 0
    # Only a call that is held up takes time here; while it does, it is one of those that run.
    state.running = [until for until in state.running if until > call.now]
    if len(state.running) >= state.at_once:
        return errors.refuse("TOO_MANY_REQUESTS")
    if call.state.get("delay"):
        state.running.append(call.now + float(call.state["delay"]))
    cost = weight(call.operation, call) if call.operation is not None else 1
    if state.credits + cost > state.limit:
        wait = DAY - int(call.now % DAY)
        return errors.refuse("THRESHOLD_EXCEEDED", **{"Retry-After": str(wait)})
    state.credits += cost
    call.state["credits"] = cost
    return None


def add_headers(org: Org, call: Call, reply: Reply) -> Reply:
    """What the call cost and what is left of the day (clients' recordings: the `-v3` names)."""
    state = spent(org)
    reply.headers.setdefault("X-Rate-Limit-Request-Weight-v3", str(call.state.get("credits", 0)))
    reply.headers.setdefault("X-Rate-Limit-Remaining-v3", str(max(0, state.limit - state.credits)))
    return reply


def _number(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 10 else 0
