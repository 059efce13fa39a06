"""Writer: exchanges to a HAR file that is whole after each of them, even if the process is killed."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from threading import Lock
from types import TracebackType

import msgspec

from harness import __version__
from harness.checks.finding import Finding
from harness.errors import UnfinishedError
from harness.exchange import Exchange
from harness.observe.har import CREATOR, entry_of

_HEAD = b'{"log":{"version":"1.2","creator":%s,"entries":[\n'
_TAIL = b"\n]}}\n"


class Writer:
    """Appends to a new file at `path`; each append is one write that lays the entry over the old end, a new end behind.

    Whoever kills the process between two appends finds valid JSON. A kill inside the system call itself may cut the
    last entry; `har.read` then gives all entries before it. Raises `UnfinishedError` where the file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path, self._lock, self._first = path, Lock(), True
        creator = msgspec.json.encode({"name": CREATOR, "version": __version__})
        try:
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
        except OSError as error:
            raise self._error(error) from error
        self._end = len(_HEAD % creator)
        self._put(_HEAD % creator + _TAIL, 0)

    def append(self, exchange: Exchange, operation: str = "", purpose: str = "", told: Iterable[Finding] = ()) -> None:
        """Add one exchange, already masked.

        `operation` and `purpose` say which case of ours it was, `told` what only the case itself could tell: findings
        that `judge` would not make of the exchange.
        """
        text = entry_of(exchange, operation, purpose, told)
        with self._lock:
            text = text if self._first else b",\n" + text
            self._put(text + _TAIL, self._end)
            self._end += len(text)
            self._first = False

    def close(self) -> None:
        """Close the file, which needs no finishing."""
        os.close(self._file)

    def __enter__(self) -> Writer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _put(self, data: bytes, at: int) -> None:
        try:
            while data:
                written = os.pwrite(self._file, data, at)
                data, at = data[written:], at + written
        except OSError as error:
            raise self._error(error) from error

    def _error(self, error: OSError) -> UnfinishedError:
        return UnfinishedError(
            f"the recording cannot be written: {error.strerror}",
            where=str(self.path),
            remedy="Check the folder's permissions and the space on the disk.",
        )
