"""The parts that a run's processes recorded merged to one HAR file an org, in the order of time."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec

from harness import __version__
from harness.errors import UnfinishedError, UsageError, os_errors_as
from harness.traffic.har import CREATOR
from harness.traffic.part import TAIL, EntrySpan, left_out, whole
from harness.traffic.recording import RecordingAccount

LARGEST = 256 * 1024 * 1024
"""Bytes of a run's recordings together: at 2.8 KB an exchange (measured on ticket operations), over 90,000 exchanges,
several times what a run over all operations sends. A server that answers with megabytes must not fill the disk."""

_UNUSUAL = re.compile("[^A-Za-z0-9_-]")
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class Merged:
    """What an org's recording holds, and how many exchanges had no room in it."""

    entries: int = 0
    left_out: int = 0

    @property
    def comment(self) -> str:
        """What is missing, for the file itself and for the run's notes."""
        if not self.left_out:
            return ""
        return f"{self.left_out} exchanges were left out: a run's recordings hold {LARGEST // 2**20} MiB at most"


def part(folder: Path, org: str, writer: str) -> Path:
    """The file to which one process of a run records one org; `org` is what outputs call it."""
    return folder / f"exchanges-{_in_file_name(org)}.{writer}.har"


def _in_file_name(org: str) -> str:
    """An org as a file name may have it, without a dot, which ends it: a target may be called anything."""
    return _UNUSUAL.sub(lambda sign: "".join(f"%{byte:02X}" for byte in sign[0].encode()), org)


def share(orgs: int, workers: int) -> int:
    """Bytes for one part: each process records each org, and so does the controller beside several workers."""
    return LARGEST // max(1, orgs * (workers + (workers > 1)))


def clear(folder: Path) -> None:
    """Remove what an earlier run recorded into the same folder: parts are appended to, and would mix with ours.

    Raises `UsageError` where that cannot be done.
    """
    for path in folder.glob("exchanges-*.har"):
        remedy = "Move it away, or give another --report-dir."
        with os_errors_as(UsageError, "an earlier recording cannot be removed", path, remedy):
            path.unlink()


def merge(folder: Path, org: str) -> Merged:
    """Write `exchanges-ORG.har` and remove the parts, which stay where that fails.

    In memory are the places of all entries and the text of one. Raises `UnfinishedError` where a file cannot be
    written or read.
    """
    name = f"exchanges-{_in_file_name(org)}"
    parts = sorted(folder.glob(f"{name}.*.har"))
    if not parts:
        return Merged()
    path = folder / f"{name}.har"
    unfinished = path.with_suffix(".har.tmp")
    remedy = "Its parts are beside it; `deskcheck observe` reads them as well."
    with os_errors_as(UnfinishedError, "the recording could not be put together", path, remedy):
        places = sorted(_places(parts), key=lambda place: place[0].at)
        merged = Merged(len(places), sum(map(left_out, parts)))
        with ExitStack() as opened:
            streams = [opened.enter_context(source.open("rb")) for source in parts]
            unfinished.unlink(missing_ok=True)
            out = opened.enter_context(os.fdopen(os.open(unfinished, _FLAGS, 0o600), "wb"))
            _write(out, merged, ((streams[number], span) for span, number in places))
        unfinished.replace(path)
        for source in parts:
            source.unlink()
    return merged


def conclude(
    folder: Path, orgs: Iterable[str], accounts: Iterable[RecordingAccount]
) -> tuple[list[str], list[UnfinishedError]]:
    """Merge a run's recordings: notes on what was left out, and what makes the run unfinished.

    Fewer entries than the processes wrote are lost evidence, whoever took the files away.
    """
    accounts, entries = list(accounts), 0
    notes: list[str] = []
    problems = dict.fromkeys(problem for account in accounts for problem in account.trouble)
    trouble = [UnfinishedError(problem) for problem in problems]
    for org in orgs:
        try:
            merged = merge(folder, org)
        except UnfinishedError as error:
            trouble.append(error)
            return notes, trouble
        entries += merged.entries
        notes += [f"exchanges-{_in_file_name(org)}.har: {merged.comment}"] if merged.comment else []
    written = sum(account.written for account in accounts)
    if entries < written:
        lost = f"the recording lost {written - entries} of {written} exchanges after they were written"
        trouble.append(UnfinishedError(lost, where=str(folder)))
    return notes, trouble


def _places(parts: Sequence[Path]) -> Iterator[tuple[EntrySpan, int]]:
    """Every whole entry, with the number of the part that holds it."""
    for number, path in enumerate(parts):
        for span in whole(path):
            yield span, number


def _write(out: BinaryIO, merged: Merged, entries: Iterator[tuple[BinaryIO, EntrySpan]]) -> None:
    about = {"version": "1.2", "creator": {"name": CREATOR, "version": __version__}}
    if merged.comment:
        about["comment"] = merged.comment
    out.write(b'{"log":' + msgspec.json.encode(about)[:-1] + b',"entries":[')
    between = b"\n"
    for stream, span in entries:
        stream.seek(span.start)
        out.write(between + stream.read(span.end - span.start))
        between = b",\n"
    out.write(TAIL)
    out.flush()
    os.fsync(out.fileno())
