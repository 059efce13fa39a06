"""Observe: recorded traffic checked against the contract. Nothing is sent."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from harness.checks import REQUEST, fitting, judge, limits, waivers
from harness.checks.check import Check, Need
from harness.checks.waivers import Waiver
from harness.contract.contract import Contract
from harness.exchange import Exchange
from harness.finding import Finding
from harness.openapi.catalog import Catalog, Match
from harness.traffic import recorded_files
from harness.traffic.coverage import Coverage
from harness.traffic.recorded_exchange import RecordedExchange
from harness.unjudged import FILE, Unjudged, UnjudgedCounter
from harness.vendors import VENDORS

_ID = re.compile(r"(?<=/)(?:\d+|(?=[^/]*\d)[0-9A-Za-z-]{16,})(?=[/.]|$)")

_DOUBLED = re.compile(r"/*(/api)/+(v\d+)/+")


@dataclass(frozen=True, slots=True)
class Sighting:
    """A finding with the recorded entry that shows it; `finding.exchange` is left out to stay small."""

    finding: Finding
    file: str
    entry: int


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A kind of request that no document describes; `file` and `entry` are its first place."""

    method: str
    path: str
    count: int
    file: str
    entry: int


@dataclass(frozen=True, slots=True)
class Observation:
    """What recorded traffic showed.

    `unjudged` counts why some of it was not judged, and `notes` tells it file by file. `nothing_judged` says that there
    were answers whose body the document describes, and that not one of them was judged in full.
    """

    exchanges: int
    matched: int
    unmatched: tuple[Unmatched, ...]
    findings: tuple[Sighting, ...]
    coverage: dict[str, Any]
    notes: tuple[str, ...] = ()
    unjudged: tuple[Unjudged, ...] = ()
    nothing_judged: bool = False

    @property
    def lost_files(self) -> int:
        """How many files could not be read, or not to their end."""
        return sum(row.count for row in self.unjudged if row.reason == FILE)

    @property
    def unexplained(self) -> tuple[Sighting, ...]:
        """The findings that no waiver covers."""
        return tuple(sighting for sighting in self.findings if not sighting.finding.waiver)

    def as_json(self) -> dict[str, Any]:
        """The form of `observe --json`: plain values for any JSON writer."""
        return {
            "exchanges": self.exchanges,
            "matched": self.matched,
            "unmatched": [asdict(unmatched) for unmatched in self.unmatched],
            "findings": [_row(sighting) for sighting in self.findings],
            "coverage": self.coverage,
            "notes": list(self.notes),
            "unjudged": [asdict(unjudged) for unjudged in self.unjudged],
        }


def _row(sighting: Sighting) -> dict[str, Any]:
    finding = sighting.finding
    return {
        "operation": finding.operation,
        "check": finding.check,
        "status": finding.status,
        "pointer": finding.pointer,
        "message": finding.message,
        "expected": finding.expected,
        "count": finding.count,
        "file": sighting.file,
        "entry": sighting.entry,
        "waiver": finding.waiver,
        "waiver_place": finding.waiver_place,
    }


def observe(
    paths: Iterable[Path],
    catalog: Catalog,
    contract: Contract,
    waivers_in_force: Sequence[Waiver] = (),
    today: date | None = None,
    at: Callable[[str], None] = lambda place: None,
) -> Observation:
    """Check every exchange of HAR files and cassettes; `at` is told which one comes next.

    Raises `UsageError` or `DocumentError` for paths that cannot be used at all.
    """
    observer = _Observer(catalog, contract, waivers_in_force, today or date.today())
    for entry in recorded_files.entries(paths):
        at(_place(entry))
        observer.add(entry)
    return observer.result()


class _Observer:
    """Collects what entries show, and keeps none of them."""

    def __init__(self, catalog: Catalog, contract: Contract, in_force: Sequence[Waiver], today: date) -> None:
        self.catalog, self.contract, self.waivers, self.today = catalog, contract, in_force, today
        self.vendors = tuple(dict.fromkeys(operation.vendor for operation in catalog.operations))
        self.coverage = Coverage(catalog, contract)
        self.exchanges = self.matched = 0
        self.unmatched: dict[tuple[str, str], Unmatched] = {}
        self.findings: list[Sighting] = []
        self.unjudged = UnjudgedCounter()
        self.judged = self.described = False
        self.notes: Counter[tuple[str, str]] = Counter()
        self.first: dict[tuple[str, str], int] = {}

    def add(self, entry: RecordedExchange) -> None:
        if entry.note:
            self._note(entry, entry.note)
        if entry.lack:
            self.unjudged.add(entry.lack, _place(entry))
        exchange = entry.exchange
        if exchange is None:
            return
        self.exchanges += 1
        match = self._match(entry, exchange)
        if match is None and exchange.request.method == "OPTIONS":
            # Browsers ask so before the request itself (Fetch standard, CORS preflight); no operation answers it.
            self._note(entry, "a preflight (OPTIONS) is no operation")
            return
        if match is None:
            self._add_unmatched(entry, exchange)
            return
        self.matched += 1
        findings = [*judge(exchange, match, self.contract, _checks(entry)), *entry.case_findings]
        self.coverage.add(exchange, match)
        self._add_unjudged(entry, exchange, match)
        new, waived = waivers.apply(findings, self.waivers, self.today)
        for finding in new + waived:
            self.findings.append(Sighting(replace(finding, exchange=None), entry.file, entry.index))

    def _add_unjudged(self, entry: RecordedExchange, exchange: Exchange, match: Match) -> None:
        """Count what the checks could not judge of an exchange."""
        reasons = tuple(limits.reasons(exchange, match, self.contract))
        for reason in reasons:
            self._note(entry, f"not judged: {reason}")
            self.unjudged.add(reason, _place(entry))
        answer = self.contract.answer(match.operation, exchange.response.status)
        if answer is not None and answer.contents:
            self.described = True
            self.judged |= entry.whole and not reasons

    def _match(self, entry: RecordedExchange, exchange: Exchange) -> Match | None:
        match = find(self.catalog, self.vendors, exchange)
        meant = self.catalog.by_key.get(entry.operation) if entry.ours else None
        # A case of ours may carry a value that reads as another operation's word; it was meant for its own.
        return Match(meant) if meant and (match is None or match.operation.key != meant.key) else match

    def _note(self, entry: RecordedExchange, text: str) -> None:
        key = entry.file, text
        self.notes[key] += 1
        self.first.setdefault(key, entry.index)

    def _add_unmatched(self, entry: RecordedExchange, exchange: Exchange) -> None:
        key = exchange.request.method, _ID.sub("{id}", exchange.request.path)
        earlier = self.unmatched.get(key) or Unmatched(*key, 0, entry.file, entry.index)
        self.unmatched[key] = replace(earlier, count=earlier.count + 1)

    def result(self) -> Observation:
        return Observation(
            self.exchanges,
            self.matched,
            tuple(sorted(self.unmatched.values(), key=lambda unmatched: (unmatched.path, unmatched.method))),
            tuple(self.findings),
            self.coverage.report(),
            tuple(_note_line(file, self.first[file, text], text, count) for (file, text), count in self.notes.items()),
            self.unjudged.rows(),
            nothing_judged=self.described and not self.judged,
        )


def _place(entry: RecordedExchange) -> str:
    return f"{entry.file}: entry {entry.index}"


def _note_line(file: str, index: int, text: str, count: int) -> str:
    more = f" (and {count - 1:,} more)" if count > 1 else ""
    return f"{file}: entry {index}: {text}{more}"


def _checks(entry: RecordedExchange) -> tuple[Check, ...]:
    """Those that fit a recording: none of a body that was left out, nor of a request of ours, invalid on purpose."""
    checks = fitting(entry.purpose)
    if not entry.whole:
        checks = tuple(check for check in checks if Need.BODY not in check.needs)
    return checks if entry.ours else checks + REQUEST


def find(catalog: Catalog, vendors: Sequence[str], exchange: Exchange) -> Match | None:
    """The operation of a recorded request, whatever host and path stand before `/api/`.

    A document's own paths may have something before it too, as the base path of its server says.
    An ending that means nothing to the vendor (`.json`) may stand there or not, in the request as in the document.
    """
    url = urlsplit(exchange.request.url)
    begin = max(url.path.find("/api/"), 0)
    paths = _path_readings(url.path)
    # Where a path fits two vendors, the one that the host or the path before names comes first.
    named = f"{url.netloc}{url.path[:begin]}".lower()
    for vendor in sorted(vendors, key=lambda vendor: vendor not in named):
        suffix = VENDORS[vendor].ignored_suffix
        bare = [path.removesuffix(suffix) for path in paths]
        for form in dict.fromkeys((*bare, *(path + suffix for path in bare), *paths)):
            if match := catalog.match(vendor, exchange.request.method, form):
                return match
    return None


def _path_readings(path: str) -> tuple[str, ...]:
    """A path from `/api/` on, and whole; two slashes where a base URL and a path were joined are one."""
    whole = "/".join(unquote(part).replace("/", "%2F") for part in path.split("/"))
    if whole.endswith("/") or "//" in whole:
        whole = _DOUBLED.sub(r"\1/\2/", whole.rstrip("/") or "/", count=1)
    return tuple(dict.fromkeys((whole[max(whole.find("/api/"), 0) :], whole)))
