"""Change: one difference between two versions of a document, and whom it breaks; and the Diff of all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# What a change is a change of, in the order in which they are counted.
KINDS = ("operation", "parameter", "body", "response", "schema", "scope", "security", "server", "callback")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `kind` is one of `KINDS`.

    `action` is added, removed or changed. `place` is an operation key, or the name of a component that several
    operations use; `pointer` says where in it (a parameter, a status, a property). `breaks_client`: what was written
    for the old document can fail with the new one or misread it. `breaks_suites`: a run that was green with the old
    document can be red with the new one, or misses what it names. `operations` are the keys that the change reaches,
    `tiers` the tiers of those. Where a keyword is not `understood`, nobody can say what breaks.
    """

    kind: str
    action: str
    place: str
    message: str
    pointer: str = ""
    breaks_client: bool = False
    breaks_suites: bool = False
    operations: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    understood: bool = True


@dataclass(frozen=True, slots=True)
class Diff:
    """All changes from one document to another, breaking ones first.

    `added`, `removed` and `renamed` are operation keys (renamed: old to new). `tiers` maps keys whose tier changed to
    the old and the new one. `stale_waivers` are ids, `stale_overlays` say which action no longer fits and why.
    `retest` are the keys of operations to test again.
    """

    old: str
    new: str
    changes: tuple[Change, ...]
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
    tiers: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    stale_waivers: tuple[str, ...] = ()
    stale_overlays: tuple[str, ...] = ()
    retest: tuple[str, ...] = ()

    @property
    def breaking(self) -> tuple[Change, ...]:
        """The changes that break a client."""
        return tuple(change for change in self.changes if change.breaks_client)

    @property
    def not_understood(self) -> tuple[Change, ...]:
        """The changes that nobody can judge."""
        return tuple(change for change in self.changes if not change.understood)

    @property
    def needs_a_look(self) -> bool:
        """Whether something breaks a client or the suites, or may do so for all we know."""
        return any(change.breaks_client or change.breaks_suites or not change.understood for change in self.changes)
