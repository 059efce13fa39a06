"""A whole run through a network that fails, and what it left, by the server's own state and by the ledger."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from proxy import FAULTS, Proxy, proxy

from benchmarks.lab import Lab, lab
from harness.ledger import Entry, Ledger

BOTH = ("--target", "acme", "--target", "desk")
# Below the stall of the proxy, so that a stall is a real timeout.
TIMEOUT = ("--timeout", "3")
REPORT = "report"
# Tables that only say what happened: a vendor keeps such records of everything, and no call removes them.
CHRONICLES = ("audit", "activit", "history", "event", "job", "metric", "export", "recycle", "deleted")
# No list of a vendor's shows these, and nothing else does: what came of a lost one nobody can say.
UNLISTED = frozenset({"zendesk:UploadFiles"})
Row = tuple[str, str, str]
"""Vendor, table and id of a record."""


@dataclass(frozen=True)
class Struck:
    """What came of a run: the faults that struck, the exit code, its outcomes, and what is there that was not before.

    `ledger` are the entries that the ledger holds open after the run.
    """

    faults: Counter[str]
    hits: list[tuple[str, str]]
    passed: int
    code: int
    said: str
    run: dict[str, Any]
    outcomes: list[dict[str, Any]]
    rows: dict[Row, Any]
    changed: list[Row]
    ledger: tuple[Entry, ...]

    @property
    def blamed(self) -> list[str]:
        """The findings, each one held against the contract."""
        return [
            f"{one['key']}: {found['check']} {found['status']} {found['message']}"
            for one in self.outcomes
            for found in one["findings"]
        ]

    @property
    def ours(self) -> list[str]:
        """Outcomes that speak of an error of deskcheck itself."""
        return [f"{one['key']}: {one['detail']}" for one in self.outcomes if "deskcheck itself" in one["detail"]]

    @property
    def untold(self) -> list[str]:
        """Records that are there, and that no open entry of the ledger names."""
        return [
            " ".join(row)
            for row, record in self.rows.items()
            if not any(_names(one, row, record) for one in self.ledger)
        ]

    @property
    def imagined(self) -> list[str]:
        """Open entries of the ledger that name no record that is there; of what no list shows, those never struck."""
        return [
            f"{one.operation} {one.path} {' '.join(one.left)}".rstrip()
            for one in self.ledger
            if not one.setting
            and not any(_names(one, row, record) for row, record in self.rows.items())
            and not (one.operation in UNLISTED and one.unanswered and self.strikes(one))
        ]

    def strikes(self, entry: Entry) -> list[str]:
        """What struck requests like that of an entry: the fault and the request's first line."""
        return [
            f"{fault} {line}"
            for fault, line in self.hits
            if line.startswith(f"{entry.method} ") and line.split(" ")[1].partition("?")[0].endswith(entry.path)
        ]

    @property
    def agrees(self) -> bool:
        """Whether the ledger and the server's state say the same, to the record."""
        return not self.untold and not self.imagined


def _names(entry: Entry, row: Row, record: Any) -> bool:
    """Whether an entry that is still open tells of a record: by its id, or by the mark or place of a lost answer."""
    vendor, table, key = row
    if entry.vendor != vendor:
        return False
    if entry.left:
        return key.rpartition("/")[2] in entry.left or not {str(value) for value in _ids(record)}.isdisjoint(entry.left)
    text = json.dumps(record)
    last = entry.path.rsplit("/", 1)[-1]
    return (bool(entry.mark) and entry.mark in text) or table.replace("_", "").lower() == last.replace("_", "").lower()


def _ids(record: Any) -> Iterator[Any]:
    if isinstance(record, dict):
        yield from (value for name, value in record.items() if name in ("id", "token", "key") or name.endswith("Id"))


def records(org: Lab) -> dict[Row, Any]:
    """Every record, those in a trash included."""
    return {
        (vendor, table, key): record
        for vendor, tables in org.ask("/state").items()
        for table, content in tables.items()
        for part in ("rows", "trash")
        for key, record in content.get(part, {}).items()
    }


@contextmanager
def between(
    folder: Path, share: float, seed: int, faults: tuple[str, ...] = tuple(FAULTS)
) -> Iterator[tuple[Lab, Proxy]]:
    """A sandbox, a configuration that leads to it through a proxy, and the proxy."""
    with lab(folder) as org:
        server = org.sandbox.urls["control"].split("/")[2]
        with proxy(server, share, seed, faults) as (one, address):
            config = folder / "deskcheck.toml"
            config.write_text(config.read_text().replace(server, address))
            yield org, one


def strike(org: Lab, one: Proxy, *words: str, seconds: float = 1500) -> Struck:
    """Run deskcheck with more words through the proxy, and look at what it left."""
    before = records(org)
    code, said = org.run("run", *BOTH, *TIMEOUT, *words, "--report-dir", REPORT, seconds=seconds)
    after = records(org)
    folder = org.folder / REPORT
    results = folder / "results.ndjson"
    return Struck(
        faults=one.struck,
        hits=one.hits,
        passed=one.passed,
        code=code,
        said=said,
        run=json.loads((folder / "run.json").read_text()) if results.is_file() else {},
        outcomes=[json.loads(line) for line in results.read_text().splitlines()] if results.is_file() else [],
        rows={row: record for row, record in after.items() if row not in before and not _chronicle(row)},
        changed=[row for row, record in before.items() if after.get(row) != record and not _chronicle(row)],
        ledger=Ledger.read(folder).open_entries(),
    )


def _chronicle(row: Row) -> bool:
    return any(word in row[1].lower() for word in CHRONICLES)
