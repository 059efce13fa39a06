"""The store in Redis: shared by machines, and a database that is away, locked or full of something else."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from stores import KEY, RECORD, StoreContract, needs_redis

from benchmarks.redis_server import RedisServer, redis_server
from harness.errors import DeskcheckError, UnfinishedError, UsageError
from harness.tokens.redis_store import PREFIX, RedisStore
from harness.tokens.token import EMPTY

pytestmark = needs_redis
PASSWORD = "redis-s3cret"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with redis_server(tmp_path_factory.mktemp("redis"), PASSWORD) as running:
        yield running


@pytest.fixture
def store(server: RedisServer) -> Iterator[RedisStore]:
    made = RedisStore(server.url, f"redis://127.0.0.1:{server.port}/0")
    yield made
    made._client.flushdb()
    made._client.close()


class TestRedisStore(StoreContract):
    @pytest.fixture
    def hasty(self, store: RedisStore) -> Iterator[RedisStore]:
        made = RedisStore(store.url, store.where, patience=0.1)
        yield made
        made._client.close()


@pytest.mark.parametrize("value", [b"", b"{", b"\xff\x00", b"null", b"x" * 2_000_000])
def test_a_value_that_is_something_else_is_no_token(store: RedisStore, value: bytes) -> None:
    store._client.set(PREFIX + KEY, value)
    assert store.read(KEY) == EMPTY


def test_a_key_of_another_kind_is_no_token_and_is_replaced(store: RedisStore) -> None:
    store._client.rpush(PREFIX + KEY, "a list")
    assert store.read(KEY) == EMPTY
    store.write(KEY, RECORD)
    assert store.read(KEY) == RECORD


def test_a_lock_ends_by_itself_before_the_patience_of_others(store: RedisStore) -> None:
    """A machine that died must not keep the others from the token."""
    with store.lock(KEY):
        left = store._client.pttl(f"{PREFIX}{KEY}:lock") / 1000
    assert 0 < left < store.patience


def test_a_lock_that_was_lost_meanwhile_is_no_error(store: RedisStore) -> None:
    with store.lock(KEY):
        store._client.delete(f"{PREFIX}{KEY}:lock")


def test_a_database_that_is_away_is_said_without_its_password(server: RedisServer) -> None:
    away = RedisStore(f"redis://:{PASSWORD}@127.0.0.1:1/0", "redis://127.0.0.1:1/0")
    uses = (
        lambda: away.read(KEY),
        lambda: away.write(KEY, RECORD),
        lambda: away.remove(KEY),
        lambda: away.lock(KEY).__enter__(),
    )
    for use in uses:
        with pytest.raises(UnfinishedError, match="does not answer") as caught:
            use()
        assert caught.value.exit_code == 4
        assert PASSWORD not in str(caught.value) + repr(away)


@pytest.mark.parametrize("login", ["", ":wrong-s3cret@"])
def test_a_database_that_refuses_us_is_a_wrong_configuration(server: RedisServer, login: str) -> None:
    url = f"redis://{login}127.0.0.1:{server.port}/0"
    with pytest.raises(DeskcheckError) as caught:
        RedisStore(url, f"redis://127.0.0.1:{server.port}/0").read(KEY)
    assert caught.value.exit_code == 2
    assert "s3cret" not in str(caught.value)


def test_a_library_that_is_missing_is_named(store: RedisStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(UsageError, match="not installed") as caught:
        RedisStore(store.url, store.where).read(KEY)
    assert "deskcheck[redis]" in caught.value.remedy
