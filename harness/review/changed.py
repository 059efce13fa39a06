"""Which operations have to be tested again, because they differ from those of an older version of their document."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from harness.errors import UsageError
from harness.openapi import document, walk
from harness.openapi.catalog import Operation
from harness.openapi.document import SPECS
from harness.review.named_document import corrections_of, counterpart, load_named
from harness.review.operations import TierOf, diff
from harness.risk import overrides, rules


@dataclass(frozen=True, slots=True)
class ChangedOperations:
    """What became of a vendor's operations since an older document: `keys` to test again, `removed` that are gone.

    Keys are those that `specs diff` lists as to be tested again: operations that are new, that changed, whose tier
    changed, or that use a component which did. `old` is the older document by the name that the user typed.
    """

    old: str
    vendor: str
    keys: tuple[str, ...]
    removed: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """How much changed, for a person."""
        gone = f"; gone: {', '.join(self.removed)}" if self.removed else ""
        if not self.keys:
            return f"nothing to test again: no operation differs from {self.old}{gone}"
        return f"changed since {self.old}: {len(self.keys):,} of {self.vendor}'s operations{gone}"


def changed_operations(old: str, new: str = "", vendor: str = "") -> ChangedOperations:
    """What changed from the document called `old` to the one called `new`, or else to the pinned one in its place.

    Both are read alike, with the corrections in force, so that no correction of ours looks like a change. Without a
    `vendor`, the older document's paths must tell whose it is. Raises `UsageError` for two that have nothing in common.
    """
    older = load_named(old, vendor)
    before, now = document.load_alike(older.path, _path(older, new), older.vendor, corrections_of(older))
    difference = diff(before, now, tier=tier_of(older.vendor))
    if len(difference.removed) == sum(1 for _ in walk.operations(before.tree)):
        remedy = "Give an older version of the same document."
        raise UsageError("has no operation in common with the document in use", where=old, remedy=remedy)
    return ChangedOperations(old, older.vendor, difference.retest, difference.removed)


def _path(older: document.Document, new: str) -> Path:
    """The document that took the older one's place."""
    if new:
        return load_named(new, older.vendor).path
    pin = counterpart(older)
    if pin is None:
        remedy = "Name the document to compare it with: --document FILE."
        raise UsageError(f"no document of {older.vendor!r} is pinned", remedy=remedy)
    return SPECS / older.vendor / pin.file


def tier_of(vendor: str) -> TierOf:
    """How dangerous an operation of the vendor is, with the corrections of its `risk.yaml`."""
    given = overrides.load(vendor)

    def tier(operation: Operation) -> str:
        return str(rules.assess(operation, given).tier)

    return tier
