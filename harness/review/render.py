"""A Diff for people and for programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict

from harness.review.change import Change, Diff

_WIDTH = 4


def text(found: Diff, limit: int = 60) -> str:
    """The sums, then what breaks a client, what breaks the suites, and the rest; at most `limit` lines a part."""
    return "\n".join(_lines(found, limit)) + "\n"


def _lines(found: Diff, limit: int) -> Iterator[str]:
    counts = Counter((one.kind, one.action) for one in found.changes)
    yield f"{found.old} -> {found.new}: {len(found.changes)} changes, {len(found.breaking)} of them break a client"
    for kind in ("operation", "parameter", "body", "response", "schema", "scope"):
        row = [f"{counts[kind, action]} {action}" for action in ("added", "removed", "changed")]
        if any(counts[kind, action] for action in ("added", "removed", "changed")):
            yield f"  {kind:10} {', '.join(row)}"
    parts = (
        ("breaks a client", [one for one in found.changes if one.breaks_client]),
        ("breaks the suites only", [one for one in found.changes if one.breaks_suites and not one.breaks_client]),
        ("breaks nobody", [one for one in found.changes if not one.breaks_suites and not one.breaks_client]),
    )
    for title, changes in parts:
        if changes:
            yield f"\n{title} ({len(changes)})"
            yield from map(_line, changes[:limit])
            if len(changes) > limit:
                yield f"  … and {len(changes) - limit} more; --json has them all"
    yield from _list("tier changed", [f"{key}: {old} to {new}" for key, (old, new) in found.tiers.items()], limit)
    yield from _list("waivers made stale", list(found.stale_waivers), limit)
    yield from _list("overlay actions made stale", list(found.stale_overlays), limit)
    yield f"\nto test again: {len(found.retest)} operations"


def _line(one: Change) -> str:
    where = f"{one.place} {one.pointer}".rstrip()
    reach = f" · {len(one.operations)} operations" if len(one.operations) > 1 else ""
    return f"  {where}: {one.message} [{', '.join(one.tiers)}]{reach}"


def _list(title: str, rows: list[str], limit: int) -> Iterator[str]:
    if rows:
        yield f"\n{title} ({len(rows)})"
        yield from (f"  {row}" for row in rows[:limit])


def as_json(found: Diff) -> str:
    """The whole Diff as one JSON object."""
    return json.dumps(asdict(found), ensure_ascii=False, indent=1)
