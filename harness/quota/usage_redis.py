"""The use of one org's quota in Redis, for processes on several machines; times are of its clock."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from harness.errors import UsageError
from harness.quota.org_usage import NOTHING_USED, OrgUsage
from harness.quota.usage_store import Change, Result, StoreError

if TYPE_CHECKING:
    from redis import Redis

SECONDS = 5.0
"""Seconds that an answer of Redis may take."""
_KEPT = 24 * 3600
_TRIES = 200
"""How often a step is tried while other processes come first; one of them comes first each time, so this is many."""
Passing = Callable[[str, int], AbstractContextManager[object]]
"""Opens the way to a host and port for as long as the block lasts, in a process that is guarded against egress."""
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(OrgUsage).decode


def _unguarded(host: str, port: int) -> AbstractContextManager[object]:
    return contextlib.nullcontext()


_passing: Passing = _unguarded


def reach_through(passing: Passing) -> None:
    """Every Redis is reached through `passing` from now on: whoever closes all ways out calls this."""
    global _passing
    _passing = passing


class UsageRedis:
    """One org's key in Redis. Its errors show host and port alone: the URL may hold a password."""

    def __init__(self, url: str, key: str, clock: Callable[[float], float] = lambda server: server) -> None:
        self.key, self.clock = f"deskcheck:quota:{key}", clock
        self._client: Redis = _connect(url)
        parts = urlsplit(url)
        self.address = (parts.hostname or "localhost", parts.port or 6379)

    def change(self, step: Change[Result]) -> Result:
        """Carry a step out, again where another process came first. Raises `StoreError`."""
        from redis.exceptions import RedisError, WatchError

        try:
            with _passing(*self.address), self._client.pipeline() as pipe:
                for _ in range(_TRIES):
                    with contextlib.suppress(WatchError):
                        return self._try(pipe, step)
        except (RedisError, OSError, ValueError) as error:
            raise StoreError(f"Redis at {self.address[0]}:{self.address[1]}: {type(error).__name__}") from error
        raise StoreError(f"Redis at {self.address[0]}:{self.address[1]}: other processes always came first")

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _try(self, pipe: Any, step: Change[Result]) -> Result:
        pipe.watch(self.key)
        seconds, microseconds = pipe.time()
        usage = _read(pipe.get(self.key))
        new, result = step(usage, self.clock(seconds + microseconds / 1e6))
        if new is not usage:
            pipe.multi()
            pipe.set(self.key, _encode(new), ex=_KEPT)
            pipe.execute()
        else:
            pipe.unwatch()
        return result


def _read(data: bytes | None) -> OrgUsage:
    if data is None:
        return NOTHING_USED
    try:
        return _decode(data)
    except msgspec.MsgspecError:
        return NOTHING_USED


def _connect(url: str) -> Redis:
    try:
        from redis import Redis
    except ImportError as error:
        raise UsageError(
            "the use of quotas is to be kept in Redis, whose client is not installed",
            where="[quota] store",
            remedy="pip install deskcheck[redis]",
        ) from error
    try:
        return Redis.from_url(url, socket_timeout=SECONDS, socket_connect_timeout=SECONDS)
    except ValueError as error:
        raise UsageError(
            "this is no address of a Redis", where="[quota] store", remedy='Write store = "redis://HOST:6379/0".'
        ) from error
