"""A run's folder: where its ledger lies and its report goes, also when the folder is lost or full before the end."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import Path

from harness.errors import DeskcheckError, UnfinishedError, UsageError
from harness.ledger import Ledger, LedgerLines, LostLedgerError
from harness.ledger.claim import WORKERS
from harness.planning.job import LEDGER, Job, read_manifest, write_manifest
from harness.results import archive
from harness.settings import EMBEDDED

Identity = tuple[int, int]
"""Device and inode."""


@dataclass
class RunFolder:
    """The folder of a run as its controller knows it. `silent` are the workers whose last lines are not here yet."""

    job: Job
    ledger: Ledger
    identity: Identity
    silent: set[str] = field(default_factory=set)

    @classmethod
    def open(cls, job: Job) -> RunFolder:
        """Begin the ledger, and write down whose it is. Raises `UnfinishedError` where the folder cannot be written.

        A folder may be used again. Raises `UsageError` where its last run has left something.
        """
        _clear(job.folder)
        ledger = Ledger.open(job.folder / LEDGER, run=job.id)
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
        self.silent.add(worker)

    def receive(self, report: LedgerLines, *, last: bool = False) -> None:
        """What a worker wrote is known from now on, whatever becomes of its file."""
        self.ledger.receive(report)
        self.ledger.refresh()
        if last:
            self.silent.discard(report.writer)

    def gone(self) -> str:
        """Why no further worker can begin here, empty where one can: the folder is another one, or damaged."""
        folder = self.job.folder
        try:
            here = _identity(folder) == self.identity and (folder / WORKERS).exists()
        except OSError:
            here = False
        return self.ledger.check() if here else "the run's folder is gone"

    def trouble(self) -> DeskcheckError | None:
        """What is wrong with the ledger of a run that might have created something."""
        ledger = self.ledger
        if ledger.verify() and self.job.may_change:
            open_ = len(ledger.open_entries())
            what = (
                f"the ledger is lost: {ledger.lost}. In memory are {len(ledger.entries())} requests that may have "
                f"created something, {open_} of them not taken back"
            )
            return LostLedgerError(what + (f". {self._unheard()}" if self.silent else ""))
        return UnfinishedError(ledger.unwritten) if ledger.unwritten else None

    def save(self, write: Callable[[Path, DeskcheckError | None], None]) -> tuple[Path | None, DeskcheckError | None]:
        """Call `write` with the folder, or with another and what failed; where it succeeded, and what failed first.

        Where the ledger was lost, what is in memory goes there as well, for `deskcheck sweep --run`.
        """
        trouble: DeskcheckError | None = None
        for place in self._places():
            try:
                place.mkdir(parents=True, exist_ok=place == self.job.folder)
                if self.ledger.lost or place != self.job.folder:
                    write_manifest(self.job, place)
                    self.ledger.save_copy(place, self._unheard())
                write(place, trouble)
            except DeskcheckError as error:
                trouble = trouble or error
            except OSError as error:
                trouble = trouble or archive.trouble(error, place)
            else:
                return place, trouble
        return None, trouble

    def _unheard(self) -> str:
        names = ", ".join(sorted(self.silent))
        return f"What {names} created after the last report is not known" if names else ""

    def _is_ours(self, folder: Path) -> bool:
        """Whether the run's folder is there, or nothing is."""
        try:
            return _identity(folder) == self.identity
        except OSError:
            return not os.path.lexists(folder)

    def _places(self) -> Iterator[Path]:
        """The run's folder, made anew where it was deleted; one beside it; a temporary one.

        What lies in the folder's place now is somebody else's, and left alone.
        """
        folder = self.job.folder
        if self._is_ours(folder):
            yield folder
        # Never one that is there already: it may hold what an earlier run could not take back.
        yield _unused(folder.with_name(f"{folder.name}-rescued"))
        yield _unused(Path(tempfile.gettempdir()) / f"deskcheck-{folder.name}-rescued")


def _unused(path: Path) -> Path:
    """The path, or the first of `path-2`, `path-3`, ... of which there is nothing yet."""
    names = (path.with_name(f"{path.name}-{number}") for number in count(2))
    return next(one for one in chain([path], names) if not os.path.lexists(one))


def _clear(folder: Path) -> None:
    """Remove the ledger of an earlier run, once all that it wrote down is settled."""
    old = sorted(folder.glob(f"{Path(LEDGER).stem}*{Path(LEDGER).suffix}"))
    known = Ledger.read(folder)
    if old and (known.open_entries() or known.lost) and _is_real(folder):
        raise UsageError(
            "an earlier run has left something, and its ledger lies here",
            where=str(folder),
            remedy=f"Take it back first: deskcheck sweep --run {folder}. Or give another --report-dir.",
        )
    for path in old:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise archive.trouble(error, path) from error


def _is_real(folder: Path) -> bool:
    """Whether the run in a folder was about more than the embedded sandbox, whose records went with its process."""
    try:
        return set(read_manifest(folder).targets.values()) != {EMBEDDED}
    except UsageError:
        return True


def _identity(folder: Path) -> Identity:
    status = os.stat(folder)
    return status.st_dev, status.st_ino
