"""A vendor document ready for use: bundled, corrected by overlays, repaired by named rules."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness import shipped
from harness.errors import DocumentError, UsageError
from harness.formats.shell import command_line
from harness.openapi import base_paths, bundle, facts, loader, overlay, spec_files
from harness.openapi.overlay import Action, Overlay
from harness.openapi.repair import Repair, moved_references, repair

SPECS = shipped.specs()
PINS = "pins.yaml"


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

    `actions` are the overlays' corrections that were applied to `tree`, `repairs` what was repaired after them.
    `written` has the paths as the file has them, where `tree` has the base path of a server in front of them.
    """

    name: str
    vendor: str
    path: Path
    sha256: str
    tree: dict[str, Any]
    repairs: tuple[Repair, ...] = ()
    actions: tuple[Action, ...] = ()
    written: Mapping[str, str] = field(default_factory=dict)


def vendors(specs: Path = SPECS) -> tuple[str, ...]:
    """The vendors that have pinned documents: each has a folder of its name."""
    return tuple(sorted(path.parent.name for path in specs.glob(f"*/{PINS}")))


def pins(vendor: str, specs: Path = SPECS) -> tuple[Pin, ...]:
    """The pinned documents of a vendor, the one that wins first. Raises `UsageError` where it has none."""
    path = specs / vendor / PINS
    if not path.is_file():
        known = ", ".join(vendors(specs))
        raise UsageError(f"no document of {vendor!r} is pinned", remedy=f"Pin one, or use one of: {known}.")
    return tuple(Pin(**row) for row in loader.read(path)["documents"])


def pinned(vendor: str, specs: Path = SPECS) -> Iterator[Document]:
    """Every pinned document of a vendor, with its overlays; raises `DocumentError` where a file was changed by hand."""
    for row in pins(vendor, specs):
        path = specs / vendor / row.file
        document = load(path, vendor, name=row.name, corrections=corrections(vendor, row.file, specs))
        if document.sha256 != row.sha256:
            raise DocumentError(
                "the file is not the one that was pinned (its sha256 differs)",
                where=str(path),
                remedy="Corrections belong in overlays/. To pin it again: "
                + command_line("specs", "pin", vendor, row.source, "--name", row.name),
            )
        yield document


def corrections(vendor: str, file: str, specs: Path = SPECS) -> tuple[Overlay, ...]:
    """The overlays of a pinned file of a vendor, the shipped ones first. Raises `DocumentError` where one of the user's
    is of a file that is not pinned, and so would correct nothing.
    """
    found: list[Overlay] = []
    for folder in spec_files.folders(specs):
        found += overlay.overlays(folder / vendor / "overlays", file)
        if folder != specs:
            _check_extended(folder / vendor / "overlays", vendor, specs)
    return tuple(found)


def _check_extended(folder: Path, vendor: str, specs: Path) -> None:
    pinned_files = [row.file for row in pins(vendor, specs)]
    for path in sorted(folder.glob("*.yaml")):
        if overlay.read(path).extends not in pinned_files:
            remedy = f"Write extends: {' or '.join(pinned_files)}."
            where = f"{path}:{loader.line_of(path, ('extends',))}"
            raise DocumentError("the overlay is of no pinned document", where=where, remedy=remedy)


def load(
    path: Path, vendor: str, name: str = "", corrections: Iterable[Overlay] = (), *, strict: bool = True
) -> Document:
    """One document from a file or a folder of files, whoever published it.

    `strict` refuses duplicate keys; without it the later one counts, and is listed among the repairs.

    Overlays come first: they correct the document as published, and what they leave behind is repaired.
    """
    with _no_garbage_collection():
        duplicates: list[loader.DuplicateKey] = []
        tree = bundle.bundle(path, None if strict else duplicates)
        actions = overlay.apply(tree, corrections)
        written = _with_base_paths(tree)
        replaced = {duplicate.key: duplicate.earlier for duplicate in duplicates}
        repairs = (*map(_repair_of_duplicate, duplicates), *repair(tree, replaced))
    return Document(name or path.stem, vendor, path, digest(path), tree, repairs, actions, written)


def _with_base_paths(tree: dict[str, Any]) -> dict[str, str]:
    """Put the servers' base paths in front of the paths of `tree`; the new paths with those of the file."""
    if not base_paths.has_base_path(tree):
        return {}
    referred = moved_references.targets(tree)
    written = base_paths.write_out(tree)
    moved_references.redirect(tree, referred)
    return written


def load_alike(old: Path, new: Path, vendor: str, corrections: Iterable[Overlay] = ()) -> tuple[Document, Document]:
    """Two versions of one document, both corrected and repaired, and reduced to the facts that are pinned of one.

    So they differ in what the vendor changed and in nothing else: one may be published and the other pinned, and a
    correction counts only where both versions have the place that it corrects.
    """
    with _no_garbage_collection():
        before, now = bundle.bundle(old, []), bundle.bundle(new, [])
        overlay.apply_alike(before, now, corrections)
        return _version(old, vendor, before), _version(new, vendor, now)


def _version(path: Path, vendor: str, tree: dict[str, Any]) -> Document:
    written = _with_base_paths(tree)
    repairs = repair(tree, {})
    return Document(path.stem, vendor, path, digest(path), facts.facts(tree), tuple(repairs), written=written)


def _repair_of_duplicate(duplicate: loader.DuplicateKey) -> Repair:
    note = f"the key {duplicate.key!r} stands twice in one mapping: the later one counts"
    return Repair("duplicate-key", (), note, f"{duplicate.path}:{duplicate.line}")


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
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
        return sha256("".join(map(digest, bundle.files_of(path))).encode())
    return sha256(path.read_bytes()) if path.is_file() else ""


def sha256(data: bytes) -> str:
    """The sha256 of `data` in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
