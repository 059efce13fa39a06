"""The runs of this user that go on, by their marks: so that a search for lost records leaves those of a live run alone.

A run's own folder may lie anywhere, and may be gone. Each run therefore has a folder in the user's state as well, which
its processes claim as they do their own (`claim`), and which is removed at the run's end.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from harness.errors import DeskcheckError, UnfinishedError
from harness.ledger import claim
from harness.ledger.claim import WORKERS, Claim, TakenError

_FOLDER = "runs"


@dataclass(frozen=True, slots=True)
class LiveRun:
    """A run that goes on until `end`, or until its processes are gone."""

    folder: Path
    claim: Claim

    def end(self) -> None:
        """The run is over: nothing is left of it here."""
        _remove(self.folder)
        self.claim.close()


def begin(state: Path, mark: str) -> LiveRun | None:
    """A controller says that its run goes on; None where the state folder cannot be written, which ends no run."""
    folder = _folder(state, mark)
    with suppress(OSError, DeskcheckError):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return LiveRun(folder, claim.begin(folder))
    return None


def join(state: Path, mark: str, controller: int) -> Claim | None:
    """A worker says that it belongs to the run; None where the run has no folder, or its controller is gone."""
    with suppress(UnfinishedError):
        return claim.join(_folder(state, mark), controller)
    return None


def is_live(state: Path, mark: str) -> bool:
    """Whether a run with this mark goes on; waits until the workers of a killed one have ended.

    Raises `UnfinishedError` where they do not end.
    """
    folder = _folder(state, mark)
    if not mark or not folder.is_dir():
        return False
    try:
        with claim.take(folder):
            _remove(folder)
    except TakenError:
        return True
    return False


def _remove(folder: Path) -> None:
    with suppress(OSError):
        (folder / WORKERS).unlink(missing_ok=True)
        folder.rmdir()


def _folder(state: Path, mark: str) -> Path:
    return state / _FOLDER / mark
