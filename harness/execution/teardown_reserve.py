"""What a run keeps of an org's credits so that teardown can take back all that it made."""

from __future__ import annotations

from dataclasses import dataclass

from harness.ledger import Entry, Ledger

CREDITS_AT_LEAST = 50
"""Credits for logging in, and for what is made between two counts of the ledger."""
CREDITS_A_PROOF = 7
"""Of proving that a record is gone: a read (1), its list and the trash (3 each; vendor page: API credits)."""
_COUNT_EVERY = 10
"""Requests between two counts: each makes one record at most, and a long ledger takes a while to count."""


@dataclass
class TeardownReserve:
    """Credits that the open entries of one target need; counted anew every few requests."""

    ledger: Ledger
    target: str
    _counted: int = 0
    _age: int = _COUNT_EVERY

    def credits(self) -> int:
        """At least what teardown needs of what the ledger knows now."""
        if self._age >= _COUNT_EVERY:
            entries = (entry for entry in self.ledger.open_entries() if entry.target == self.target)
            self._counted, self._age = sum(map(credits_of, entries)), 0
        self._age += 1
        made = bool(self._counted)
        return CREDITS_AT_LEAST + self._counted if made else 0


def credits_of(entry: Entry) -> int:
    """Credits of taking back one entry: its cleanup steps and their proof, for each record that is still there."""
    records = max(1, len(entry.left))
    return records * (len(entry.cleanup_steps) + CREDITS_A_PROOF)
