"""Paths to recorded exchanges: each file read by the reader for its form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from harness.errors import DocumentError, UsageError
from harness.traffic.readers import recording_reader
from harness.traffic.readers.attached_files import AttachedFiles, in_folder
from harness.traffic.recorded_exchange import RecordedExchange

SUFFIXES = recording_reader.SUFFIXES
_STUBS = "mappings"
"""The folder of WireMock's stubs, beside which their bodies lie."""


def entries(paths: Iterable[Path]) -> Iterator[RecordedExchange]:
    """Every entry of all files, folders searched through in name order.

    A file that is named and cannot be used raises `DocumentError`; in a folder it gives one with a note.
    Raises `UsageError` for a path that does not exist, for a pipe and for a folder without recordings.
    """
    for path in paths:
        if path.is_dir():
            yield from _folder(path)
        elif path.is_file():
            yield from read(path)
        elif path.exists():
            # A pipe gives its bytes once, and a recording is read twice.
            raise UsageError("is no regular file", where=str(path), remedy="Save the recording first.")
        else:
            raise UsageError("there is no such file or folder", where=str(path), remedy="Give HAR files or cassettes.")


def _folder(folder: Path) -> Iterator[RecordedExchange]:
    """What cannot be read is told last: by then it is known which files are bodies of a recording beside them."""
    files = sorted(path for path in folder.rglob("*") if recording_reader.is_recording(path) and path.is_file())
    if not files:
        raise UsageError(f"the folder holds no {', '.join(SUFFIXES)} file", where=str(folder), remedy="Check the path.")
    taken: set[str] = set()
    refused: list[tuple[Path, DocumentError]] = []
    for path in files:
        attached = _attached(path)
        try:
            yield from recording_reader.read(path, attached)
        except DocumentError as error:
            refused.append((path, error))
        taken |= attached.taken
    for path, refusal in refused:
        if str(path.resolve()) not in taken:
            yield recording_reader.left_out(str(path), refusal)


def read(path: Path) -> Iterator[RecordedExchange]:
    """The entries of one file. Raises `DocumentError` where it is of no known form."""
    return recording_reader.read(path, _attached(path))


def _attached(path: Path) -> AttachedFiles:
    folders = [folder.name for folder in path.resolve().parents]
    return in_folder(path, folders.index(_STUBS) + 1 if _STUBS in folders else 0)
