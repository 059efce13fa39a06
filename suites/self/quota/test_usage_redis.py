"""The same counting in a Redis, for several machines."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.quota.allowance import used
from harness.quota.org_usage import NOTHING_USED, Demand, admit
from harness.quota.usage_redis import UsageRedis
from harness.quota.usage_store import StoreError
from harness.transport import egress

pytest.importorskip("redis")
SERVER = shutil.which("redis-server")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis of our own on loopback, which keeps nothing on disk."""
    if SERVER is None:
        pytest.skip("no redis-server on this machine")
    port = free_port()
    words = [
        SERVER,
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--appendonly",
        "no",
        "--requirepass",
        "s3cret",
    ]
    with subprocess.Popen(words, cwd=tmp_path_factory.mktemp("redis"), stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            next(line for line in server.stdout if "Ready to accept connections" in line)
            yield f"redis://:s3cret@127.0.0.1:{port}/0"
        finally:
            server.terminate()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def departures(store: UsageRedis) -> int:
    return store.change(lambda usage, now: (usage, used(usage.account, 60.0, now)))


def test_two_machines_see_each_other(url: str) -> None:
    first, second = UsageRedis(url, "two"), UsageRedis(url, "two")
    first.change(lambda usage, now: admit(usage, Demand(), now))
    assert departures(second) == 1
    first.close()
    second.close()


def test_many_at_once_lose_no_request(url: str) -> None:
    def spend() -> None:
        store = UsageRedis(url, "many")
        for _ in range(20):
            store.change(lambda usage, now: admit(usage, Demand(), now))
        store.close()

    threads = [threading.Thread(target=spend) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store = UsageRedis(url, "many")
    assert departures(store) == 80
    store.close()


def test_what_another_version_wrote_begins_anew(url: str) -> None:
    store = UsageRedis(url, "old")
    store._client.set(store.key, b"\xc1")
    assert store.change(lambda usage, now: (usage, usage)) == NOTHING_USED
    store.close()


def test_a_redis_that_is_not_there_is_told_without_its_password() -> None:
    store = UsageRedis(f"redis://:s3cret@127.0.0.1:{free_port()}/0", "org")
    with pytest.raises(StoreError, match=r"Redis at 127\.0\.0\.1") as raised:
        departures(store)
    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize("wrong", ["redis://host:port/0", "redis://host/database?socket_timeout=never"])
def test_an_address_that_means_nothing_is_a_mistake_of_the_user(wrong: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        UsageRedis(wrong, "org")


def test_a_guarded_process_reaches_its_store_and_nothing_else(url: str) -> None:
    with egress.guarded() as monitor:
        store = UsageRedis(url, "guarded")
        store.change(lambda usage, now: admit(usage, Demand(), now))
        assert departures(store) == 1
        store.close()
        assert monitor.attempts == []
        with pytest.raises(egress.EgressError):
            socket.create_connection(store.address)
