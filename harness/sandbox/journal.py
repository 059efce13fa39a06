"""The journal: every request that arrived and the status that it was answered with."""

from __future__ import annotations

from typing import Any, NamedTuple


class JournalEntry(NamedTuple):
    """One request that arrived. `at` is the real time, `target` the raw path and query as they came over the wire.

    `operation` is the key that the sandbox's own router gives, "" for none; `status` is 0 where the connection was
    cut; `size` is that of the request body in bytes.
    """

    at: float
    method: str
    target: str
    vendor: str
    operation: str
    status: int
    size: int


class Journal:
    """All entries since the last reset, oldest first."""

    def __init__(self) -> None:
        self.entries: list[JournalEntry] = []

    def add(self, entry: JournalEntry) -> None:
        """Add an entry."""
        self.entries.append(entry)

    def clear(self) -> None:
        """Forget all entries."""
        self.entries.clear()

    def dump(self, since: int = 0) -> list[dict[str, Any]]:
        """Entries as plain data, newest last, from number `since` on."""
        return [entry._asdict() for entry in self.entries[since:]]
