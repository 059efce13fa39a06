"""Which processes work in a run's folder: a claim keeps a sweep or a second run away from one that is going on.

Two locks, which the kernel frees when a process ends, however it ends:

    the folder itself   exclusive   the controller of a run, or a sweep: one at a time
    `.workers` in it    shared      every process of the run, the controller included
                        exclusive   a sweep; and a run that starts, until it knows that it is alone

Where the first is taken, a run is going on: it is left alone. Where only the second is, the controller was killed and
its workers are still ending: they send nothing any more (`transport/liveness`), so the next process waits for them.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from harness.errors import OrphanedError, UnfinishedError, UsageError, os_errors_as

WORKERS = ".workers"
WORKERS_END_SECONDS = 60.0
"""Seconds that orphaned workers have to end: a request in hand may take 30, and execnet ends the process after 15."""
_POLL_SECONDS = 0.1
_NO_HANDLE = -1


class TakenError(UsageError):
    """A run or a sweep works in the folder."""


@dataclass
class Claim(AbstractContextManager["Claim"]):
    """Locks on a run's folder, until `close` or the process ends; `locked` is False where the file system has none.

    Programs that Python starts do not inherit them; a forked process is one of the run's, and has them too.
    """

    owner: int = _NO_HANDLE
    workers: int = _NO_HANDLE
    locked: bool = True

    def lock_folder(self, folder: Path) -> bool:
        """Take the folder itself; False where another process has it."""
        self.owner = os.open(folder, os.O_RDONLY)
        return self._lock(self.owner, fcntl.LOCK_EX)

    def exclude_workers(self, folder: Path) -> bool:
        """Keep the folder's workers out; False while there are some. A folder without `.workers` never had any."""
        if self.workers == _NO_HANDLE:
            self.workers = _open(folder / WORKERS)
        return self.workers == _NO_HANDLE or self._lock(self.workers, fcntl.LOCK_EX)

    def join_workers(self, folder: Path) -> bool:
        """Be one of the folder's processes; False where it has no `.workers`, or a sweep keeps them out."""
        if self.workers == _NO_HANDLE:
            self.workers = _open(folder / WORKERS)
        return self.workers != _NO_HANDLE and self._lock(self.workers, fcntl.LOCK_SH)

    def close(self) -> None:
        """Free the locks."""
        for handle in (self.workers, self.owner):
            if handle != _NO_HANDLE:
                os.close(handle)
        self.workers = self.owner = _NO_HANDLE

    def __exit__(self, *_: object) -> None:
        self.close()

    def _lock(self, handle: int, mode: int) -> bool:
        try:
            fcntl.flock(handle, mode | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            self.locked = False  # some network file systems have no locks
        return True


def begin(folder: Path) -> Claim:
    """A run's controller takes its folder, and keeps it while the run lasts.

    Raises `TakenError` where a run or a sweep is at work there, `UnfinishedError` where workers of a killed run do not
    end, `UsageError` where nothing can be written.
    """
    remedy = "Give another with --report-dir."
    with os_errors_as(UsageError, "the report directory cannot be written", folder, remedy):
        (folder / WORKERS).touch(mode=0o600)
    claim = take(folder)
    # The folder itself stays locked, so no sweep comes between this lock and the last.
    claim.join_workers(folder)
    return claim


def take(
    folder: Path,
    *,
    waits: Callable[[], object] = lambda: None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], object] = time.sleep,
) -> Claim:
    """Take a folder for this process alone; `waits` is called once if workers of a killed run have to end first.

    Raises `TakenError` where a run is going on: two would share one ledger, and a sweep would remove what it
    still needs. Raises `UnfinishedError` where orphaned workers have not ended in `WORKERS_END_SECONDS` seconds.
    """
    claim = Claim()
    try:
        if not claim.lock_folder(folder):
            raise TakenError(
                "a run is going on there", where=str(folder), remedy="Wait for its end, or give another --report-dir."
            )
        _wait_for_workers(claim, folder, waits, clock, sleep)
    except BaseException:
        claim.close()
        raise
    return claim


def join(folder: Path, controller: int) -> Claim:
    """A worker takes its share of the folder, before it can send anything.

    Raises `OrphanedError` where it comes too late: its controller is gone, and a sweep works there or did. Raises
    `UnfinishedError` where the folder is gone: what is created would be written down nowhere.
    """
    if not (folder / WORKERS).exists():
        raise UnfinishedError(
            "the run's folder is gone", where=str(folder), remedy="Run again; leave the folder alone."
        )
    claim = Claim()
    # The lock first: a sweep that comes after the controller's end then waits for this process.
    if claim.join_workers(folder) and controller_is_alive(controller):
        return claim
    claim.close()
    raise OrphanedError(where=str(folder))


def controller_is_alive(controller: int) -> bool:
    """Whether this process is the run's controller, or a worker of it whose controller is still alive.

    A worker is a child of its controller, and the kernel gives an orphan another parent. A process forked from a worker
    is neither, and may send nothing to the org.
    """
    return controller in (os.getpid(), os.getppid())


def _wait_for_workers(
    claim: Claim,
    folder: Path,
    waits: Callable[[], object],
    clock: Callable[[], float],
    sleep: Callable[[float], object],
) -> None:
    """Until no worker of an earlier run is left in the folder."""
    if claim.exclude_workers(folder):
        return
    waits()
    deadline = clock() + WORKERS_END_SECONDS
    while not claim.exclude_workers(folder):
        if clock() >= deadline:
            raise UnfinishedError(
                f"its controller was killed, and workers of it have not ended after {WORKERS_END_SECONDS:.0f} s",
                where=str(folder),
                remedy="End them (see ps), then try again.",
            )
        sleep(_POLL_SECONDS)


def _open(path: Path) -> int:
    """A descriptor, writable where possible: NFS wants that for an exclusive lock, and a report may be read-only."""
    for flags in (os.O_RDWR, os.O_RDONLY):
        try:
            return os.open(path, flags)
        except OSError:
            continue
    return _NO_HANDLE
