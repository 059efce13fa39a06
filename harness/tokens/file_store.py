"""A store of small files that only this user may read: the default, shared by all processes of one machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from harness.errors import UnfinishedError, UsageError
from harness.private_files import private_folder, read_private, write_private
from harness.tokens.file_lock import locked
from harness.tokens.token import EMPTY, TokenRecord, decode, encode
from harness.tokens.token_store import PATIENCE

_RECORD, _LOCK = ".json", ".lock"


@dataclass(frozen=True)
class FileStore:
    """One file a key, of mode 0600 in a folder of mode 0700, replaced as a whole and on disk before a write returns."""

    folder: Path
    patience: float = PATIENCE

    @property
    def where(self) -> str:
        """The store by its place."""
        return str(self.folder)

    def read(self, key: str) -> TokenRecord:
        """The record; empty for a file that is missing or holds something else. Raises `UsageError` for wrong modes."""
        text = read_private(self._file(key))
        return EMPTY if text is None else decode(text, key)

    def write(self, key: str, record: TokenRecord) -> None:
        """Keep a record. Raises `UnfinishedError` where the disk does not take it; the old one is then as it was."""
        path = self._file(key)
        try:
            self._remove_unfinished(path)
            write_private(path, encode(record, key))
        except OSError as error:
            raise UnfinishedError(
                f"the access token cannot be kept: {error.strerror or error}",
                where=str(path),
                remedy="Make room there, or name another folder with DESKCHECK_STATE.",
            ) from error

    def remove(self, key: str) -> bool:
        """Remove the record; whether there was one. Raises `UsageError` where it cannot be removed."""
        path = self._file(key)
        self._remove_unfinished(path)
        return _removed(path)

    def remove_all(self) -> int:
        """Remove what is kept of every target that ever was configured; how many records that were."""
        count = 0
        for path in sorted(private_folder(self.folder).iterdir()):
            if path.suffix == _RECORD or path.name.startswith("."):
                count += _removed(path) and path.suffix == _RECORD
        return count

    def lock(self, key: str) -> AbstractContextManager[None]:
        """Keep all processes of this machine from renewing the key's token."""
        return locked(private_folder(self.folder) / f"{key}{_LOCK}", self.patience)

    def _file(self, key: str) -> Path:
        return private_folder(self.folder) / f"{key}{_RECORD}"

    def _remove_unfinished(self, path: Path) -> None:
        """A process that was killed while it wrote left a file behind which may hold a token."""
        for unfinished in self._unfinished(path):
            unfinished.unlink(missing_ok=True)

    def _unfinished(self, path: Path) -> Iterator[Path]:
        return path.parent.glob(f".{path.name}.*")


def _removed(path: Path) -> bool:
    """Whether there was a file, which now is gone."""
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise UsageError(f"cannot be removed: {error.strerror or error}", where=str(path)) from error
    return True
