"""Files of cases that outlast a run: generated once for the same document, budget and seed."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path

import msgspec

from harness.cases.case import Case
from harness.openapi.catalog import Operation

GENERATOR = ("case.py", "generate.py", "invalid_bodies.py", "pattern.py", "schema.py")
"""Our files that decide which cases there are."""


def path_of(folder: Path, operation: Operation, document: str, budget: int, seed: int) -> Path:
    """The file for an operation's cases. `document` changes whenever the tree that cases are made from does."""
    key = f"{operation.key} {document} {budget} {seed} {_generator_version()}"
    name = hashlib.sha256(key.encode()).hexdigest()
    return folder / "cases" / name[:2] / f"{name}.json"


def load(path: Path) -> tuple[Case, ...] | None:
    """The cases in a file; None where there is none that can be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=tuple[Case, ...])
    except (OSError, msgspec.DecodeError):
        return None


def save(path: Path, cases: Sequence[Case]) -> None:
    """Write cases for the next run; a folder that cannot be written is no error."""
    # Python has texts with half a surrogate pair; no file takes them.
    with contextlib.suppress(OSError, UnicodeEncodeError):
        path.parent.mkdir(parents=True, exist_ok=True)
        data = msgspec.json.encode(cases)
        scratch = path.with_suffix(f".{os.getpid()}")
        scratch.write_bytes(data)
        scratch.replace(path)


@cache
def _generator_version() -> str:
    """Changes with the generator's libraries and with our own code for them."""
    code = b"".join((Path(__file__).parent / name).read_bytes() for name in GENERATOR)
    return f"{version('schemathesis')} {version('hypothesis')} {hashlib.sha256(code).hexdigest()}"
