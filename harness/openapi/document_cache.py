"""The documents of a run and their compiled catalog, cached by the hash of all that they are read from."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import msgspec

from harness import __version__
from harness.openapi import catalog, document, spec_files
from harness.openapi.catalog import Catalog, Operation
from harness.openapi.document import SPECS, Document

T = TypeVar("T")
_CODE = tuple(sorted(Path(__file__).parent.rglob("*.py")))


@dataclass(frozen=True)
class DocumentCache:
    """A catalog, and the document behind each of its operations, read on first use.

    `other` replaces a vendor's pinned documents by one file or folder (`--document FILE --vendor V`).
    """

    catalog: Catalog
    cache: Path
    specs: Path = SPECS
    other: Mapping[str, Path] = field(default_factory=dict)
    _read: dict[str, tuple[Document, ...]] = field(default_factory=dict)
    _stamps: dict[str, str] = field(default_factory=dict)

    def documents(self, vendor: str) -> tuple[Document, ...]:
        """The vendor's documents, the one that wins first."""
        if vendor not in self._read:
            self._read[vendor] = _cached(
                self.cache / f"documents-{self.stamp(vendor)}.json",
                tuple[Document, ...],
                lambda: tuple(_documents(vendor, self.specs, self.other)),
            )
        return self._read[vendor]

    def stamp(self, vendor: str) -> str:
        """Changes when a tree of the vendor may: with any byte of documents, overlays, or the code that reads them."""
        if vendor not in self._stamps:
            self._stamps[vendor] = _hash(vendor, self.specs, self.other)
        return self._stamps[vendor]

    def document(self, operation: Operation) -> Document:
        """The document that describes `operation`."""
        return next(row for row in self.documents(operation.vendor) if row.name == operation.document)

    def hashes(self) -> dict[str, str]:
        """`vendor/document` to the sha256 of the file that was read, for the vendors that have operations here."""
        vendors = tuple(self.other) or document.vendors(self.specs)
        return {f"{vendor}/{row.name}": row.sha256 for vendor in vendors for row in self.documents(vendor)}


def open_documents(cache: Path, specs: Path = SPECS, other: Mapping[str, Path] | None = None) -> DocumentCache:
    """All vendors' operations; compiled once, then read from `cache` until a document or the compiler changes.

    Raises `DocumentError` for a document that cannot be used.
    """
    other = dict(other or {})
    vendors = tuple(other) or document.vendors(specs)
    stamps = {vendor: _hash(vendor, specs, other) for vendor in vendors}
    key = hashlib.sha256("".join(stamps.values()).encode()).hexdigest()
    read: dict[str, tuple[Document, ...]] = {}

    def compiled() -> tuple[Operation, ...]:
        for vendor in vendors:
            read[vendor] = tuple(_documents(vendor, specs, other))
        return _operations_of(row for vendor in vendors for row in read[vendor])

    operations = _cached(cache / f"catalog-{key}.json", tuple[Operation, ...], compiled)
    return DocumentCache(Catalog(operations), cache, specs, other, read, stamps)


def _documents(vendor: str, specs: Path, other: Mapping[str, Path]) -> Iterator[Document]:
    if vendor in other:
        yield document.load(other[vendor], vendor)
    else:
        yield from document.pinned(vendor, specs)


def _operations_of(documents: Iterator[Document]) -> tuple[Operation, ...]:
    """Operations of all documents; where two describe one method and path, the first wins and keeps both ids."""
    operations: dict[tuple[str, str, str], Operation] = {}
    for row in documents:
        for operation in catalog.compile_operations(row.vendor, row.name, row.tree):
            operations.setdefault((operation.vendor, operation.method, operation.path), operation)
    return tuple(operations.values())


@lru_cache(maxsize=1)
def _hash_of_code() -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in _CODE) + __version__.encode()).hexdigest()


def _hash(vendor: str, specs: Path, other: Mapping[str, Path]) -> str:
    """Changes when any byte of the vendor's documents, overlays or of the code that compiles them does.

    And with their places: a document says where it and its overlays were read from, and the same bytes may lie in two
    installations.
    """
    root = other.get(vendor, specs / vendor)
    hasher = hashlib.sha256(f"{vendor}{_hash_of_code()}".encode())
    own = [] if vendor in other else [folder / vendor / "overlays" for folder in spec_files.folders(specs)[1:]]
    paths = sorted(root.rglob("*")) if root.is_dir() else [root]
    for path in (*paths, *(path for folder in own for path in sorted(folder.rglob("*")))):
        if path.is_file():
            hasher.update(str(path.absolute()).encode() + path.read_bytes())
    return hasher.hexdigest()


def _cached(path: Path, kind: type[T], make: Callable[[], T]) -> T:
    """The value stored at `path`, or what `make()` gives, which is then stored; a cache that fails is no error."""
    with contextlib.suppress(OSError, msgspec.DecodeError):
        return msgspec.json.decode(path.read_bytes(), type=kind, dec_hook=lambda kind, text: kind(text))
    value = make()
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch = path.with_suffix(f".{os.getpid()}")
        scratch.write_bytes(msgspec.json.encode(value, enc_hook=str))
        scratch.replace(path)
    return value
