"""What of our own a new version of a document touches: waivers that explain nothing any more, overlays to look at."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from typing import Any

from harness import shipped
from harness.checks.waivers import Waiver
from harness.openapi import bundle, facts, overlay
from harness.openapi.document import Document
from harness.openapi.overlay import Action, Overlay
from harness.review.change import Diff

Tree = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Touched:
    """A waiver or an overlay action: `name` is the one's id or the other's file and line, `why` says what happened.

    `is_stale`: it corrects or explains nothing any more, so somebody has to act. Otherwise it may still be right.
    """

    name: str
    why: str
    is_stale: bool = True


def touched_waivers(
    waivers: Iterable[Waiver], difference: Diff, operations: Iterable[str], today: date
) -> tuple[Touched, ...]:
    """Waivers that have expired, or that the new version makes needless; `operations` are its keys."""
    keys = tuple(operations)
    return tuple(
        Touched(waiver.id, why) for waiver in waivers if (why := _why_touched(waiver, difference, keys, today))
    )


def _why_touched(waiver: Waiver, difference: Diff, keys: tuple[str, ...], today: date) -> str:
    if waiver.expires < today:
        return f"expired on {waiver.expires}, so {waiver.owner} has to renew or remove it"
    if waiver.id not in difference.stale_waivers:
        return ""
    if not any(fnmatchcase(key, waiver.operation) for key in keys):
        return f"{waiver.operation} is gone"
    return f"the document lists status {waiver.status} of {waiver.operation} now"


def touched_overlays(old: Document, new: Document, corrections: Iterable[Overlay]) -> tuple[Touched, ...]:
    """Actions that fit the old version and not the new one, and those whose places hold something else now.

    The documents are read as published: a correction is made of that, and not of what other corrections left.
    """
    corrections = tuple(corrections)
    before, now = (bundle.bundle(version.path, []) for version in (old, new))
    changed = list(_changed_actions(facts.facts(before), facts.facts(now), corrections))
    never_fitted = {_place(action) for action, _ in overlay.stale(before, corrections)}
    stale = {
        _place(action): Touched(_place(action), f"{action.target} {problem}")
        for action, problem in overlay.stale(now, corrections)
        if _place(action) not in never_fitted
    }
    return (*stale.values(), *(touched for touched in changed if touched.name not in stale))


def _changed_actions(before: Tree, now: Tree, corrections: tuple[Overlay, ...]) -> Iterator[Touched]:
    for action in [action for correction in corrections for action in correction.actions]:
        was, values = overlay.corrected_values(before, action), overlay.corrected_values(now, action)
        changed = sum(was[place] != values[place] for place in was.keys() & values.keys())
        if changed:
            why = f"{action.target}: what it corrects has changed at {changed:,} of {len(values):,} places"
            yield Touched(_place(action), why, is_stale=False)


def _place(action: Action) -> str:
    return os.path.relpath(action.place, shipped.root())
