"""A store in the user's keyring, for machines where no secret may lie in a file; the lock is still a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from harness.errors import UsageError
from harness.private_files import private_folder
from harness.tokens.file_lock import locked
from harness.tokens.token import EMPTY, TokenRecord, decode, encode
from harness.tokens.token_store import PATIENCE

SERVICE = "deskcheck"
"""The name under which the keyring shows our entries."""


@dataclass(frozen=True)
class KeyringStore:
    """One entry a key. `passage` opens the way to the keyring's service where egress is guarded."""

    folder: Path
    patience: float = PATIENCE
    passage: Callable[[], AbstractContextManager[None]] = field(default=nullcontext, repr=False)

    @property
    def where(self) -> str:
        """The store by its place."""
        return "the keyring"

    def read(self, key: str) -> TokenRecord:
        """The record, an empty one where there is none."""
        with self._keyring() as keyring:
            text = keyring.get_password(SERVICE, key)
        return decode(text, key) if isinstance(text, str) else EMPTY

    def write(self, key: str, record: TokenRecord) -> None:
        """Keep a record."""
        with self._keyring() as keyring:
            keyring.set_password(SERVICE, key, encode(record, key).decode())

    def remove(self, key: str) -> bool:
        """Remove the record; whether there was one."""
        with self._keyring() as keyring:
            if keyring.get_password(SERVICE, key) is None:
                return False
            keyring.delete_password(SERVICE, key)
            return True

    def lock(self, key: str) -> AbstractContextManager[None]:
        """Keep all processes of this machine from renewing the key's token."""
        return locked(private_folder(self.folder) / f"{key}.lock", self.patience)

    @contextmanager
    def _keyring(self) -> Iterator[ModuleType]:
        """The library; whatever its backend raises becomes a `UsageError`, of the message the name alone."""
        try:
            import keyring
        except ImportError as error:
            raise UsageError(
                "the keyring needs a library that is not installed",
                where="[tokens] store",
                remedy="pip install 'deskcheck[keyring]', or leave the key out for a file.",
            ) from error
        try:
            with self.passage():
                yield keyring
        except Exception as error:  # each backend has errors of its own
            raise UsageError(
                f"the keyring does not answer: {type(error).__name__}",
                where="[tokens] store",
                remedy='Unlock it or install a backend (keyring diagnose), or write store = "file".',
            ) from error
