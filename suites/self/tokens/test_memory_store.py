"""The store in memory keeps the promises of all stores, within one process."""

from __future__ import annotations

import pytest
from stores import StoreContract

from harness.tokens.memory_store import MemoryStore


class TestMemoryStore(StoreContract):
    @pytest.fixture
    def store(self) -> MemoryStore:
        return MemoryStore()

    @pytest.fixture
    def hasty(self, store: MemoryStore) -> MemoryStore:
        store.patience = 0.01
        return store
