"""The operations that a run is confined to by `--changed-since`: those that differ from an older document."""

from __future__ import annotations

from dataclasses import dataclass


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
    """What changed since the document called `old`; raises what `corrected_diff` raises."""
    # Only a run since an older document pays for what compares documents.
    from harness.review.corrected import corrected_diff

    vendor, difference = corrected_diff(old, new, vendor)
    return ChangedOperations(old, vendor, difference.retest, difference.removed)
