"""One file of a ledger: one process appends to it, every process compares it with the lines that it already has."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.errors import UnfinishedError
from harness.ledger.chain import OPEN, VERSION, BrokenChainError, Chain, event_of
from harness.ledger.org_identity import OrgIdentity, to_rows

Identity = tuple[int, int]
"""Device and inode."""


@dataclass
class LedgerFile:
    """`chain` holds all lines that this process has, `on_disk` of them are in the file, in its first `size` bytes.

    The rest was sent by the process that wrote them, or could not be written yet. `torn` says that the file ends in
    whole lines which are no events. `expected` says that the controller's file names this one. `handle` is
    the descriptor of the process that appends, else -1.
    """

    path: Path
    chain: Chain = field(default_factory=Chain)
    on_disk: int = 0
    size: int = 0
    torn: bool = False
    expected: bool = False
    identity: Identity | None = None
    handle: int = -1

    def open(self) -> None:
        """Open the file for appending. Raises `OSError` where it is not there or cannot be written.

        An identity that is set already stays: what was opened may be another file.
        """
        self.handle = os.open(self.path, os.O_RDWR | os.O_APPEND)
        self.identity = self.identity or _identity(os.fstat(self.handle))

    def close(self) -> None:
        """Close the file; what is written stays."""
        if self.handle >= 0:
            os.close(self.handle)
            self.handle = -1

    def append(self, event: Mapping[str, Any]) -> None:
        """Add an event: in memory at once, then on disk. Raises `OSError` where the disk does not take it."""
        self.chain.follow(self.chain.line_of(event))
        self.flush()

    def retract(self) -> None:
        """Drop the last event, which is not on disk: what it announced will not happen."""
        if len(self.chain.lines) > self.on_disk:
            self.chain.lines.pop()

    def flush(self) -> None:
        """Write what is not on disk yet, and wait for the disk: it then survives the process and a power cut."""
        lines = b"".join(line + b"\n" for line in self.chain.lines[self.on_disk :])
        end = os.fstat(self.handle).st_size
        # A line that a killed process did not finish must not swallow the next one.
        data = b"\n" + lines if end > self.size else lines
        try:
            if os.write(self.handle, data) != len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(self.handle)
        except OSError:
            with suppress(OSError):
                os.ftruncate(self.handle, end)
            raise
        self.on_disk, self.size, self.torn = len(self.chain.lines), end + len(data), False

    def damage(self) -> str:
        """What is wrong with the file since this process last read it; nothing where it only grew."""
        try:
            status = os.stat(self.path)
        except OSError as error:
            is_missing = self.expected or self.identity is not None
            return f"cannot be found any more ({error.strerror})" if is_missing else ""
        if self.identity is not None and _identity(status) != self.identity:
            return "is another file now"
        if status.st_size < self.size:
            return f"was cut from {self.size} bytes to {status.st_size}"
        if self.torn and not self.chain.plain:
            return f"has no event as line {self.on_disk + 1}"
        return "" if self._is_as_written() else "was written to by somebody else"

    def read(self) -> Iterator[dict[str, Any]]:
        """New events on disk. Raises `BrokenChainError` where the file is not what was written."""
        end, data = self.size, self._read_rest()
        for line in data.splitlines(keepends=True):
            end += len(line)
            is_whole = line.endswith(b"\n")
            if is_whole and event_of(line) is not None:
                yield from self._compare(line[:-1])
                self.size, self.torn = end, False
            else:
                self.torn = is_whole

    def receive(self, line: bytes, number: int) -> Iterator[dict[str, Any]]:
        """The event of a line that its writer sent, if it is new. Raises `BrokenChainError` as `read` does.

        The writer is right, not the disk: where another line was read there, this one takes its place.
        """
        if number > len(self.chain.lines):
            yield self.chain.follow(line)
        elif self.chain.lines[number - 1] != line:
            del self.chain.lines[number - 1 :]
            self.on_disk = min(self.on_disk, number - 1)
            yield self.chain.follow(line)
            raise BrokenChainError(f"line {number} is not the one that its process wrote")

    def _read_rest(self) -> bytes:
        """What the file has after its first `size` bytes; nothing where there is no file."""
        try:
            with open(self.path, "rb", buffering=0, opener=_unblocked) as file:
                status = os.fstat(file.fileno())
                if not stat.S_ISREG(status.st_mode):
                    return b""
                self.identity = self.identity or _identity(status)
                return os.pread(file.fileno(), max(0, status.st_size - self.size), self.size)
        except OSError:
            return b""

    def _compare(self, line: bytes) -> Iterator[dict[str, Any]]:
        if self.on_disk == len(self.chain.lines):
            yield self.chain.follow(line)
        elif self.chain.lines[self.on_disk] != line:
            raise BrokenChainError(f"line {self.on_disk + 1} is not the one that its process wrote")
        self.on_disk += 1

    def _is_as_written(self) -> bool:
        """Whether every line that was on disk is still there, to the letter.

        A modification time would show it faster, but two writes within a few milliseconds may have the same one.
        """
        lines = b"".join(line + b"\n" for line in self.chain.lines[: self.on_disk])
        try:
            data = self.path.read_bytes()[: self.size]
        except OSError:
            return False
        # What a killed process did not finish is between the lines, and is no event.
        return data == lines or _event_lines(data) == _event_lines(lines)


def beside(path: Path) -> list[Path]:
    """The files of the ledger that `path` belongs to; none in a folder that vanishes while it is read."""
    try:
        return sorted(path.parent.glob(f"{path.stem}*{path.suffix}"))
    except OSError:
        return []


def create(path: Path, run: str, writer: str, orgs: Sequence[OrgIdentity] = ()) -> None:
    """A new file with its opening line, whole or not at all. Raises `OSError`."""
    chain = Chain()
    line = chain.line_of({"event": OPEN, "version": VERSION, "run": run, "writer": writer, "orgs": to_rows(orgs)})
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        if os.write(handle, line + b"\n") != len(line) + 1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(handle)
    finally:
        os.close(handle)
    os.rename(scratch, path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """A new file's name is only on disk once its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def unwritable(path: Path, error: OSError) -> UnfinishedError:
    """The error for a file of the ledger that cannot be written."""
    return UnfinishedError(
        f"the ledger cannot be written: {error.strerror or error}",
        where=str(path),
        remedy="Nothing is created without it. Free space or correct the folder's permissions, and run again.",
    )


def _identity(status: os.stat_result) -> Identity:
    return status.st_dev, status.st_ino


def _unblocked(path: str, flags: int) -> int:
    """Open a file that may have been replaced by a pipe, without waiting for a writer."""
    return os.open(path, flags | os.O_NONBLOCK)


def _event_lines(data: bytes) -> list[bytes]:
    """The whole lines that are events."""
    lines = data.split(b"\n")[:-1]
    return [line for line in lines if event_of(line) is not None]
