"""Ledger files that were carried to another place: which process wrote each, and whether they are of one run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.errors import UsageError
from harness.ledger.chain import OPEN, event_of
from harness.ledger.files import MAIN, SWEEP, file_of

LARGEST = 512 * 1024 * 1024
"""Bytes of one file; some two million lines, which no run writes."""
_LONGEST_HEADER = 64 * 1024
"""Bytes in which a first line must end."""
_CANONICAL = "ledger.ndjson"
_REMEDY = "Give the files that a run wrote into its folder: ledger.ndjson, and ledger-gw0.ndjson, ... of its workers."


@dataclass(frozen=True, slots=True)
class GivenFiles:
    """The files of one run by the process that wrote each; `main` is where the controller's is or would be.

    `cut` are those whose last line has no end: the process was killed as it wrote, or the copy is not whole.
    """

    main: Path
    by_writer: Mapping[str, Path]
    cut: tuple[Path, ...] = ()

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders that the files lie in."""
        return tuple(dict.fromkeys(path.parent for path in self.by_writer.values()))


def open_given(paths: Sequence[Path]) -> GivenFiles:
    """The files that were given, and what an earlier sweep of them wrote beside them.

    Raises `UsageError` for what is no ledger, is empty or too large, for files of two runs, and for two of one process.
    """
    by_writer: dict[str, Path] = {}
    runs: dict[str, Path] = {}
    for path in map(Path.absolute, paths):
        header = _header(path)
        writer = str(header.get("writer") or _writer_by_name(path))
        if writer in by_writer:
            raise UsageError(f"{by_writer[writer]} is of the same process", where=str(path), remedy="Give one of them.")
        by_writer[writer] = path
        if run := str(header.get("run") or ""):
            runs.setdefault(run, path)
    if set(by_writer) == {SWEEP}:
        raise UsageError(
            "is what a sweep wrote; what the run created stands in others", where=str(path), remedy=_REMEDY
        )
    if len(runs) > 1:
        raise UsageError(
            f"files of several runs: {', '.join(sorted(runs))}", where="--ledger", remedy="Sweep one run after another."
        )
    main = by_writer.get(MAIN) or next(iter(by_writer.values())).with_name(_CANONICAL)
    earlier_sweep = file_of(main, SWEEP)
    if earlier_sweep.is_file():
        by_writer.setdefault(SWEEP, earlier_sweep)
    return GivenFiles(main, by_writer, tuple(path for path in by_writer.values() if _is_cut(path)))


def _header(path: Path) -> Mapping[str, Any]:
    """The first event of a file; a file of version 1 begins with another one than `open`."""
    try:
        if not path.is_file():
            problem = "is no file" if path.exists() else "there is no such file"
            raise UsageError(problem, where=str(path), remedy=_REMEDY)
        size = path.stat().st_size
        with path.open("rb") as file:
            first = file.readline(_LONGEST_HEADER)
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", where=str(path), remedy=_REMEDY) from error
    if not size:
        raise UsageError(
            "is empty, so it names neither a run nor an org",
            where=str(path),
            remedy="Look for what the run left by its mark: deskcheck sweep --orphans, with --target",
        )
    if size > LARGEST:
        raise UsageError(f"has {size:,} bytes, more than any ledger", where=str(path), remedy=_REMEDY)
    event = event_of(first.rstrip(b"\n"))
    if event is None:
        raise UsageError("is no ledger: its first line is no event", where=str(path), remedy=_REMEDY)
    return event if event["event"] == OPEN else {}


def _writer_by_name(path: Path) -> str:
    """Files of version 1 do not say who wrote them; their names do."""
    return path.stem.partition("-")[2] or MAIN


def _is_cut(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, 2)
        return file.read(1) != b"\n"
