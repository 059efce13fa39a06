"""Allowance: how many requests may leave in a span of time; when the next one may, from those that left before."""

from __future__ import annotations

import math
from array import array
from typing import NamedTuple

LATENESS = 1.0
"""Seconds by which a request may arrive later than it left: the org counts arrivals, we count departures."""
_SLOTS = 480
"""Parts of a window, an eighth of a second of a minute; what left within one counts as if it left at its end."""
_MOST_IN_SLOT = 2**16 - 1
_MARGIN = 50
"""Of so many requests one is kept back where others use the org as well: they go on while we count."""
_NEW_WINDOW = 2.0
"""Seconds by which two answers may tell the end of one window apart: they round to whole ones."""


class Allowance(NamedTuple):
    """What left of one allowance, and what the org says of it. All moments are in seconds of one clock.

    `counts` are the requests that left in each slot of its window, 16 bits each, from the slot with the number `first`
    on, and `last` is when the last one did: a form that is read and written in no time. `total` is what the org says
    that it allows in all (0: nothing said yet). `left` is what it said was left, less what left since (-1: unknown),
    until `ends`. Before `blocked` the org wants no request at all.
    """

    first: int = 0
    counts: bytes = b""
    last: float = 0.0
    total: int = 0
    left: int = -1
    ends: float = 0.0
    blocked: float = 0.0


UNUSED = Allowance()


def wait(allowance: Allowance, total: int, seconds: float, now: float) -> float:
    """Seconds until a request may leave, of which `total` may in `seconds` (0: any number); 0.0 where it may now."""
    given_anew = _until_given_anew(allowance, now)
    has_room = _until_window_has_room(allowance, total, seconds, now)
    return max(0.0, max(allowance.blocked, given_anew, has_room) - now)


def departed(allowance: Allowance, seconds: float, now: float) -> Allowance:
    """The allowance after one request left now; forgets what is older than the window of `seconds`."""
    first, counts = _recent(allowance, seconds, now)
    slot = _slot(seconds, now)
    if not counts:
        first = slot
    counts.extend([0] * (slot - first + 1 - len(counts)))
    counts[-1] = min(counts[-1] + 1, _MOST_IN_SLOT)
    left = _current(allowance, now).left
    left = left - 1 if left > 0 else left
    return Allowance(first, counts.tobytes(), now, allowance.total, left, allowance.ends, allowance.blocked)


def uncounted(allowance: Allowance) -> Allowance:
    """The allowance after an answer that shows that the org has not counted its request: one departure less."""
    counts = array("H", allowance.counts)
    slot = next((slot for slot in reversed(range(len(counts))) if counts[slot]), None)
    if slot is not None:
        counts[slot] -= 1
    left = allowance.left + 1 if allowance.left >= 0 else allowance.left
    return allowance._replace(counts=counts.tobytes(), left=left)


def used(allowance: Allowance, seconds: float, now: float) -> int:
    """How many requests left within the window of `seconds`."""
    return sum(_recent(allowance, seconds, now)[1])


def _until_given_anew(allowance: Allowance, now: float) -> float:
    """When the org gives anew, where nothing is left of what it gave."""
    return allowance.ends + LATENESS if allowance.left == 0 and allowance.ends + LATENESS > now else 0.0


def _until_window_has_room(allowance: Allowance, total: int, seconds: float, now: float) -> float:
    """When enough departures are older than the window, so that one more makes no more than `total`."""
    if not total:
        return 0.0
    first, counts = _recent(allowance, seconds, now)
    excess = sum(counts) + 1 - total
    for slot, count in enumerate(counts, first):
        if excess <= 0:
            break
        excess -= count
        if excess <= 0:
            return slot * seconds / _SLOTS + seconds + LATENESS
    return 0.0


def _slot(seconds: float, now: float) -> int:
    """The number of the slot that is on."""
    return math.ceil(now * _SLOTS / seconds)


def _recent(allowance: Allowance, seconds: float, now: float) -> tuple[int, array[int]]:
    """The counts of the slots within the window, and the number of the first one.

    What lies in the future was written by another clock: that of a machine before it was started anew.
    """
    oldest = math.floor((now - seconds - LATENESS) * _SLOTS / seconds) + 1
    skipped = max(0, oldest - allowance.first)
    counts = array("H")
    end = _slot(seconds, now) - allowance.first + 1
    if end > 0:
        counts.frombytes(allowance.counts[2 * skipped : 2 * end])
    return allowance.first + skipped, counts


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
        # It rounds to whole seconds, so a difference of less says nothing.
        return current if resets is None or ends <= current.ends + 1.0 else current._replace(ends=ends)
    margin = max(known.total, left) // _MARGIN
    return current._replace(left=max(0, left - margin), ends=max(current.ends, ends) if resets is not None else ends)


def blocked(allowance: Allowance, seconds: float, now: float) -> Allowance:
    """The allowance after the org refused a request and wants none for so many seconds."""
    return allowance._replace(blocked=max(allowance.blocked, now + seconds))


def _current(allowance: Allowance, now: float) -> Allowance:
    """Without what the org said was left, once it has given anew."""
    is_over = allowance.left >= 0 and now >= allowance.ends + LATENESS
    return allowance._replace(left=-1) if is_over else allowance
