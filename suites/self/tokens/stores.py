"""What every store must do, for the tests of each to inherit; and a Redis that a test starts for itself."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

import pytest

from harness.errors import UnfinishedError
from harness.tokens.token import EMPTY, Token, TokenRecord
from harness.tokens.token_store import TokenStore

KEY = "accounts.example-1"
RECORD = TokenRecord(Token("access-s3cret", 5000.0, 3600.0, "refresh-s3cret", frozenset({"read"})), 12.5)
REDIS = shutil.which("redis-server")
needs_redis = pytest.mark.skipif(REDIS is None, reason="redis-server is not installed")


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


@dataclass
class RedisServer:
    """A Redis on loopback, with a password where one is given."""

    port: int
    process: subprocess.Popen[bytes]
    password: str = ""

    @property
    def url(self) -> str:
        """Its URL, with the password."""
        user = f":{self.password}@" if self.password else ""
        return f"redis://{user}127.0.0.1:{self.port}/0"

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(10)


@contextmanager
def redis_server(folder: Path, password: str = "") -> Iterator[RedisServer]:
    """A Redis that listens on a free port of loopback until the block ends."""
    assert REDIS
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    command = [REDIS, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    command += ["--requirepass", password] if password else []
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        server = RedisServer(port, process, password)
        try:
            for line in process.stdout:
                if b"Ready to accept connections" in line:
                    break
            yield server
        finally:
            server.stop()
