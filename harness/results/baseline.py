"""Baseline: the findings that were there before, as a small text that can be committed beside the code it gates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from harness.errors import UsageError
from harness.finding import Finding, from_row, general
from harness.formats.file_contents import contents
from harness.results import archive
from harness.results.outcome import Run, fingerprint, found_by

FILE = "baseline.ndjson"
"""The next baseline, in every run's folder."""

VERSION = 1
_REMEDY = f"Give a run (its folder, its id, `latest`), or the {FILE} of a run's folder."


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is known beforehand. `name` is what the user typed; `findings` have no exchange and no message of a server.

    `found_by` says by a finding's id which operations and tests showed it. `vendors` are those that were tested,
    `documents` the documents that they were held to, `seed` is the run's.
    """

    name: str
    vendors: tuple[str, ...]
    documents: tuple[str, ...]
    seed: int
    findings: tuple[Finding, ...]
    found_by: Mapping[str, tuple[str, ...]]

    @property
    def ids(self) -> frozenset[str]:
        """The ids of the findings."""
        return frozenset(map(fingerprint, self.findings))


def next_of(run: Run) -> Baseline:
    """What a later run may take for known: this run's findings, and those of its own baseline that it could not judge.

    They come in one order and without what differs from run to run, so that two runs that found the same give one text.
    """
    findings = [finding for outcome in run.outcomes for finding in outcome.findings]
    shown = found_by(run.outcomes)
    if run.against:
        findings += run.against.unseen
        shown |= run.against.found_by
    known = {fingerprint(finding): _known(finding) for finding in findings}
    return Baseline(
        name=run.id,
        vendors=tuple(sorted(set(run.vendors.values()))),
        documents=tuple(sorted(name.removeprefix("specs/") for name in run.versions if name.startswith("specs/"))),
        seed=run.seed,
        findings=tuple(sorted(known.values(), key=lambda finding: finding.cause)),
        found_by=shown,
    )


def _known(finding: Finding) -> Finding:
    """The finding by its cause alone; its message may quote a value of the org."""
    message = f"expected {finding.expected}" if finding.expected else ""
    return replace(
        finding, pointer=general(finding.pointer), message=message, waiver="", waiver_place="", exchange=None, count=1
    )


def write(run: Run, folder: Path) -> Path:
    """Write the next baseline into the folder; raises what `archive.write` raises."""
    return archive.write(folder / FILE, text(next_of(run)))


def text(baseline: Baseline) -> str:
    """A line that says what it is, and a line for each finding."""
    head = {
        "deskcheck": "baseline",
        "version": VERSION,
        "vendors": baseline.vendors,
        "documents": baseline.documents,
        "seed": baseline.seed,
    }
    rows = [head, *(_row(finding, baseline.found_by[fingerprint(finding)]) for finding in baseline.findings)]
    return "".join(archive.json_line(row).decode() + "\n" for row in rows)


def _row(finding: Finding, keys: tuple[str, ...]) -> dict[str, Any]:
    names = ("operation", "check", "status", "pointer", "expected")
    row = {"id": fingerprint(finding)} | {name: getattr(finding, name) for name in names}
    return row if keys == (finding.operation,) else row | {"found_by": keys}


def load(name: str, reports: Path) -> Baseline:
    """The baseline that a run left (by folder, id or `latest`), or that a file holds.

    Raises `UsageError` for what is neither, with file and line.
    """
    path = Path(name)
    if (path / FILE).is_file():
        path /= FILE
    if not path.is_file():
        folder = archive.locate(name, reports)
        path = folder / FILE
        if not path.is_file():
            return replace(next_of(archive.load(folder)), name=name)
    return replace(read(path), name=name)


def read(path: Path) -> Baseline:
    """The baseline that a file holds. Raises `UsageError` with file and line for what is none."""
    try:
        lines = contents(path).decode().split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot be read as a baseline: {error}", where=str(path), remedy=_REMEDY) from error
    head = _mapping(lines[0], path, 1) if lines[0] else {}
    if head.get("deskcheck") != "baseline":
        raise UsageError("is no baseline: its first line does not say so", where=f"{path}:1", remedy=_REMEDY)
    if head.get("version") != VERSION:
        remedy = "Update deskcheck, or take a baseline from a run of this version."
        raise UsageError(f"is a baseline of version {head.get('version')}", where=f"{path}:1", remedy=remedy)
    rows = [_finding(line, path, number) for number, line in enumerate(lines[1:], 2) if line.strip()]
    try:
        vendors, documents = (tuple(msgspec.convert(head[key], list[str])) for key in ("vendors", "documents"))
        seed = msgspec.convert(head["seed"], int)
    except (KeyError, msgspec.ValidationError) as error:
        raise UsageError(f"its first line is damaged: {error}", where=f"{path}:1", remedy=_REMEDY) from error
    findings = {fingerprint(finding): finding for finding, _ in rows}
    shown = {fingerprint(finding): keys for finding, keys in rows}
    return Baseline(str(path), vendors, documents, seed, tuple(findings.values()), shown)


def _finding(line: str, path: Path, number: int) -> tuple[Finding, tuple[str, ...]]:
    """One finding, and what showed it."""
    row = _mapping(line, path, number)
    try:
        status = msgspec.convert(row["status"], int)
        keys = tuple(msgspec.convert(row.get("found_by", [row["operation"]]), list[str]))
        return _known(from_row(str(row["operation"]), status, row | {"message": ""})), keys
    except (KeyError, msgspec.ValidationError) as error:
        remedy = "Every line is one finding, as the run wrote it. After a merge, keep whole lines of either side."
        raise UsageError(f"is no finding: {error}", where=f"{path}:{number}", remedy=remedy) from error


def _mapping(line: str, path: Path, number: int) -> dict[str, Any]:
    try:
        return msgspec.json.decode(line, type=dict[str, Any])
    except (msgspec.MsgspecError, RecursionError) as error:
        raise UsageError(f"is no line of a baseline: {error}", where=f"{path}:{number}", remedy=_REMEDY) from error
