"""A vendor document ready for use: bundled, mended by named repairs, corrected by overlays."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.errors import DocumentError, UsageError
from harness.openapi import bundle, loader, overlay
from harness.openapi.overlay import Action, Overlay
from harness.openapi.repair import Repair, repair

ROOT = Path(__file__).resolve().parents[2]
SPECS = ROOT / "specs"
VENDORS = ("zendesk", "zoho")


@dataclass(frozen=True, slots=True)
class Pin:
    """One row of `specs/<vendor>/pins.yaml`: which published document a pinned file came from.

    `sha256` is of the pinned file, `source_sha256` of what was read; `operations` is how many it describes.
    """

    name: str
    file: str
    source: str
    date: str
    sha256: str
    source_sha256: str
    operations: int


@dataclass(frozen=True, slots=True)
class Document:
    """One OpenAPI document. `tree` is bundled and must not be changed; `path` is where it was read from.

    `actions` are the overlays' corrections that were applied to `tree`, `repairs` what was mended after them.
    """

    name: str
    vendor: str
    path: Path
    sha256: str
    tree: dict[str, Any]
    repairs: tuple[Repair, ...] = ()
    actions: tuple[Action, ...] = ()


def pins(vendor: str, specs: Path = SPECS) -> tuple[Pin, ...]:
    """The pinned documents of a vendor, the one that wins first. Raises `UsageError` for an unknown vendor."""
    if vendor not in VENDORS:
        raise UsageError(f"unknown vendor {vendor!r}", remedy=f"Use one of: {', '.join(VENDORS)}.")
    path = specs / vendor / "pins.yaml"
    return tuple(Pin(**row) for row in loader.read(path)["documents"])


def pinned(vendor: str, specs: Path = SPECS) -> Iterator[Document]:
    """Every pinned document of a vendor, with its overlays; raises `DocumentError` where a file was changed by hand."""
    for row in pins(vendor, specs):
        path = specs / vendor / row.file
        corrections = overlay.overlays(specs / vendor / "overlays", row.file)
        document = load(path, vendor, name=row.name, corrections=corrections)
        if document.sha256 != row.sha256:
            raise DocumentError(
                "the file is not the one that was pinned (its sha256 differs)",
                where=str(path),
                remedy=f"Pin it again: deskcheck specs pin {vendor} SOURCE. Corrections belong in overlays/.",
            )
        yield document


def load(
    path: Path, vendor: str, name: str = "", corrections: Iterable[Overlay] = (), *, strict: bool = True
) -> Document:
    """One document from a file or a folder of files, whoever published it.

    `strict` refuses duplicate keys; without it the later one counts, and the repairs tell.

    Overlays come first: they correct the document as published, and the repairs mend what both leave behind.
    """
    with _no_collection():
        doubles: list[loader.Double] = []
        found = bundle.bundle(path, None if strict else doubles)
        actions = overlay.apply(found, corrections)
        repairs = (*map(_told, doubles), *repair(found, {one.key: one.earlier for one in doubles}))
    return Document(name or path.stem, vendor, path, digest(path), found, repairs, actions)


def _told(double: loader.Double) -> Repair:
    note = f"the key {double.key!r} stands twice in one mapping: the later one counts"
    return Repair("duplicate-key", (), note, f"{double.path}:{double.line}")


@contextmanager
def _no_collection() -> Iterator[None]:
    """A document is a quarter of a million small objects that all live on: collecting in between doubles the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def digest(path: Path) -> str:
    """The sha256 of a file, or of all documents of a folder in name order; empty where there is nothing to read."""
    if path.is_dir():
        files = sorted(one for one in path.iterdir() if one.suffix.lower() in bundle.SUFFIXES)
        return sha256("".join(digest(one) for one in files).encode())
    return sha256(path.read_bytes()) if path.is_file() else ""


def sha256(data: bytes) -> str:
    """The sha256 of `data` in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
