"""Allowance: how many requests may leave in a span of time; when the next one may, from those that left before."""

from __future__ import annotations

import math
from typing import NamedTuple

LATENESS = 1.0
"""Seconds by which a request may arrive later than it left: the org counts arrivals, we count departures."""
_SLOTS = 8
"""Departures within an eighth of a second are counted together, as if all had left at its end."""
_MARGIN = 50
"""Of so many requests one is kept back where others use the org as well: they go on while we count."""
_NEW_WINDOW = 2.0
"""Seconds by which two answers may tell the end of one window apart: they round to whole ones."""


class Allowance(NamedTuple):
    """What left of one allowance, and what the org says of it. All moments are in seconds of one clock.

    `departures` are moments with the number of requests that left then, oldest first. `total` is what the org says that
    it allows in all (0: nothing said yet). `left` is what it said was left, less what left since (-1: unknown), and
    holds until `ends`. Before `blocked` the org wants no request at all.
    """

    departures: tuple[tuple[float, int], ...] = ()
    total: int = 0
    left: int = -1
    ends: float = 0.0
    blocked: float = 0.0


UNUSED = Allowance()


def wait(allowance: Allowance, total: int, seconds: float, now: float) -> float:
    """Seconds until a request may leave, of which `total` may in `seconds` (0: any number); 0.0 where it may now."""
    free = max(
        allowance.blocked, _until_given_anew(allowance, now), _until_window_has_room(allowance, total, seconds, now)
    )
    return max(0.0, free - now)


def _until_given_anew(allowance: Allowance, now: float) -> float:
    """When the org gives anew, where nothing is left of what it gave."""
    return allowance.ends + LATENESS if allowance.left == 0 and allowance.ends + LATENESS > now else 0.0


def _until_window_has_room(allowance: Allowance, total: int, seconds: float, now: float) -> float:
    """When enough departures are older than the window, so that one more makes no more than `total`."""
    if not total:
        return 0.0
    excess = 1 - total
    for at, count in allowance.departures:
        if at > now - seconds - LATENESS:
            excess += count
    for at, count in allowance.departures:
        if excess <= 0:
            return 0.0
        if at > now - seconds - LATENESS:
            excess -= count
            if excess <= 0:
                return at + seconds + LATENESS
    return 0.0


def departed(allowance: Allowance, seconds: float, now: float) -> Allowance:
    """The allowance after one request left now; forgets what is older than the window of `seconds`."""
    slot = math.ceil(now * _SLOTS) / _SLOTS
    # What lies in the future is of another clock: a machine that was started anew.
    kept = [pair for pair in allowance.departures if now - seconds - LATENESS < pair[0] <= slot]
    if kept and kept[-1][0] == slot:
        kept[-1] = (slot, kept[-1][1] + 1)
    else:
        kept.append((slot, 1))
    left = _current(allowance, now).left
    return allowance._replace(departures=tuple(kept), left=left - 1 if left > 0 else left)


def informed(
    allowance: Allowance, total: int | None, left: int | None, resets: float | None, now: float, seconds: float
) -> Allowance:
    """The allowance after an answer said what there is in all, what is left, and in how many seconds it is given anew.

    Where less is left than our own count says, others use the org too. An answer may be late: more than we think is
    left only counts once the window it is told of is a new one.
    """
    known = allowance._replace(total=total) if total else allowance
    if left is None:
        return known
    ends = now + (seconds if resets is None else min(max(resets, 0.0), seconds))
    current = _current(known, now)
    is_new = current.left < 0 or (resets is not None and ends > current.ends + _NEW_WINDOW)
    if is_new:
        return current._replace(left=left, ends=ends)
    if left >= current.left:
        return current if resets is None or ends <= current.ends else current._replace(ends=ends)
    margin = max(known.total, left) // _MARGIN
    return current._replace(left=max(0, left - margin), ends=max(current.ends, ends) if resets is not None else ends)


def blocked(allowance: Allowance, seconds: float, now: float) -> Allowance:
    """The allowance after the org refused a request and wants none for so many seconds."""
    return allowance._replace(blocked=max(allowance.blocked, now + seconds))


def _current(allowance: Allowance, now: float) -> Allowance:
    """Without what the org said was left, once it has given anew."""
    is_over = allowance.left >= 0 and now >= allowance.ends + LATENESS
    return allowance._replace(left=-1) if is_over else allowance
