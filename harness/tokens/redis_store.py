"""A store in Redis, for runs on several machines: one token and one lock for all who may use the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from harness.errors import DeskcheckError, UnfinishedError, UsageError
from harness.tokens.token import EMPTY, TokenRecord, decode, encode
from harness.tokens.token_store import PATIENCE, waited_too_long

if TYPE_CHECKING:
    import redis

PREFIX = "deskcheck:token:"
LARGEST = 1 << 16
"""Bytes of the largest value that is read."""
SECONDS = 5.0
"""In which the database has to answer."""
_LOCK_MARGIN = 10.0
"""Seconds by which a lock ends before the patience of whoever waits for it: of a machine that died, too."""
_POLL = 0.05


@dataclass(frozen=True)
class RedisStore:
    """One value a key, with a lock beside it that ends by itself where its holder died.

    `url` may hold a password, `where` does not. `passage` opens the way to the database where egress is guarded;
    `socket` is the path of a relay that leads to it, where there is no other way.
    """

    url: str = field(repr=False)
    where: str
    patience: float = PATIENCE
    passage: Callable[[], AbstractContextManager[None]] = field(default=nullcontext, repr=False)
    socket: str = ""

    def read(self, key: str) -> TokenRecord:
        """The record; an empty one where there is none, or something else."""
        with self._database() as database:
            if database.type(PREFIX + key) != b"string":
                return EMPTY
            text = database.getrange(PREFIX + key, 0, LARGEST)
        return decode(text, key) if isinstance(text, bytes) else EMPTY

    def write(self, key: str, record: TokenRecord) -> None:
        """Keep a record. Whether it outlives the database's machine is for that to decide (`appendonly yes`)."""
        with self._database() as database:
            database.set(PREFIX + key, encode(record, key))

    def remove(self, key: str) -> bool:
        """Remove the record; whether there was one."""
        with self._database() as database:
            return bool(database.delete(PREFIX + key))

    @contextmanager
    def lock(self, key: str) -> Iterator[None]:
        """Keep all machines from renewing the key's token."""
        with self._database() as database:
            lock = database.lock(
                f"{PREFIX}{key}:lock",
                timeout=max(1.0, self.patience - _LOCK_MARGIN),
                sleep=_POLL,
                blocking_timeout=self.patience,
            )
            is_held = lock.acquire()
        if not is_held:
            raise waited_too_long(self.where, self.patience)
        try:
            yield
        finally:
            # A lock that has ended, or a database that is away, has nothing to release.
            with suppress(DeskcheckError), self._database():
                lock.release()

    @contextmanager
    def _database(self) -> Iterator[redis.Redis]:
        """The client; its errors become ours, of which none repeats what the database says."""
        library = _library()
        try:
            with self.passage():
                yield self._client
        except (library.exceptions.AuthenticationError, library.exceptions.NoPermissionError) as error:
            raise UsageError(
                f"the store refuses us: {type(error).__name__}", where=self.where, remedy="Check user and password."
            ) from error
        except (library.exceptions.RedisError, OSError) as error:
            raise UnfinishedError(
                f"the store of access tokens does not answer: {type(error).__name__}",
                where=self.where,
                remedy='Start it, check its address, or write store = "file" for this machine alone.',
            ) from error

    @cached_property
    def _client(self) -> redis.Redis:
        library = _library()
        options: dict[str, Any] = {
            "socket_timeout": SECONDS,
            "socket_connect_timeout": SECONDS,
            # Once more at once, on a fresh connection: one that was idle may have been closed.
            "retry": library.retry.Retry(library.backoff.NoBackoff(), 1),
        }
        if self.socket:
            parts = urlsplit(self.url)
            through_relay: redis.Redis = library.Redis(
                unix_socket_path=self.socket,
                username=unquote(parts.username) if parts.username else None,
                password=unquote(parts.password) if parts.password else None,
                db=int(parts.path.strip("/") or 0),
                **options,
            )
            return through_relay
        direct: redis.Redis = library.Redis.from_url(self.url, **options)
        return direct


def _library() -> Any:
    try:
        import redis
        import redis.backoff
        import redis.exceptions
        import redis.retry
    except ImportError as error:
        raise UsageError(
            "a store by URL needs a library that is not installed",
            where="[tokens] store",
            remedy="pip install 'deskcheck[redis]', or leave the key out for a file.",
        ) from error
    return redis
