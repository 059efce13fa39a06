"""StorePlace: where access tokens are kept, as `[tokens]` of deskcheck.toml says it; and the store that is there."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from harness.errors import UsageError
from harness.formats.redis_url import FORMS, redis_url
from harness.tokens.token_store import PATIENCE, TokenStore

FOLDER = "tokens"
"""The folder of the state folder in which tokens and their locks are."""
_USUAL_PORT = 6379
_REMEDY = f'Write store = "file", "keyring", {FORMS}.'


@dataclass(frozen=True, slots=True)
class StorePlace:
    """Where tokens are kept; `kind` is memory, file, keyring or redis.

    `folder` is that of the files and locks. `url` may hold a password. `bus` is the Unix socket by which a keyring is
    asked, where the environment names one.
    """

    kind: str = "memory"
    folder: Path = Path()
    url: str = field(default="", repr=False)
    bus: str = ""

    @property
    def address(self) -> tuple[str, int] | None:
        """Host and port of a store that is reached over the network."""
        parts = urlsplit(self.url)
        return (parts.hostname or "", parts.port or _USUAL_PORT) if self.url else None

    @property
    def where(self) -> str:
        """The URL without user and password."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


IN_MEMORY = StorePlace()
"""Tokens end with the client that got them."""


def place_of(table: Any, where: str, environ: Mapping[str, str], state: Path) -> StorePlace:
    """The place that a `[tokens]` table names; a file in the state folder where it names none.

    Raises `UsageError` for unknown keys and kinds, for a URL that is none, and for one with a password in the file.
    """
    if not isinstance(table, dict) or table.keys() - {"store"}:
        raise UsageError("`tokens` has other keys than `store`", where=where, remedy=_REMEDY)
    store = table.get("store", "file")
    folder = state / FOLDER
    if not isinstance(store, str):
        raise UsageError("`store` is no text", where=where, remedy=_REMEDY)
    if store == "file":
        return StorePlace("file", folder)
    if store == "keyring":
        return StorePlace("keyring", folder, bus=_bus(environ))
    return StorePlace("redis", folder, redis_url(store, where, environ, _REMEDY))


def _bus(environ: Mapping[str, str]) -> str:
    """The socket of the session's D-Bus, by which keyrings of Linux desktops are asked."""
    match = re.match(r"unix:path=([^,;]+)", environ.get("DBUS_SESSION_BUS_ADDRESS", ""))
    return match[1] if match else ""


def open_store(
    place: StorePlace,
    patience: float = PATIENCE,
    passage: Callable[[], AbstractContextManager[None]] = nullcontext,
    socket: str = "",
) -> TokenStore:
    """The store at a place, not connected yet; `passage` and `socket` are those of `RedisStore` and `KeyringStore`.

    `patience` is the seconds that one waits for its lock.

    Raises `UsageError` for a store behind TLS that only a relay leads to.
    """
    # Loaded when one is opened: every command reads a place, and few ask for a token.
    from harness.tokens.file_store import FileStore
    from harness.tokens.keyring_store import KeyringStore
    from harness.tokens.memory_store import MemoryStore
    from harness.tokens.redis_store import RedisStore

    if place.kind == "file":
        return FileStore(place.folder, patience)
    if place.kind == "keyring":
        return KeyringStore(place.folder, patience, passage)
    if place.kind != "redis":
        return MemoryStore(patience)
    if socket and place.url.startswith("rediss:"):
        raise UsageError(
            "a store behind TLS cannot be reached from within --sandboxed",
            where=place.where,
            remedy="Run without --sandboxed, or with a store on this machine.",
        )
    return RedisStore(place.url, place.where, patience, passage, socket)
