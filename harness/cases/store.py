"""Cases kept between runs: generated once for the same document, budget and seed."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from pathlib import Path

import msgspec

from harness.cases.case import Case
from harness.openapi.catalog import Operation

_CODE = ("carried.py", "case.py", "generate.py", "pattern.py", "schema.py")


def kept(
    folder: Path, operation: Operation, document: str, budget: int, seed: int, make: Callable[[], tuple[Case, ...]]
) -> tuple[Case, ...]:
    """The cases of `operation`, read from `folder` or made and kept there; a folder that fails is no error.

    `document` changes whenever the tree that cases are made from does.
    """
    name = hashlib.sha256(f"{operation.key} {document} {budget} {seed} {_maker()}".encode()).hexdigest()
    path = folder / "cases" / name[:2] / f"{name}.json"
    with contextlib.suppress(OSError, msgspec.DecodeError):
        return msgspec.json.decode(path.read_bytes(), type=tuple[Case, ...])
    cases = make()
    # Half a surrogate pair is a text that Python holds and no file does.
    with contextlib.suppress(OSError, UnicodeEncodeError):
        path.parent.mkdir(parents=True, exist_ok=True)
        data = msgspec.json.encode(cases)
        scratch = path.with_suffix(f".{os.getpid()}")
        scratch.write_bytes(data)
        scratch.replace(path)
    return cases


@cache
def _maker() -> str:
    """Changes with the generators' versions and with our own code for them."""
    code = b"".join((Path(__file__).parent / name).read_bytes() for name in _CODE)
    return f"{version('schemathesis')} {version('hypothesis')} {hashlib.sha256(code).hexdigest()}"
