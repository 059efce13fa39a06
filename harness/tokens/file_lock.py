"""The lock that all processes of one machine share: one file a key, which the system frees however a process ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.errors import UsageError
from harness.private_files import FILE_MODE
from harness.tokens.token_store import waited_too_long

_POLL = 0.02


@contextmanager
def locked(path: Path, patience: float) -> Iterator[None]:
    """Hold the lock file until the block ends.

    Raises `UnfinishedError` where others hold it for more than `patience` seconds, `UsageError` where the file cannot
    be made.
    """
    from filelock import FileLock, Timeout  # takes a while to load, and a run without tokens has no use for it

    lock = FileLock(path, timeout=patience, mode=FILE_MODE, poll_interval=_POLL)
    try:
        lock.acquire()
    except Timeout as error:
        raise waited_too_long(str(path), patience) from error
    except OSError as error:
        raise UsageError(
            f"cannot be locked: {error.strerror or error}",
            where=str(path),
            remedy="Remove it, or name another folder with DESKCHECK_STATE.",
        ) from error
    try:
        yield
    finally:
        lock.release()
