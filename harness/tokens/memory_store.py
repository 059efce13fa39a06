"""A store in the memory of one process: for a client that nobody else shares tokens with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock

from harness.tokens.token import EMPTY, TokenRecord
from harness.tokens.token_store import PATIENCE, waited_too_long


@dataclass
class MemoryStore:
    """Keeps records until the process ends; threads share them."""

    patience: float = PATIENCE
    _records: dict[str, TokenRecord] = field(default_factory=dict, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    @property
    def where(self) -> str:
        """The store by its place."""
        return "this process"

    def read(self, key: str) -> TokenRecord:
        """The record, an empty one where there is none."""
        return self._records.get(key, EMPTY)

    def write(self, key: str, record: TokenRecord) -> None:
        """Keep a record."""
        self._records[key] = record

    def remove(self, key: str) -> bool:
        """Remove the record; whether there was one."""
        return self._records.pop(key, None) is not None

    @contextmanager
    def lock(self, key: str) -> Iterator[None]:
        """One lock for all keys: there is one token at a time in a process as well."""
        if not self._lock.acquire(timeout=self.patience):
            raise waited_too_long(self.where, self.patience)
        try:
            yield
        finally:
            self._lock.release()
