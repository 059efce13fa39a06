"""Entry: one request that may have created something, and its state after later events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from harness.resources.cleanup import CleanupStep


@dataclass(frozen=True, slots=True)
class Entry:
    """One request that may have created something, or one setting to restore.

    `target` is the name of the target in whose org that was, `vendor` its vendor.
    `kinds` are the words by which paths and bodies call such a record (ticket, request). `ids` came back from the
    vendor, `gone` of them are removed. `cleanup_steps` remove one record, in order; of a setting, the one step restores
    it. `mark` is the text by which a sweep finds a record whose id never arrived, `search` what else finds it
    (home, field, query, before, skew). `at` is in seconds since the epoch. `closed` says that nothing is left to do.
    """

    id: str
    target: str
    vendor: str
    operation: str
    method: str
    path: str
    kinds: frozenset[str] = frozenset()
    cleanup_steps: tuple[CleanupStep, ...] = ()
    mark: str = ""
    at: float = 0.0
    search: Mapping[str, str] = field(default_factory=dict)
    ids: tuple[str, ...] = ()
    gone: frozenset[str] = frozenset()
    setting: bool = False
    closed: bool = False

    @property
    def left(self) -> tuple[str, ...]:
        """Ids that are still there."""
        return tuple(record for record in self.ids if record not in self.gone)

    @property
    def unanswered(self) -> bool:
        """Whether the request left and its effect is unknown."""
        return not self.closed and not self.setting and not self.ids


def first_state(event: Mapping[str, Any], target_of: Mapping[str, str] | None = None) -> Entry:
    """The entry that an `intend` or `keep` event begins.

    `target_of` are the targets by vendor, for an event that names none (before December 2026).
    """
    vendor = str(event.get("vendor", ""))
    return Entry(
        id=event["entry"],
        target=str(event.get("target") or (target_of or {}).get(vendor, vendor)),
        vendor=vendor,
        operation=str(event.get("operation", "")),
        method=str(event.get("method", "")),
        path=str(event.get("path", "")),
        kinds=frozenset(event.get("kinds", ())),
        cleanup_steps=tuple(CleanupStep(*row) for row in event.get("undo", ())),
        mark=str(event.get("mark", "")),
        at=float(event.get("at", 0.0)),
        search={str(key): str(value) for key, value in (event.get("search") or {}).items()},
        setting=event["event"] == "keep",
    )


def next_state(entry: Entry, event: Mapping[str, Any]) -> Entry:
    """The entry after an event about it."""
    ids = tuple(str(record) for record in event.get("ids", ()))
    match event["event"]:
        case "made":
            # Even where the entry was closed before: a record that is there has to be removed.
            closed = entry.closed and entry.gone.issuperset(ids)
            return replace(entry, ids=tuple(dict.fromkeys((*entry.ids, *ids))), closed=closed)
        case "void":
            return replace(entry, closed=not entry.ids)
        case "gone":
            gone = entry.gone | frozenset(ids or entry.ids)
            return replace(entry, gone=gone, closed=not ids or gone >= frozenset(entry.ids))
    return entry


def rows(steps: Iterable[CleanupStep]) -> list[list[Any]]:
    """Steps in the form in which an event holds them."""
    return [[step.method, step.path, step.body] for step in steps]
