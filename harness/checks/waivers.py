"""Waivers: known deviations that a named person answers for, until a date."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

from harness.errors import DocumentError
from harness.exchange import Exchange
from harness.finding import Finding, general
from harness.openapi import loader, spec_files
from harness.openapi.document import SPECS
from harness.openapi.positions import shown_place

FILE = "waivers.yaml"
_OPTIONAL = frozenset({"pointer", "status", "seen_until"})
# Long enough for a vendor to answer, short enough to be looked at again.
_LIFETIME = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Waiver:
    """One known deviation.

    `operation` is a pattern on the operation key (`zendesk:List*`). `pointer` is a general pointer, `*` standing for
    an array index and wildcards inside a segment for names (`/custom_role/configuration/manage_*`); without one, only
    findings about an answer as a whole are covered. `status` is the answer's code; 0 stands for any.
    `source` is where a reader can check the reason. `seen_until` is for what the vendor once did and does no more: the
    waiver then covers exchanges recorded before that day alone, so nothing that a run sends today. `place` is file and
    line.
    """

    id: str
    operation: str
    check: str
    reason: str
    owner: str
    since: date
    expires: date
    source: str
    pointer: str = ""
    status: int = 0
    seen_until: date | None = None
    place: str = ""

    def covers(self, finding: Finding) -> bool:
        """Whether the finding is the deviation that this waiver speaks of."""
        return (
            self.check == finding.check
            and self.status in (0, finding.status)
            and self.is_about(finding.operation)
            and _fits(self.pointer, general(finding.pointer))
            and (self.seen_until is None or _is_before(finding.exchange, self.seen_until))
        )

    def is_about(self, key: str) -> bool:
        """Whether it speaks of this operation or test. A test's own key may hold brackets, which mean signs here."""
        return key == self.operation or fnmatchcase(key, self.operation)

    @property
    def reach(self) -> str:
        """What it covers, in words for people."""
        past = f", in exchanges recorded before {self.seen_until}" if self.seen_until else ""
        return f"{self.check} of {self.operation} until {self.expires}{past}"

    @property
    def is_broad(self) -> bool:
        """Whether it reaches beyond one operation or beyond one place of it."""
        names = [part for part in self.pointer.split("/") if part != "*"]
        return any(character in text for text in (self.operation, *names) for character in "*?[")


def _is_before(exchange: Exchange | None, day: date) -> bool:
    """Whether the exchange took place before `day` (UTC); one that does not say when may be of today."""
    if exchange is None or exchange.at <= 0:
        return False
    return datetime.fromtimestamp(exchange.at, UTC).date() < day


def _fits(pattern: str, pointer: str) -> bool:
    """Segment by segment; a lone `*` is an index and nothing else."""
    wanted, given = pattern.split("/"), pointer.split("/")
    return len(wanted) == len(given) and all(map(_segment_fits, wanted, given))


def _segment_fits(wanted: str, given: str) -> bool:
    return wanted == given or (wanted != "*" and fnmatchcase(given, wanted))


def load(vendor: str = "*", specs: Path = SPECS) -> tuple[Waiver, ...]:
    """The waivers of a vendor, or of all, in file order. Raises `DocumentError` with file and line for a wrong one."""
    waivers = tuple(waiver for path in spec_files.files(vendor, FILE, specs) for waiver in read(path))
    places: dict[str, str] = {}
    for waiver in waivers:
        if waiver.id in places:
            what = f"the waiver id {waiver.id!r} is used twice, first in {places[waiver.id]}"
            raise DocumentError(what, where=waiver.place, remedy="Give each its own id.")
        places[waiver.id] = waiver.place
    return waivers


def read(path: Path) -> tuple[Waiver, ...]:
    """The waivers of one file: a mapping with a list `waivers`."""
    data = loader.read(path)
    rows = data.get("waivers") if isinstance(data, dict) else None
    if not isinstance(rows, list):
        raise DocumentError("has no list `waivers`", where=f"{path}:1", remedy="Write `waivers: []` for none.")
    return tuple(_waiver(row, path, index) for index, row in enumerate(rows))


def _waiver(row: Any, path: Path, index: int) -> Waiver:
    place = f"{path}:{loader.line_of(path, ('waivers', str(index)))}"

    def wrong(what: str) -> DocumentError:
        return DocumentError(f"a waiver {what}", where=place, remedy="A person has to answer for every waiver.")

    if not isinstance(row, dict):
        raise wrong("is no mapping")
    names = {field.name for field in fields(Waiver)} - {"place"}
    if unknown := sorted(set(row) - names):
        raise wrong(f"has a key that means nothing: {', '.join(unknown)}")
    missing = sorted(name for name in names - _OPTIONAL if not str(row.get(name) or "").strip())
    if missing:
        raise wrong(f"lacks {', '.join(missing)}")
    try:
        since, expires = (date.fromisoformat(str(row[name])) for name in ("since", "expires"))
        seen_until = date.fromisoformat(str(row["seen_until"])) if "seen_until" in row else None
        status = int(row.get("status") or 0)
    except ValueError as error:
        raise wrong(f"holds no date or status: {error}") from error
    if not (row.get("pointer") or status):
        raise wrong("names neither a pointer nor a status")
    if seen_until and seen_until > since:
        raise wrong(f"has a seen_until ({seen_until}) later than its since ({since})")
    texts = {name: str(row.get(name) or "") for name in names - {"status", "since", "expires", "seen_until"}}
    return Waiver(since=since, expires=expires, status=status, seen_until=seen_until, place=place, **texts)


def apply(findings: Iterable[Finding], waivers: Sequence[Waiver], today: date) -> tuple[list[Finding], list[Finding]]:
    """New findings, and those that a waiver covers, with its id and place. An expired one covers none, and says so."""
    new: list[Finding] = []
    waived: list[Finding] = []
    for finding in findings:
        covering = [waiver for waiver in waivers if waiver.covers(finding)]
        live = next((waiver for waiver in covering if waiver.expires >= today), None)
        if live is not None:
            waived.append(replace(finding, waiver=live.id, waiver_place=shown_place(live.place)))
        elif covering:
            expired = covering[0]
            message = f"{finding.message} (waiver {expired.id} expired on {expired.expires})"
            new.append(replace(finding, message=message))
        else:
            new.append(finding)
    return new, waived


def stale(waivers: Iterable[Waiver], waived: Iterable[Finding]) -> tuple[Waiver, ...]:
    """Waivers that no finding of a full run needed; `--strict-waivers` fails for them.

    Those of the past are not among them: no run of today can need one.
    """
    used = {finding.waiver for finding in waived}
    return tuple(waiver for waiver in waivers if waiver.seen_until is None and waiver.id not in used)


def propose(findings: Iterable[Finding], today: date) -> str:
    """Candidates as the text of a waivers file, one a cause, for a person to complete: reason and owner are empty.

    `load` refuses the text until they are written.
    """
    causes: dict[tuple[str, str, int, str], Finding] = {}
    for finding in findings:
        causes.setdefault((finding.operation, finding.check, finding.status, general(finding.pointer)), finding)
    ids: dict[str, int] = {}
    rows = [_proposal(finding, today, ids) for _, finding in sorted(causes.items(), key=lambda pair: pair[0])]
    return yaml.safe_dump({"waivers": rows}, sort_keys=False, allow_unicode=True, width=120)


def _proposal(finding: Finding, today: date, ids: dict[str, int]) -> dict[str, Any]:
    text = f"{finding.operation} {finding.check} {finding.status} {general(finding.pointer)}"
    base = "-".join(re.findall(r"[A-Za-z0-9]+", text))
    ids[base] = ids.get(base, 0) + 1
    place = {"pointer": general(finding.pointer)} if finding.pointer else {}
    return {
        "id": base if ids[base] == 1 else f"{base}-{ids[base]}",
        "operation": finding.operation,
        "check": finding.check,
        **place,
        "status": finding.status,
        "reason": "",
        "owner": "",
        "since": today.isoformat(),
        "expires": (today + _LIFETIME).isoformat(),
        "source": f"{finding.message}; expected {finding.expected}",
    }
