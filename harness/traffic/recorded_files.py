"""Paths to recorded exchanges: each file read by the reader for its format."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from harness.errors import DocumentError, UsageError
from harness.traffic import cassette, har
from harness.traffic.recorded_exchange import RecordedExchange

SUFFIXES = (".har", ".json", ".yaml", ".yml")
_HAR = re.compile(rb'\s*(?:\xef\xbb\xbf)?\s*{\s*"log"\s*:')


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
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
    if not files:
        raise UsageError(f"the folder holds no {', '.join(SUFFIXES)} file", where=str(folder), remedy="Check the path.")
    for path in files:
        try:
            yield from read(path)
        except DocumentError as error:
            yield RecordedExchange(str(path), 0, note=f"the file is left out: {error.what}")


def read(path: Path) -> Iterator[RecordedExchange]:
    """The entries of one file. Raises `DocumentError` where it is neither HAR nor a cassette."""
    if path.suffix.lower() == ".har" or _begins_as_har(path):
        return har.read(path)
    return cassette.read(path)


def _begins_as_har(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return _HAR.match(stream.read(4096)) is not None
    except OSError:
        return False
