"""`specs/<vendor>/risk.yaml`: corrections of single assessments, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.errors import DocumentError
from harness.openapi import loader
from harness.openapi.document import SPECS
from harness.risk.tier import Tier

FILE = "risk.yaml"


@dataclass(frozen=True, slots=True)
class Override:
    """The tier of one operation, whatever the rules say. `reason` says why they are wrong."""

    operation: str
    tier: Tier
    reason: str


def load(vendor: str, specs: Path = SPECS) -> Mapping[str, Override]:
    """Overrides by operation key, of `specs/<vendor>/risk.yaml`; none where there is no file.

    An `operation` there is an operationId, or method and path (`PUT /api/v2/x`) where ids may change.
    Raises `DocumentError` for an entry without operation, tier or reason.
    """
    overrides: dict[str, Override] = {}
    for row in section(vendor, "overrides", specs):
        name = str(row.get("operation", ""))
        if not name or not row.get("reason"):
            raise _broken(vendor, specs, "an override needs operation, tier and reason")
        key = name if " " in name else f"{vendor}:{name}"
        if key in overrides:
            raise _broken(vendor, specs, f"{name} is overridden twice")
        overrides[key] = Override(name, tier_of(row.get("tier"), f"{specs / vendor / FILE}"), str(row["reason"]))
    return overrides


def section(vendor: str, name: str, specs: Path = SPECS) -> list[dict[str, Any]]:
    """One list of the file; empty where file or list is missing. Raises `DocumentError` where it is no list of maps."""
    path = specs / vendor / FILE
    if not path.is_file():
        return []
    data = loader.read(path)
    rows = (data.get(name) if isinstance(data, dict) else None) or []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _broken(vendor, specs, f"{name} must be a list of mappings")
    return rows


def tier_of(word: Any, where: str) -> Tier:
    """A tier's name to the tier; raises `DocumentError` for any other word."""
    try:
        return Tier[str(word).upper()]
    except KeyError:
        raise DocumentError(
            f"{word!r} is no tier", where=where, remedy=f"Use one of: {', '.join(map(str, Tier))}."
        ) from None


def _broken(vendor: str, specs: Path, what: str) -> DocumentError:
    return DocumentError(what, where=str(specs / vendor / FILE), remedy="Correct that entry; every entry says why.")
