"""What a record has to go through before an operation can succeed on it, from `specs/<vendor>/before.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.openapi import loader, spec_files
from harness.openapi.document import SPECS
from harness.resources.cleanup import CleanupStep, step_of


@dataclass(frozen=True, slots=True)
class Precondition:
    """`steps` bring a new record into the state that the operation works on: a ticket into the trash, to be restored.

    `of` is the collection of the records that the operation names, where its path and field names do not say.
    """

    steps: tuple[CleanupStep, ...] = ()
    of: str = ""


def load(vendor: str, specs: Path = SPECS) -> Mapping[str, Precondition]:
    """By operationId. Raises `DocumentError` for a file that is no YAML."""
    rows: dict[str, Any] = {}
    for path in spec_files.files(vendor, "before.yaml", specs):
        rows |= loader.read(path) or {}
    return {
        key: Precondition(tuple(step_of(step) for step in row.get("steps") or ()), row.get("of", ""))
        for key, row in rows.items()
    }
