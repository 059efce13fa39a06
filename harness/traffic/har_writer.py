"""HarWriter: exchanges to a HAR file that is whole after each of them, even if the process is killed."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from threading import Lock

import msgspec

from harness import __version__
from harness.errors import UnfinishedError
from harness.exchange import Exchange
from harness.finding import Finding
from harness.traffic.har import CREATOR, entry_of
from harness.traffic.part import HEAD, LEFT_OUT, TAIL, left_out, whole

_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


class HarWriter(AbstractContextManager["HarWriter"]):
    """Appends to the file at `path`; each append is one write that lays the entry over the old end, a new end behind.

    A file that is there already is appended to, never begun anew; an entry that a kill cut off at its end goes. After a
    kill between two appends the file is valid JSON. A kill inside the system call itself may cut the last entry;
    `har.read` then gives all entries before it. Entries that would make the file larger than `limit` bytes are only
    counted, in the file. Raises `UnfinishedError` where the file cannot be written; it is whole then, too.
    """

    def __init__(self, path: Path, limit: int | None = None) -> None:
        self.path, self.limit, self._lock = path, limit, Lock()
        self._head = HEAD % msgspec.json.encode({"name": CREATOR, "version": __version__})
        try:
            self._file = os.open(path, _FLAGS, 0o600)
            self._open()
        except OSError as error:
            raise self._error(error) from error

    def _open(self) -> None:
        self.left_out = 0
        if not os.fstat(self._file).st_size:
            os.pwrite(self._file, self._head + TAIL, 0)
            return
        if os.pread(self._file, len(TAIL), self._end()) != TAIL:
            self._finish(max((span.end for span in whole(self.path)), default=len(self._head)))
        self.left_out = left_out(self.path)

    def _end(self) -> int:
        """Where the next entry goes; read off the file, since two writers of one process may share it in turn."""
        return max(0, os.fstat(self._file).st_size - len(TAIL))

    def _finish(self, end: int) -> None:
        """Cut what stands behind `end`, and end the file there."""
        os.ftruncate(self._file, end)
        os.pwrite(self._file, (self._head if end <= len(self._head) else b"")[end:] + TAIL, end)

    def append(
        self, exchange: Exchange, operation: str = "", purpose: str = "", case_findings: Iterable[Finding] = ()
    ) -> bool:
        """Add one exchange, already masked; whether there was room.

        `operation` and `purpose` say which case of ours it was. `case_findings` are those of checks that need the
        generated case: `judge` cannot make them from the exchange.
        """
        text = entry_of(exchange, operation, purpose, case_findings)
        with self._lock:
            try:
                return self._add(text)
            except OSError as error:
                raise self._error(error) from error

    def _add(self, text: bytes) -> bool:
        end = self._end()
        text = text if end <= len(self._head) else b",\n" + text
        if self.limit is not None and end + len(text) + len(TAIL) > self.limit:
            self.left_out += 1
            os.pwrite(self._file, LEFT_OUT % self.left_out, self._head.index(LEFT_OUT % 0))
            return False
        data, at = text + TAIL, end
        try:
            while data:
                written = os.pwrite(self._file, data, at)
                data, at = data[written:], at + written
        except OSError:
            # The old end had its place on the disk already.
            self._finish(end)
            raise
        return True

    def close(self) -> None:
        """Close the file, which is whole already."""
        os.close(self._file)

    def __exit__(self, *_: object) -> None:
        self.close()

    def _error(self, error: OSError) -> UnfinishedError:
        return UnfinishedError(
            f"the recording cannot be written: {error.strerror}",
            where=str(self.path),
            remedy="Check the folder's permissions and the space on the disk.",
        )
