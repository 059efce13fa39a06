"""TokenStore: what every store of tokens can do, and how long one waits for its lock."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from harness.errors import UnfinishedError
from harness.tokens.token import TokenRecord

PATIENCE = 200.0
"""Seconds that one waits for the lock: three exchanges of the usual 60 seconds, and a little more."""
_EXCHANGES = 3.25


def patience_for(timeout: float) -> float:
    """The seconds to wait for the lock where one exchange may take `timeout` seconds: as long as its holder needs."""
    return max(PATIENCE, _EXCHANGES * timeout)


class TokenStore(Protocol):
    """Keeps one record a key for all processes of a user. `where` names the store to people, without a secret.

    All methods raise `UsageError` where the store is set up wrongly, `UnfinishedError` where it fails for now.
    """

    @property
    def where(self) -> str:
        """The store by its place."""

    def read(self, key: str) -> TokenRecord:
        """The record; an empty one where there is none, or one that nobody can read."""

    def write(self, key: str, record: TokenRecord) -> None:
        """Keep a record; when this returns, it outlives the process."""

    def remove(self, key: str) -> bool:
        """Remove the record; whether there was one."""

    def lock(self, key: str) -> AbstractContextManager[None]:
        """Keep all others that use this store from renewing the key's token. Whoever gets it reads again first.

        Raises `UnfinishedError` where that takes more than `PATIENCE` seconds.
        """


def waited_too_long(where: str, seconds: float) -> UnfinishedError:
    """The error for a lock that never came free."""
    return UnfinishedError(
        f"another process has been renewing this access token for {seconds:.0f} seconds",
        where=where,
        remedy="Try again; if it stays so, look for a deskcheck that hangs, and end it.",
    )
