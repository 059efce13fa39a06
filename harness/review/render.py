"""A Diff for people and for programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict

from harness.review.change import KINDS, Change, Diff

# In the order in which they are shown.
_EFFECTS = ("breaks a client", "breaks the suites only", "changed, not understood", "breaks nobody")


def text(difference: Diff, limit: int = 60) -> str:
    """The sums, then what breaks a client, what breaks the suites, and the rest; at most `limit` lines a part."""
    return "\n".join(_lines(difference, limit)) + "\n"


def _lines(difference: Diff, limit: int) -> Iterator[str]:
    counts = Counter((change.kind, change.action) for change in difference.changes)
    total, breaking = len(difference.changes), len(difference.breaking)
    unclear = len(difference.not_understood)
    yield f"{difference.old} -> {difference.new}: {total} changes, {breaking} of them break a client" + (
        f", {unclear} not understood" if unclear else ""
    )
    for kind in KINDS:
        actions = ("added", "removed", "changed")
        if any(counts[kind, action] for action in actions):
            yield f"  {kind:10} {', '.join(f'{counts[kind, action]} {action}' for action in actions)}"
    parts: dict[str, list[Change]] = {title: [] for title in _EFFECTS}
    for change in difference.changes:
        parts[_effect(change)].append(change)
    for title, changes in parts.items():
        if changes:
            yield f"\n{title} ({len(changes)})"
            yield from map(_line, changes[:limit])
            if len(changes) > limit:
                yield f"  … and {len(changes) - limit} more; --json has them all"
    yield from _list("tier changed", [f"{key}: {old} to {new}" for key, (old, new) in difference.tiers.items()], limit)
    yield from _list("waivers made stale", list(difference.stale_waivers), limit)
    yield from _list("overlay actions made stale", list(difference.stale_overlays), limit)
    yield f"\nto test again: {len(difference.retest)} operations"


def _effect(change: Change) -> str:
    if not change.understood:
        return "changed, not understood"
    if change.breaks_client:
        return "breaks a client"
    return "breaks the suites only" if change.breaks_suites else "breaks nobody"


def _line(change: Change) -> str:
    where = f"{change.place} {change.pointer}".rstrip()
    tiers = f" [{', '.join(change.tiers)}]" if change.tiers else ""
    reach = f" · {len(change.operations)} operations" if len(change.operations) > 1 else ""
    return f"  {where}: {change.message}{tiers}{reach}"


def _list(title: str, rows: list[str], limit: int) -> Iterator[str]:
    if rows:
        yield f"\n{title} ({len(rows)})"
        yield from (f"  {row}" for row in rows[:limit])


def as_json(difference: Diff) -> str:
    """The whole Diff as one JSON object."""
    return json.dumps(asdict(difference), ensure_ascii=False, indent=1)
