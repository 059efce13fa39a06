"""A run's folder: where its ledger lies and its report goes, also when the folder is lost or full before the end."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import Path

from harness.errors import DeskcheckError, UnfinishedError, UsageError
from harness.formats.shell import command_line
from harness.ledger import Ledger, LedgerLines, LostLedgerError
from harness.ledger.claim import WORKERS
from harness.ledger.org_identity import of_target
from harness.planning.job import LEDGER, Job, read_manifest, write_manifest
from harness.results import archive

Identity = tuple[int, int]
"""Device and inode."""


@dataclass
class RunFolder:
    """The folder of a run as its controller knows it.

    `pending_workers` are those whose last lines of the ledger have not come yet.
    """

    job: Job
    ledger: Ledger
    identity: Identity
    pending_workers: set[str] = field(default_factory=set)

    @classmethod
    def open(cls, job: Job) -> RunFolder:
        """Begin the ledger, and write down whose it is. Raises `UnfinishedError` where the folder cannot be written.

        A folder may be used again. Raises `UsageError` where its last run has left something.
        """
        _clear(job.folder)
        ledger = Ledger.open(job.folder / LEDGER, run=job.id, orgs=map(of_target, job.targets.values()))
        try:
            write_manifest(job, job.folder)
            return cls(job, ledger, _identity(job.folder))
        except DeskcheckError as error:
            raise UnfinishedError(error.what, where=error.where, remedy=error.remedy) from error
        except OSError as error:
            raise UnfinishedError(f"the run's folder is gone: {error.strerror}", where=str(job.folder)) from error

    def add_worker(self, worker: str) -> None:
        """Make a worker's file before it starts. Raises `UnfinishedError` where that is not possible."""
        self.ledger.add_writer(worker, self.job.id)
        self.pending_workers.add(worker)

    def receive(self, lines: LedgerLines, *, last: bool = False) -> None:
        """What a worker wrote is known from now on, whatever becomes of its file."""
        self.ledger.receive(lines)
        self.ledger.refresh()
        if last:
            self.pending_workers.discard(lines.writer)

    def unusable(self) -> str:
        """Why no further worker can begin here, empty where one can: the folder is another one, or damaged."""
        folder = self.job.folder
        try:
            is_here = _identity(folder) == self.identity and (folder / WORKERS).exists()
        except OSError:
            is_here = False
        return self.ledger.check() if is_here else "the run's folder is gone"

    def trouble(self) -> DeskcheckError | None:
        """What is wrong with the ledger of a run that might have created something."""
        ledger = self.ledger
        if ledger.verify() and self.job.may_change:
            message = (
                f"the ledger is lost: {ledger.lost}. In memory are {len(ledger.entries())} requests that may have "
                f"created something, {len(ledger.open_entries())} of them not taken back"
            )
            return LostLedgerError(". ".join(filter(None, [message, self._unknown_creates()])))
        return UnfinishedError(ledger.unwritten) if ledger.unwritten else None

    def save(self, write: Callable[[Path, DeskcheckError | None], None]) -> tuple[Path | None, DeskcheckError | None]:
        """Call `write` with the folder, or with another and what failed; where it succeeded, and what failed first.

        Where the ledger was lost, what is in memory goes there as well, for `deskcheck sweep --run`.
        """
        trouble: DeskcheckError | None = None
        for folder in self._folders():
            try:
                folder.mkdir(parents=True, exist_ok=folder == self.job.folder)
                if self.ledger.lost or folder != self.job.folder:
                    write_manifest(self.job, folder)
                    self.ledger.save_copy(folder, self._unknown_creates())
                write(folder, trouble)
            except DeskcheckError as error:
                trouble = trouble or error
            except OSError as error:
                trouble = trouble or archive.trouble(error, folder)
            else:
                return folder, trouble
        return None, trouble

    def _unknown_creates(self) -> str:
        names = ", ".join(sorted(self.pending_workers))
        return f"What {names} created after the last report is not known" if names else ""

    def _is_ours(self, folder: Path) -> bool:
        """Whether the run's folder is there, or nothing is."""
        try:
            return _identity(folder) == self.identity
        except OSError:
            return not os.path.lexists(folder)

    def _folders(self) -> Iterator[Path]:
        """The run's folder (another one that lies in its place now is left alone); one beside it; a temporary one."""
        folder = self.job.folder
        if self._is_ours(folder):
            yield folder
        # Never one that is there already: it may hold what an earlier run could not take back.
        yield _unused(folder.with_name(f"{folder.name}-rescued"))
        yield _unused(Path(tempfile.gettempdir()) / f"deskcheck-{folder.name}-rescued")


def _unused(path: Path) -> Path:
    """The path, or the first of `path-2`, `path-3`, ... of which there is nothing yet."""
    names = (path.with_name(f"{path.name}-{number}") for number in count(2))
    return next(name for name in chain([path], names) if not os.path.lexists(name))


def _clear(folder: Path) -> None:
    """Remove the ledger of an earlier run, once nothing that it wrote down is open."""
    old = sorted(folder.glob(f"{Path(LEDGER).stem}*{Path(LEDGER).suffix}"))
    ledger = Ledger.read(folder)
    if old and (ledger.open_entries() or ledger.lost) and _is_real(folder):
        raise UsageError(
            "an earlier run has left something, and its ledger lies here",
            where=str(folder),
            remedy=f"Give another --report-dir, or take it back first: {command_line('sweep', '--run', folder)}",
        )
    for path in old:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise archive.trouble(error, path) from error


def _is_real(folder: Path) -> bool:
    """Whether the run in a folder was about more than the embedded sandbox, whose records went with its process."""
    try:
        manifest = read_manifest(folder)
        return bool(manifest.real) or not manifest.vendors
    except UsageError:
        return True


def _identity(folder: Path) -> Identity:
    status = os.stat(folder)
    return status.st_dev, status.st_ino
