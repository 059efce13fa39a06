"""Two versions of a document compared as they are tested: both corrected and repaired, so that we change nothing."""

from __future__ import annotations

from harness.errors import UsageError
from harness.openapi import document, walk
from harness.openapi.catalog import Operation
from harness.review.change import Diff
from harness.review.named_document import corrections_of, load_named, replacement
from harness.review.operations import TierOf, diff
from harness.risk import overrides, rules


def corrected_diff(old: str, new: str = "", vendor: str = "") -> tuple[str, Diff]:
    """The vendor, and what changed from the document called `old` to the one called `new`, or else to the pinned one.

    Both are read alike, with the corrections in force, so that no correction of ours looks like a change. Without a
    `vendor`, the older document's paths must tell whose it is. Raises `UsageError` for two that have nothing in common.
    """
    older = load_named(old, vendor)
    before, now = document.load_alike(older.path, replacement(older, new), older.vendor, corrections_of(older))
    difference = diff(before, now, tier=tier_of(older.vendor))
    if len(difference.removed) == sum(1 for _ in walk.operations(before.tree)):
        remedy = "Give an older version of the same document."
        raise UsageError("has no operation in common with the document in use", where=old, remedy=remedy)
    return older.vendor, difference


def tier_of(vendor: str) -> TierOf:
    """How dangerous an operation of the vendor is, with the corrections of its `risk.yaml`."""
    given = overrides.load(vendor)

    def tier(operation: Operation) -> str:
        return str(rules.assess(operation, given).tier)

    return tier
