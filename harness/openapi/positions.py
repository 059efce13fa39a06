"""Positions: at which line of which file a document has each of its operations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
)

from harness.errors import DocumentError
from harness.openapi import bundle
from harness.openapi.catalog import Operation
from harness.openapi.document import SPECS, Document
from harness.openapi.document_cache import DocumentCache
from harness.openapi.walk import METHODS

_DEPTH = 3
"""An operation is three keys deep: `paths`, the path, the method."""


Position = tuple[Path, int]
"""A file and a line of it, from 1."""


@dataclass(frozen=True, slots=True)
class OperationLines:
    """Where a document has its operations: by path template and method, and by operationId."""

    by_place: dict[tuple[str, str], Position] = field(default_factory=dict)
    by_id: dict[str, Position] = field(default_factory=dict)


def sources(documents: DocumentCache, operations: Iterable[Operation]) -> dict[str, str]:
    """Where each operation is described, by its key: `specs/zendesk/support.yaml:1234`.

    An operation that its document does not name as such (a reference brought it there) has the document's first line,
    and one whose document cannot be read again is left out. Raises nothing: a report without lines is better than none.
    """
    lines: dict[Path, OperationLines] = {}
    places: dict[str, str] = {}
    for operation in operations:
        with suppress(DocumentError, OSError, StopIteration):
            document = documents.document(operation)
            if document.path not in lines:
                lines[document.path] = operation_lines(document.path)
            file, line = _position(operation, document, lines[document.path])
            places[operation.key] = f"{shown(file)}:{line}"
    return places


def _position(operation: Operation, document: Document, lines: OperationLines) -> Position:
    place = document.written.get(operation.path, operation.path), operation.method
    # An overlay may have corrected the path, and then the id still finds it.
    return lines.by_place.get(place) or lines.by_id.get(operation.operation_id) or (document.path, 1)


def shown(path: Path) -> str:
    """A path as a reader of a report has it: `specs/...` for what is shipped, else relative to the working directory.

    Of a file that lies elsewhere only the name is told: nobody else has the folders of this machine.
    """
    full = path.resolve()
    for root in (SPECS.resolve().parent, Path.cwd()):
        if full.is_relative_to(root) and (root == Path.cwd() or full.is_relative_to(SPECS.resolve())):
            return full.relative_to(root).as_posix()
    return path.name


def shown_place(place: str) -> str:
    """A file of a vendor and its line, as a reader of a report has them.

    A shipped file is said to be that: the user's own folder may be called alike.
    """
    file, _, line = place.rpartition(":")
    shipped = "shipped " if Path(file).resolve().is_relative_to(SPECS.resolve()) else ""
    return f"{shipped}{shown(Path(file))}:{line}"


def operation_lines(path: Path) -> OperationLines:
    """The lines of every operation of a file, or of the files of a folder: those of the methods' keys.

    Raises `OSError` for a file that cannot be read; what is no YAML or JSON has no lines from there on.
    """
    lines = OperationLines()
    for file in bundle.files_of(path) if path.is_dir() else [path]:
        line_of_method = 1
        with suppress(yaml.YAMLError):
            for keys, value, line in _keys(file.read_text(encoding="utf-8", errors="replace")):
                if keys[0] != "paths" or len(keys) < _DEPTH or keys[2] not in METHODS:
                    continue
                if len(keys) == _DEPTH:
                    line_of_method = line
                    lines.by_place.setdefault((keys[1], keys[2].upper()), (file, line))
                elif keys[3] == "operationId" and value:
                    lines.by_id.setdefault(value, (file, line_of_method))
    return lines


@dataclass
class _Collection:
    """A mapping or sequence whose end has not been read yet; `key` is what the next value of a mapping belongs to."""

    is_mapping: bool
    key: str | None = None


@dataclass
class _EventReader:
    """Where the reader is: every collection around it, the outermost first."""

    collections: list[_Collection] = field(default_factory=list)

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(collection.key or "" for collection in self.collections)

    def awaits_key(self) -> bool:
        return bool(self.collections) and self.collections[-1].is_mapping and self.collections[-1].key is None

    def value_ended(self) -> None:
        if self.collections:
            self.collections[-1].key = None


def _keys(text: str) -> Iterator[tuple[tuple[str, ...], str, int]]:
    """The keys of mappings down to those of operations, with the keys around each, its value (if it is text), its line.

    Events and no tree: the larger of the pinned documents takes 0.2 s so, and two seconds as nodes.
    """
    reader = _EventReader()
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        is_key = reader.awaits_key() and isinstance(event, NodeEvent)
        if is_key:
            reader.collections[-1].key = _text_of(event)
            if len(reader.collections) <= _DEPTH:
                yield reader.keys, "", _line_of(event)
        if isinstance(event, CollectionStartEvent):
            reader.collections.append(_Collection(isinstance(event, MappingStartEvent)))
        elif isinstance(event, CollectionEndEvent):
            reader.collections.pop()
            reader.value_ended()
        elif isinstance(event, ScalarEvent | AliasEvent) and not is_key:
            if len(reader.collections) == _DEPTH + 1:
                yield reader.keys, _text_of(event), _line_of(event)
            reader.value_ended()


def _text_of(event: Event) -> str:
    return str(event.value) if isinstance(event, ScalarEvent) else ""


def _line_of(event: Event) -> int:
    return int(event.start_mark.line) + 1 if event.start_mark else 1
