"""The documents of a run and their compiled catalog, cached by the hash of all that they were made from."""

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
from harness.openapi import catalog, document
from harness.openapi.catalog import Catalog, Operation
from harness.openapi.document import SPECS, VENDORS, Document

T = TypeVar("T")
_CODE = tuple(sorted(Path(__file__).parent.rglob("*.py")))


@dataclass(frozen=True)
class DocumentCache:
    """A catalog, and the document behind each of its operations, read only when asked for.

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
        return next(one for one in self.documents(operation.vendor) if one.name == operation.document)

    def hashes(self) -> dict[str, str]:
        """`vendor/document` to the sha256 of the file that was read, for the vendors that have operations here."""
        vendors = tuple(self.other) or VENDORS
        return {f"{vendor}/{one.name}": one.sha256 for vendor in vendors for one in self.documents(vendor)}


def open_documents(cache: Path, specs: Path = SPECS, other: Mapping[str, Path] | None = None) -> DocumentCache:
    """All vendors' operations; compiled once, then read from `cache` until a document or the compiler changes.

    Raises `DocumentError` for a document that cannot be used.
    """
    other = dict(other or {})
    vendors = tuple(other) or VENDORS
    stamps = {vendor: _hash(vendor, specs, other) for vendor in vendors}
    key = hashlib.sha256("".join(stamps.values()).encode()).hexdigest()
    read: dict[str, tuple[Document, ...]] = {}

    def compiled() -> tuple[Operation, ...]:
        for vendor in vendors:
            read[vendor] = tuple(_documents(vendor, specs, other))
        return _union(one for vendor in vendors for one in read[vendor])

    operations = _cached(cache / f"catalog-{key}.json", tuple[Operation, ...], compiled)
    return DocumentCache(Catalog(operations), cache, specs, other, read, stamps)


def _documents(vendor: str, specs: Path, other: Mapping[str, Path]) -> Iterator[Document]:
    if vendor in other:
        yield document.load(other[vendor], vendor)
    else:
        yield from document.pinned(vendor, specs)


def _union(documents: Iterator[Document]) -> tuple[Operation, ...]:
    """Operations of all documents; where two describe one method and path, the first wins and keeps both ids."""
    found: dict[tuple[str, str, str], Operation] = {}
    for one in documents:
        for operation in catalog.compile_operations(one.vendor, one.name, one.tree):
            found.setdefault((operation.vendor, operation.method, operation.path), operation)
    return tuple(found.values())


@lru_cache(maxsize=8)
def _code() -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in _CODE) + __version__.encode()).hexdigest()


def _hash(vendor: str, specs: Path, other: Mapping[str, Path]) -> str:
    """Changes when any byte of the vendor's documents, overlays or of the code that compiles them does."""
    hasher = hashlib.sha256(f"{vendor}{_code()}".encode())
    root = other.get(vendor, specs / vendor)
    for path in sorted(root.rglob("*")) if root.is_dir() else [root]:
        if path.is_file():
            hasher.update(path.name.encode() + path.read_bytes())
    return hasher.hexdigest()


def _cached(path: Path, kind: type[T], make: Callable[[], T]) -> T:
    """The value kept at `path`, or the one that `make()` gives, which is then kept; a cache that fails is no error."""
    with contextlib.suppress(OSError, msgspec.DecodeError):
        return msgspec.json.decode(path.read_bytes(), type=kind, dec_hook=lambda kind, text: kind(text))
    value = make()
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch = path.with_suffix(f".{os.getpid()}")
        scratch.write_bytes(msgspec.json.encode(value, enc_hook=str))
        scratch.replace(path)
    return value
