"""Archive: a run on disk, as `run.json` and `results.ndjson`; no file is ever left half-written."""

from __future__ import annotations

import base64
import errno
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import msgspec

from harness.errors import DeskcheckError, UnfinishedError, UsageError
from harness.exchange import Exchange, text_or_base64
from harness.finding import Finding
from harness.formats.file_contents import contents
from harness.formats.suggestion import did_you_mean
from harness.results.outcome import Outcome, Run, State, fingerprint, merge
from harness.results.totals import RunCounts, count_run, matrix

RUN = "run.json"
RESULTS = "results.ndjson"
LATEST = "latest"
_PART = "results.{}.part"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


class _OrgHead(msgspec.Struct):
    """What is read of an org in `run.json`; the rest stands elsewhere in it too."""

    vendor: str


class OutcomeWriter:
    """Appends outcomes to one worker's file as the run goes; a killed run loses at most the line it was writing.

    It does not create its folder: a missing one has been lost.
    """

    def __init__(self, folder: Path, worker: str = "main") -> None:
        self.path = folder / _PART.format(worker)
        try:
            # Without a buffer: what one line could not take must not be tried again with the next, or at the end.
            self._file = self.path.open("ab", buffering=0)
        except OSError as error:
            raise trouble(error, self.path) from error

    def write(self, outcome: Outcome) -> None:
        """Add one line, whole or not at all. Raises `UnfinishedError` for a full disk, else `UsageError`."""
        line = encode(outcome) + b"\n"
        try:
            end = os.fstat(self._file.fileno()).st_size
            if self._file.write(line) != len(line):
                os.ftruncate(self._file.fileno(), end)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError as error:
            raise trouble(error, self.path) from error

    def close(self) -> None:
        """Close the file; what is written stays."""
        self._file.close()


def gather(folder: Path) -> tuple[Outcome, ...]:
    """The outcomes of all workers' files, merged; the line that a killed worker was writing is left out."""
    paths = sorted(folder.glob(_PART.format("*")))
    return merge(outcome for path in paths for outcome in _lines(path, decode, torn=True))


def save(run: Run, folder: Path, counts: RunCounts | None = None) -> None:
    """Write `results.ndjson`, then `run.json` (whose presence says that the run is complete), and drop workers' files.

    `counts` go into the run's totals; what they are made of (causes) is not known here.
    Raises `UnfinishedError` for a full disk and `UsageError` for a folder that cannot be written.
    """
    write(folder / RESULTS, b"".join(encode(outcome) + b"\n" for outcome in run.outcomes))
    write(folder / RUN, msgspec.json.format(json_line(_head(run, counts)), indent=2) + b"\n")
    for path in folder.glob(_PART.format("*")):
        path.unlink(missing_ok=True)


def load(folder: Path) -> Run:
    """The run that `save` wrote. Raises `UsageError` that says what is missing or broken, and where."""
    path = folder / RUN
    try:
        head = msgspec.json.decode(contents(path), type=dict[str, Any])
        orgs = msgspec.convert(head.get("orgs", {}), dict[str, _OrgHead])
        run = msgspec.convert(head | {"orgs": {name: org.vendor for name, org in orgs.items()}}, Run)
    except FileNotFoundError as error:
        raise _missing(folder) from error
    except OSError as error:
        raise UsageError(
            f"cannot be read: {error.strerror}", where=str(path), remedy="Check its permissions."
        ) from error
    except (msgspec.MsgspecError, RecursionError) as error:
        raise UsageError(f"is no run: {error}", where=str(path), remedy="Name another run's folder.") from error
    is_old = "no_success" not in (head.get("totals") or {})
    return replace(run, outcomes=tuple(_lines(folder / RESULTS, _decode_old if is_old else decode)))


def locate(name: str, reports: Path) -> Path:
    """The folder of a run by path, by id, by the beginning of its id, or `latest`; raises `UsageError`."""
    for folder in (Path(name), reports / name):
        if (folder / RUN).is_file():
            return folder
    runs = sorted(path.parent for path in reports.glob(f"*/{RUN}") if path.parent.name != LATEST)
    fitting = [folder for folder in runs if name and folder.name.startswith(name)]
    if len(fitting) == 1:
        return fitting[0]
    newest = ", ".join(folder.name for folder in (fitting or runs)[-5:]) or "none yet; start one with: deskcheck run"
    what = f"{name!r} fits {len(fitting)} runs" if fitting else f"there is no run {name!r}"
    meant = did_you_mean(name, [LATEST]) if runs and not fitting else ""
    raise UsageError(what, where=str(reports), remedy=f"{meant} Newest runs: {newest}".strip())


def point_latest(folder: Path) -> None:
    """Let `latest` beside the folder point at it, where the file system knows symbolic links."""
    link = folder.parent / LATEST
    fresh = folder.parent / f".{LATEST}.{os.getpid()}"
    try:
        fresh.symlink_to(folder.name, target_is_directory=True)
        fresh.replace(link)
    except OSError:
        with suppress(OSError):
            fresh.unlink()


def write(path: Path, data: bytes | str, *, lasting: bool = True) -> Path:
    """Write a whole file or nothing: a neighbour first, then one rename.

    `lasting` waits until the disk has it; for a thousand small files that can be made again, that is too slow.
    Signs that are no Unicode text (lone surrogates from hostile JSON) are written as escapes.
    """
    raw = data.encode("utf-8", "backslashreplace") if isinstance(data, str) else data
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with fresh.open("wb") as file:
            file.write(raw)
            file.flush()
            if lasting:
                os.fsync(file.fileno())
        fresh.replace(path)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink()
        raise trouble(error, path) from error
    return path


def trouble(error: OSError, path: Path) -> DeskcheckError:
    """What a failed write means to the user."""
    what = f"cannot be written: {error.strerror or error}"
    if error.errno in _FULL:
        remedy = "Free some space, then run again; `deskcheck sweep --all` removes what the run left in the org."
        return UnfinishedError(what, where=str(path), remedy=remedy)
    return UsageError(what, where=str(path), remedy="Name a folder that you may write: --report-dir DIR.")


def encode(outcome: Outcome) -> bytes:
    """One line of `results.ndjson`, without its end.

    Findings name their exchange by its index in the line's `exchanges`, because many come from one answer.
    """
    exchanges: dict[Exchange, int] = {}
    row = msgspec.to_builtins(replace(outcome, findings=(), waived=()))
    if outcome.annotations is None:
        del row["annotations"]
    row["findings"] = [_finding(finding, exchanges) for finding in outcome.findings]
    row["waived"] = [_finding(finding, exchanges) for finding in outcome.waived]
    row["exchanges"] = [_exchange(exchange) for exchange in exchanges]
    return json_line(row)


def decode(line: bytes) -> Outcome:
    """The outcome of one line; raises `msgspec.MsgspecError`, `KeyError` or `ValueError` for what is none."""
    return _outcome(msgspec.json.decode(line, type=dict[str, Any]))


def _decode_old(line: bytes) -> Outcome:
    """The same for a line of a run before November 2026, when there were fewer states, some by other names."""
    row = msgspec.json.decode(line, type=dict[str, Any])
    row["state"] = _present_state(row)
    return _outcome(row)


def _present_state(row: dict[str, Any]) -> str:
    """What an old line calls `broken` is an error; tests that skipped, and operations without a 2xx, were not apart."""
    state, is_test = str(row["state"]), not row["method"]
    if state == "broken":
        return State.ERROR
    if state == State.UNSUPPORTED and is_test:
        return State.SKIPPED
    if state == State.PASSED and not is_test and not row.get("succeeded"):
        return State.NO_SUCCESS
    return state


def _outcome(row: dict[str, Any]) -> Outcome:
    exchanges = [_read_exchange(exchange) for exchange in row.pop("exchanges", ())]
    findings = tuple(_read_finding(finding, exchanges) for finding in row.pop("findings", ()))
    waived = tuple(_read_finding(finding, exchanges) for finding in row.pop("waived", ()))
    return replace(msgspec.convert(row, Outcome), findings=findings, waived=waived)


def _head(run: Run, counts: RunCounts | None) -> dict[str, Any]:
    head: dict[str, Any] = msgspec.to_builtins(replace(run, outcomes=()))
    del head["outcomes"]
    names = {label: name for name, label in run.labels.items()}
    cells = [
        {"vendor": run.vendors.get(names.get(label, ""), label), "target": names.get(label, ""), "tier": tier}
        | asdict(cell)
        for (label, tier), cell in matrix(run).items()
    ]
    totals = asdict(count_run(run.outcomes)) | (asdict(counts) if counts else {})
    head["totals"] = totals | {"cells": cells}
    head["orgs"] = {name: _org(run, name) for name in run.orgs}
    return head


def _org(run: Run, name: str) -> dict[str, Any]:
    """One org of a run in `run.json`: whose it is, what was permitted there, and what its outcomes add up to."""
    return {
        "vendor": run.vendors[name],
        "permit": run.permit_of(name),
        "totals": asdict(count_run(run.of_target(name))),
    }


def _finding(finding: Finding, exchanges: dict[Exchange, int]) -> dict[str, Any]:
    row: dict[str, Any] = {"id": fingerprint(finding)} | msgspec.to_builtins(replace(finding, exchange=None))
    if finding.exchange is not None:
        row["exchange"] = exchanges.setdefault(finding.exchange, len(exchanges))
    if finding.request is None:
        del row["request"]
    return row


def _read_finding(row: dict[str, Any], exchanges: list[Exchange]) -> Finding:
    index = row.pop("exchange", None)
    return replace(msgspec.convert(row, Finding), exchange=None if index is None else exchanges[index])


def _exchange(exchange: Exchange) -> dict[str, Any]:
    row: dict[str, Any] = msgspec.to_builtins(exchange, builtin_types=(bytes,))
    for side in (row["request"], row["response"]):
        side["body"], encoding = text_or_base64(side["body"])
        if encoding:
            side["encoding"] = encoding
    return row


def _read_exchange(row: dict[str, Any]) -> Exchange:
    for side in (row["request"], row["response"]):
        text = side.get("body", "")
        side["body"] = base64.b64decode(text, validate=True) if side.pop("encoding", "") else text.encode("utf-8")
    return msgspec.convert(row, Exchange, builtin_types=(bytes,))


def json_line(row: Any) -> bytes:
    """A value as JSON in one line; signs that are no Unicode text are written as escapes."""
    try:
        return msgspec.json.encode(row)
    except UnicodeEncodeError:
        return msgspec.json.encode(_scrub(row))


def _scrub(node: Any) -> Any:
    """The same tree with lone surrogates as escapes; only hostile answers hold them."""
    if isinstance(node, str):
        return node.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(node, dict):
        return {_scrub(key): _scrub(value) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [_scrub(item) for item in node]
    return node


def _lines(path: Path, read: Callable[[bytes], Outcome], *, torn: bool = False) -> Iterator[Outcome]:
    try:
        lines = contents(path).split(b"\n")
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", where=str(path), remedy="Run again.") from error
    for number, line in enumerate(lines, 1):
        if torn and number == len(lines):
            return
        if line:
            yield _line(path, number, line, read)


_MALFORMED = (KeyError, ValueError, TypeError, IndexError, AttributeError, RecursionError)


def _line(path: Path, number: int, line: bytes, read: Callable[[bytes], Outcome]) -> Outcome:
    try:
        return read(line)
    except (msgspec.MsgspecError, *_MALFORMED) as error:
        where = f"{path}:{number}"
        raise UsageError(f"is no outcome: {error}", where=where, remedy="The file was changed; run again.") from error


def _missing(folder: Path) -> UsageError:
    if done := len(gather(folder)):
        what = f"the run stopped before its end (operations done: {done:,})"
        remedy = "Remove what it left with `deskcheck sweep --all`, then run again."
        return UsageError(what, where=str(folder), remedy=remedy)
    return UsageError("holds no run", where=str(folder), remedy="Name a folder with a run.json in it, or `latest`.")
