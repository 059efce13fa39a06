"""What a record has to go through before an operation can succeed on it, from `specs/<vendor>/before.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.openapi import loader
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
    path = specs / vendor / "before.yaml"
    rows = loader.read(path) or {} if path.is_file() else {}
    return {
        key: Precondition(tuple(step_of(step) for step in row.get("steps") or ()), row.get("of", ""))
        for key, row in rows.items()
    }
