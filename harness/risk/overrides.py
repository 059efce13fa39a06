"""`specs/<vendor>/risk.yaml`: corrections of single assessments, each with its reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.errors import DocumentError
from harness.openapi import loader, spec_files
from harness.openapi.document import SPECS
from harness.risk.tier import Tier

FILE = "risk.yaml"


@dataclass(frozen=True, slots=True)
class Override:
    """The tier of one operation, whatever the rules say. `reason` says why they are wrong, `place` is file and line."""

    operation: str
    tier: Tier
    reason: str
    place: str = ""


def load(vendor: str, specs: Path = SPECS) -> Mapping[str, Override]:
    """Overrides by operation key, of `specs/<vendor>/risk.yaml`; none where there is no file. The user's own come last
    and count in place of a shipped one.

    An `operation` there is an operationId, or method and path (`PUT /api/v2/x`) where ids may change.
    Raises `DocumentError` for an entry without operation, tier or reason.
    """
    overrides: dict[str, Override] = {}
    for row, place in placed_section(vendor, "overrides", specs):
        name = str(row.get("operation", ""))
        if not name or not row.get("reason"):
            raise _broken(place, "an override needs operation, tier and reason")
        key = name if " " in name else f"{vendor}:{name}"
        if key in overrides and _file(overrides[key].place) == _file(place):
            raise _broken(place, f"{name} is overridden twice")
        overrides[key] = Override(name, tier_of(row.get("tier"), place), str(row["reason"]), place)
    return overrides


def _file(place: str) -> str:
    return place.rpartition(":")[0]


def section(vendor: str, name: str, specs: Path = SPECS) -> list[dict[str, Any]]:
    """One list of the files; empty where it is missing. Raises `DocumentError` where it is no list of maps."""
    return [row for row, _ in placed_section(vendor, name, specs)]


def placed_section(vendor: str, name: str, specs: Path = SPECS) -> list[tuple[dict[str, Any], str]]:
    """The same, each row with its file and line."""
    return [pair for path in spec_files.files(vendor, FILE, specs) for pair in _rows(path, name)]


def _rows(path: Path, name: str) -> Iterator[tuple[dict[str, Any], str]]:
    data = loader.read(path)
    rows = (data.get(name) if isinstance(data, dict) else None) or []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _broken(f"{path}:{loader.line_of(path, (name,))}", f"{name} must be a list of mappings")
    lines = loader.Lines(path)
    for index, row in enumerate(rows):
        yield row, f"{path}:{lines.of((name, str(index)))}"


def tier_of(word: Any, where: str) -> Tier:
    """A tier's name to the tier; raises `DocumentError` for any other word."""
    try:
        return Tier[str(word).upper()]
    except KeyError:
        raise DocumentError(
            f"{word!r} is no tier", where=where, remedy=f"Use one of: {', '.join(map(str, Tier))}."
        ) from None


def _broken(place: str, what: str) -> DocumentError:
    return DocumentError(what, where=place, remedy="Correct that entry; every entry says why.")
