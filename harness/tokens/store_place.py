"""StorePlace: where access tokens are kept, as `[tokens]` of deskcheck.toml says it; and the store that is there."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from harness.errors import UsageError
from harness.formats.toml import short
from harness.tokens.token_store import PATIENCE, TokenStore

FOLDER = "tokens"
"""The folder of the state folder in which tokens and their locks are."""
_USUAL_PORT = 6379
_REMEDY = 'Write store = "file", "keyring", "redis://HOST:PORT/DB", or "env:NAME" of a variable that holds such a URL.'


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
    if store.startswith("env:"):
        return StorePlace("redis", folder, _url_of_variable(store.removeprefix("env:"), where, environ))
    if "@" in store:
        raise UsageError(
            "the URL of `store` holds user or password in a file",
            where=where,
            remedy='Put the URL into an environment variable and name that: store = "env:DESKCHECK_TOKENS".',
        )
    return StorePlace("redis", folder, _checked(store, where, shown=short(store)))


def _url_of_variable(name: str, where: str, environ: Mapping[str, str]) -> str:
    """The URL in an environment variable. What does not look like a variable may be a secret, and is not shown."""
    shown = name if re.fullmatch(r"[A-Z][A-Z0-9_]*", name) else "that `store` names"
    if not environ.get(name):
        raise UsageError(
            f"the environment variable {shown} is not set", where=where, remedy="Set it to redis://HOST:PORT/DB."
        )
    return _checked(environ[name], where, shown=f"the text in {shown}")


def _checked(url: str, where: str, shown: str) -> str:
    parts = _parts(url)
    usable = parts.scheme in ("redis", "rediss") and parts.hostname and re.fullmatch(r"(/\d{0,4})?", parts.path)
    if not usable or parts.fragment or not re.fullmatch(r"(ssl_ca_certs=[^&]+)?", parts.query):
        raise UsageError(f"`store` is none of its kinds: {shown}", where=where, remedy=_REMEDY)
    return url


def _parts(url: str) -> SplitResult:
    """The parts of a URL; none where it is no URL."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return urlsplit("")
    return parts if re.fullmatch(r"[!-~]*", url) else urlsplit("")


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
