"""What corrects one operation beside its document: overlays, tiers, bindings; each with its file and line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from harness.openapi import loader, spec_files
from harness.openapi.catalog import Operation
from harness.openapi.document import SPECS, Document
from harness.openapi.document_cache import DocumentCache
from harness.openapi.paths import template_shape
from harness.resources.cleanup import Cleanup
from harness.risk import escalate, overrides
from harness.risk.escalate import Escalation
from harness.risk.overrides import Override

_WORD = re.compile(r"[^.\[\]'\"()@?=!<> ]+")
_OF_OPERATIONS = {"fill.yaml": "values", "before.yaml": "precondition"}
"""Files whose keys are operationIds, and what one of their entries is called."""

BINDINGS = (*_OF_OPERATIONS.values(), "removal", "side effect")
"""What says how an operation's requests are bound, and what becomes of what they create."""


@dataclass(frozen=True, slots=True)
class Correction:
    """One entry of a file that counts for an operation: `kind` is what it corrects, `text` says what it does.

    `place` is file and line, `is_own` whether the file is the user's and none of ours.
    """

    kind: str
    text: str
    place: str
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class BindingEntry:
    """An entry of `fill.yaml`, `before.yaml` or `undo.yaml`: `name` is an operationId or the path of a collection."""

    kind: str
    name: str
    text: str
    path: Path
    line: int

    @property
    def place(self) -> str:
        """File and line."""
        return f"{self.path}:{self.line}"

    @property
    def about(self) -> str:
        """The name; that of a collection without the names of its parameters."""
        return template_shape(self.name) if self.kind == "removal" else self.name


def binding_entries(vendor: str, specs: Path = SPECS) -> Iterator[BindingEntry]:
    """The entries of a vendor's files that say how requests are bound and records removed; shipped ones first."""
    for file, kind in _OF_OPERATIONS.items():
        for path in spec_files.files(vendor, file, specs):
            lines = loader.Lines(path)
            for name, row in (loader.read(path) or {}).items():
                yield BindingEntry(kind, str(name), _in_words(row), path, lines.of_key((str(name),)))
    for path in spec_files.files(vendor, "undo.yaml", specs):
        yield from _of_undo(path)


def _of_undo(path: Path) -> Iterator[BindingEntry]:
    data, lines = loader.read(path) or {}, loader.Lines(path)
    for name, steps in (data.get("steps") or {}).items():
        yield BindingEntry("removal", name, _in_words(steps), path, lines.of_key(("steps", name)))
    for index, row in enumerate(data.get("side_effects") or ()):
        for name in row["operations"]:
            line = lines.of(("side_effects", str(index)))
            yield BindingEntry("side effect", str(name), str(row["reason"]), path, line)


def _in_words(row: Any) -> str:
    """An entry in one line: its keys, or its steps."""
    if isinstance(row, Mapping):
        return ", ".join(_in_words(row["steps"]) if key == "steps" else str(key) for key in row)
    if isinstance(row, list):
        return ", ".join(step if isinstance(step, str) else f"{step['method']} {step['path']}" for step in row)
    return "none" if row is None else str(row)


@dataclass(frozen=True)
class _VendorFiles:
    """What the files of one vendor say of its operations."""

    tiers: Mapping[str, Override]
    escalations: tuple[Escalation, ...]
    bindings: tuple[BindingEntry, ...]

    @classmethod
    def read(cls, vendor: str) -> _VendorFiles:
        return cls(overrides.load(vendor), escalate.load(vendor), tuple(binding_entries(vendor)))


@dataclass(frozen=True)
class CorrectionIndex:
    """Finds the corrections of operations; what the files say is read once."""

    documents: DocumentCache
    cleanup: Cleanup
    _by_document: dict[str, _OverlayIndex] = field(default_factory=dict)
    _by_vendor: dict[str, _VendorFiles] = field(default_factory=dict)

    def of(self, operation: Operation) -> tuple[Correction, ...]:
        """Everything that corrects an operation, overlays first."""
        return tuple(
            Correction(kind, text, place, self._is_own(place)) for kind, text, place in self._entries(operation)
        )

    @cached_property
    def _own(self) -> tuple[str, ...]:
        return tuple(f"{path}:" for path in spec_files.own_files())

    def _is_own(self, place: str) -> bool:
        return place.startswith(self._own)

    def _entries(self, operation: Operation) -> Iterator[tuple[str, str, str]]:
        if operation.vendor not in self._by_vendor:
            self._by_vendor[operation.vendor] = _VendorFiles.read(operation.vendor)
        files = self._by_vendor[operation.vendor]
        for reason, place in self._overlays(operation):
            yield "overlay", reason, place
        tiers = files.tiers
        if override := tiers.get(operation.key) or tiers.get(f"{operation.method} {operation.path}"):
            yield "tier", f"{override.tier}: {override.reason}", override.place
        for row in files.escalations:
            if row.fits(operation):
                yield "escalation", f"{row.name}: {row.at} makes it {row.tier} ({row.reason})", row.place
        names = {operation.operation_id, *self._collection(operation)}
        for entry in files.bindings:
            if entry.about in names:
                yield entry.kind, entry.text, entry.place

    def _overlays(self, operation: Operation) -> Iterable[tuple[str, str]]:
        name = f"{operation.vendor}/{operation.document}"
        if name not in self._by_document:
            self._by_document[name] = _OverlayIndex.of_document(self.documents.document(operation))
        return self._by_document[name].about(operation.path)

    def _collection(self, operation: Operation) -> Iterator[str]:
        """What entries about removals call the collection that an operation adds to."""
        if operation.method == "POST":
            yield template_shape(self.cleanup.collection(operation))


@dataclass(frozen=True)
class _OverlayIndex:
    """The overlay actions of one document by the words of their targets, and the schemas that each schema names."""

    tree: Mapping[str, Any]
    actions: tuple[tuple[str, frozenset[str], str, str], ...]
    _named: dict[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of_document(cls, document: Document) -> _OverlayIndex:
        lines = {path: loader.Lines(path) for path in {action.path for action in document.actions}}
        rows = []
        for action in document.actions:
            place = f"{action.path}:{lines[action.path].of(('actions', str(action.index)))}"
            rows.append((action.target, frozenset(_WORD.findall(action.target)), action.reason, place))
        return cls(document.tree, tuple(rows))

    def about(self, path: str) -> Iterator[tuple[str, str]]:
        """Reason and place of each action on a path, or on a schema that it refers to at any depth."""
        words = {path, *self._schemas_of(path)} if self.actions else set()
        for target, named, reason, place in self.actions:
            if not words.isdisjoint(named) or path in target:
                yield reason, place

    def _schemas_of(self, path: str) -> set[str]:
        schemas = self.tree.get("components", {}).get("schemas", {})
        found: set[str] = set()
        waiting = set(_references(self.tree.get("paths", {}).get(path, {}), schemas))
        while waiting:
            name = waiting.pop()
            found.add(name)
            if name not in self._named:
                self._named[name] = frozenset(_references(schemas[name], schemas))
            waiting |= self._named[name] - found
        return found


def _references(node: Any, schemas: Mapping[str, Any]) -> Iterator[str]:
    """The names of the schemas that a part of a document refers to by itself."""
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting += part
        elif isinstance(part, dict):
            waiting += part.values()
            name = str(part.get("$ref", "")).rpartition("/schemas/")[2]
            if name in schemas:
                yield name
