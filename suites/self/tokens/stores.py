"""What every store must do, for the tests of each to inherit."""

from __future__ import annotations

from threading import Event, Thread

import pytest

from benchmarks.redis_server import PROGRAM
from harness.errors import UnfinishedError
from harness.tokens.token import EMPTY, Token, TokenRecord
from harness.tokens.token_store import TokenStore

KEY = "accounts.example-1"
RECORD = TokenRecord(Token("access-s3cret", 5000.0, 3600.0, "refresh-s3cret", frozenset({"read"})), 12.5)
needs_redis = pytest.mark.skipif(PROGRAM is None, reason="redis-server is not installed")


class StoreContract:
    """The promises of `TokenStore`; `store` is given by each store's own tests."""

    def test_what_is_written_is_read_by_another(self, store: TokenStore) -> None:
        assert store.read(KEY) == EMPTY
        store.write(KEY, RECORD)
        store.write("other", EMPTY)
        assert store.read(KEY) == RECORD
        store.write(KEY, TokenRecord(wait_until=7.0))
        assert store.read(KEY) == TokenRecord(wait_until=7.0)

    def test_what_is_removed_is_gone(self, store: TokenStore) -> None:
        assert not store.remove(KEY)
        store.write(KEY, RECORD)
        assert store.remove(KEY)
        assert store.read(KEY) == EMPTY
        assert not store.remove(KEY)

    def test_one_holds_the_lock_of_a_key_at_a_time(self, store: TokenStore) -> None:
        held, let_go, order = Event(), Event(), []

        def hold() -> None:
            with store.lock(KEY):
                held.set()
                let_go.wait(10)
                order.append("first")

        def follow() -> None:
            with store.lock(KEY):
                order.append("second")

        threads = [Thread(target=hold), Thread(target=follow)]
        threads[0].start()
        assert held.wait(10)
        threads[1].start()
        let_go.set()
        for thread in threads:
            thread.join(20)
        assert order == ["first", "second"]

    def test_waiting_for_the_lock_has_an_end_and_says_so(self, store: TokenStore, hasty: TokenStore) -> None:
        failures: list[UnfinishedError] = []

        def wait() -> None:
            try:
                with hasty.lock(KEY):
                    pass
            except UnfinishedError as error:
                failures.append(error)

        with store.lock(KEY):
            thread = Thread(target=wait)
            thread.start()
            thread.join(20)
        assert "has been renewing" in failures[0].what
        with hasty.lock(KEY):
            assert True, "and afterwards it can be had"

    def test_no_secret_shows_in_a_repr(self, store: TokenStore) -> None:
        store.write(KEY, RECORD)
        assert "s3cret" not in repr(store) + store.where
