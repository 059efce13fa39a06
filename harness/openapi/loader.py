"""A YAML or JSON file to a plain tree: safe, exact, and never larger than it looks."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import yaml
from yaml._yaml import CParser
from yaml.composer import Composer
from yaml.constructor import BaseConstructor
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.resolver import BaseResolver, Resolver

from harness.errors import DocumentError, os_errors_as
from harness.formats.json_text import is_deeper

MAX_BYTES = 32 * 1024 * 1024
MAX_NODES = 5_000_000
MAX_DEPTH = 200

# YAML 1.2 core schema, and nothing of 1.1: `on`, `=`, `1:30` and dates stay the text they are.
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMBERS: tuple[tuple[re.Pattern[str], Callable[[str], int | float]], ...] = (
    (re.compile(r"[-+]?[0-9]+\Z"), int),
    (re.compile(r"0o[0-7]+\Z"), lambda text: int(text[2:], 8)),
    (re.compile(r"0x[0-9a-fA-F]+\Z"), lambda text: int(text[2:], 16)),
    (re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z"), float),
)
# Escapes of JSON text; group 1 is one half of a pair without the other, which no encoding can write.
_ESCAPES = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\."
)
_YAML_1_1: Any = Resolver()
_TEXT = "tag:yaml.org,2002:str"
_NUMERIC_START = frozenset("+-.0123456789")


@dataclass(frozen=True, slots=True)
class DuplicateKey:
    """A key that stands twice in one mapping; `line` is that of the later entry, which counts in place of `earlier`."""

    path: Path
    line: int
    key: str
    earlier: Any = None


def read(path: Path, duplicates: list[DuplicateKey] | None = None) -> Any:
    """The tree of one file: dict, list, str, int, float, bool and None, nested; keys are text.

    Raises `DocumentError` with file and line for text that is no YAML or JSON, duplicate keys,
    alias bombs, cycles, and anything over 32 MiB, 5 million nodes or 200 levels. Duplicate keys are
    collected in `duplicates` instead where it is given: published documents have them.
    """
    text = _text(path)
    if path.suffix.lower() == ".json":
        return _read_json(text, path, duplicates)
    return _Builder(path, duplicates).build(_compose(text, path))


def ambiguous_scalars(path: Path) -> Iterator[tuple[int, str, str]]:
    """Line, text and YAML 1.1 type of every plain scalar that means another value to readers of YAML 1.1."""
    if path.suffix.lower() == ".json":
        return
    stack: list[Node] = [_compose(_text(path), path)]
    visited: set[int] = set()
    while stack:
        node = stack.pop()
        if isinstance(node, ScalarNode):
            if kind := _yaml_1_1_type(node):
                yield node.start_mark.line + 1, node.value, kind
        elif id(node) not in visited:
            visited.add(id(node))
            stack += chain.from_iterable(node.value) if isinstance(node, MappingNode) else node.value


def _yaml_1_1_type(node: ScalarNode) -> str:
    """The type of a scalar in YAML 1.1 where that makes it another value than ours; else empty."""
    if node.style or node.tag:
        return ""
    # The tag ends in the name of the type: tag:yaml.org,2002:timestamp.
    kind = str(_YAML_1_1.resolve(ScalarNode, node.value, (True, False))).rsplit(":", 1)[-1]
    if kind in ("timestamp", "value"):
        return kind
    return kind if kind in ("bool", "int") and isinstance(_plain(node.value), str) else ""


def line_of(path: Path, pointer: tuple[str, ...]) -> int:
    """The line of one place; see `Lines.of`."""
    return Lines(path).of(pointer)


class Lines:
    """Pointers into one file to lines; the file is read once."""

    def __init__(self, path: Path) -> None:
        self.root = _compose(_text(path), path)

    def of(self, pointer: tuple[str, ...]) -> int:
        """The line (from 1) on which the value at `pointer` begins, or of the nearest parent that there is."""
        node: Node | None = self.root
        line = 1
        for part in pointer:
            node = _child(node, part)
            if node is None:
                break
            line = int(node.start_mark.line) + 1
        return line

    def of_key(self, pointer: tuple[str, ...]) -> int:
        """The line (from 1) of the last key of `pointer`, or of the nearest parent that there is."""
        parent = self.root
        for part in pointer[:-1]:
            parent = _child(parent, part) or parent
        keys = parent.value if isinstance(parent, MappingNode) else ()
        return next((int(key.start_mark.line) + 1 for key, _ in keys if key.value == pointer[-1]), self.of(pointer))


def _child(node: Node | None, part: str) -> Node | None:
    if isinstance(node, MappingNode):
        return next((value for key, value in node.value if key.value == part), None)
    if isinstance(node, SequenceNode) and part.isdigit() and int(part) < len(node.value):
        item: Node = node.value[int(part)]
        return item
    return None


def _text(path: Path) -> str:
    if path.exists() and not (path.is_file() or path.is_dir()):
        # A pipe gives its text once, and the next reader waits for ever.
        raise DocumentError("is no regular file", where=str(path), remedy="Save the document first.")
    with os_errors_as(DocumentError, "cannot be read", path, "Check the path and its permissions."):
        size = path.stat().st_size
        data = path.read_bytes() if size <= MAX_BYTES else b""
    if size > MAX_BYTES:
        raise DocumentError(
            f"the file has {size / 2**20:.0f} MiB, more than the {MAX_BYTES // 2**20} MiB that are read",
            where=str(path),
            remedy="Is it the right file? The largest published document has under 2 MiB.",
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentError("is not UTF-8 text", where=str(path), remedy="Save the document as UTF-8.") from error


def _read_json(text: str, path: Path, duplicates: list[DuplicateKey] | None) -> Any:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        mapping = dict(pairs)
        if len(mapping) != len(pairs):
            raise _DuplicateKeyError
        return mapping

    def refuse(word: str) -> Any:
        raise DocumentError(f"{word} is not JSON", where=str(path), remedy="Use a number or null.")

    _refuse_half_characters(text, path)
    try:
        value = json.loads(text, object_pairs_hook=unique, parse_constant=refuse)
    except _DuplicateKeyError:
        # The slow reader counts lines; JSON is YAML, so it comes upon the same key.
        return _Builder(path, duplicates).build(_compose(text, path))
    except json.JSONDecodeError as error:
        raise DocumentError(
            f"is not JSON: {error.msg}", where=f"{path}:{error.lineno}", remedy="Mend the text at that line."
        ) from error
    except RecursionError as error:
        raise _too_deep(path) from error
    except ValueError as error:
        raise _too_long(path) from error
    if is_deeper(value, MAX_DEPTH):
        raise _too_deep(path)
    return value


def _refuse_half_characters(text: str, path: Path) -> None:
    if "\\ud" not in text.lower():
        return
    for escape in _ESCAPES.finditer(text):
        if half := escape[1]:
            line = text.count("\n", 0, escape.start()) + 1
            raise DocumentError(
                f"{half} is half a character", where=f"{path}:{line}", remedy="Write both halves of it, or none."
            )


def _too_long(place: str | Path) -> DocumentError:
    return DocumentError("holds a number of thousands of digits", where=str(place), remedy="Is it the right file?")


class _DuplicateKeyError(Exception):
    """Signal inside this file: a JSON object names a key twice."""


class _Loader(CParser, Composer, BaseConstructor, BaseResolver):
    """libyaml's parser with no tags resolved: this file decides what a plain scalar is."""

    def __init__(self, text: str) -> None:
        CParser.__init__(self, text)
        BaseConstructor.__init__(self)
        BaseResolver.__init__(self)

    def resolve(self, kind: type[Node], value: Any, implicit: Any) -> str:
        """No tag for what has none; asked for every node, so nothing more."""
        return ""


def _compose(text: str, path: Path) -> Node:
    try:
        loader = _Loader(text)
        node: Node | None = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise DocumentError(
            f"is not YAML: {error.problem or error.context}",
            where=f"{path}:{mark.line + 1}" if mark else str(path),
            remedy="Mend the text at that line.",
        ) from error
    except yaml.YAMLError as error:
        raise DocumentError("holds characters that YAML forbids", where=str(path), remedy="Remove them.") from error
    except RecursionError as error:
        raise _too_deep(path) from error
    if node is None:
        raise DocumentError("is empty", where=str(path), remedy="Give a file with an OpenAPI document.")
    return node


def _too_deep(path: Path) -> DocumentError:
    return DocumentError(
        f"nests deeper than {MAX_DEPTH} levels",
        where=str(path),
        remedy="No published document does; is it the right file?",
    )


class _Builder:
    """Composed nodes to values; counts what aliases would expand to before the tree is walked."""

    def __init__(self, path: Path, duplicates: list[DuplicateKey] | None = None) -> None:
        self.path, self.duplicates = path, duplicates
        self.scalars: dict[str, Any] = {}
        self.done: dict[Node, tuple[Any, int]] = {}
        self.open: set[Node] = set()

    def build(self, node: Node) -> Any:
        return self._value(node, 0)[0]

    def _value(self, node: Node, depth: int) -> tuple[Any, int]:
        if isinstance(node, ScalarNode):
            return self._scalar(node), 1
        if node in self.done:
            return self.done[node]
        if node in self.open:
            raise self._error(node, "an alias contains itself", "Write the inner copy out, or use $ref.")
        if depth > MAX_DEPTH:
            raise _too_deep(self.path)
        self.open.add(node)
        value, size = self._mapping(node, depth) if isinstance(node, MappingNode) else self._sequence(node, depth)
        if size > MAX_NODES:
            raise self._error(node, f"aliases expand to over {MAX_NODES:,} nodes", "Remove the nested aliases.")
        self.open.discard(node)
        self.done[node] = value, size
        return value, size

    def _sequence(self, node: Node, depth: int) -> tuple[list[Any], int]:
        pairs = [self._value(child, depth + 1) for child in node.value]
        return [value for value, _ in pairs], 1 + sum(size for _, size in pairs)

    def _mapping(self, node: MappingNode, depth: int) -> tuple[dict[str, Any], int]:
        out: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        total = 1
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                raise self._error(key_node, "a mapping key is not text", "Use a plain key.")
            key: str = key_node.value
            value, size = self._value(value_node, depth + 1)
            total += size
            if key == "<<" and not key_node.style and isinstance(value, dict):
                merged |= value
            elif key in out and self.duplicates is not None:
                self.duplicates.append(DuplicateKey(self.path, key_node.start_mark.line + 1, key, out[key]))
                out[key] = value
            elif key in out:
                raise self._error(key_node, f"the key {key!r} stands twice in one mapping", "Keep one of the two.")
            else:
                out[key] = value
        return ({**merged, **out} if merged else out), total

    def _scalar(self, node: ScalarNode) -> Any:
        text: str = node.value
        if node.style or node.tag == _TEXT:
            return text
        if text not in self.scalars:
            try:
                self.scalars[text] = _plain(text)
            except ValueError as error:
                raise _too_long(f"{self.path}:{node.start_mark.line + 1}") from error
        return self.scalars[text]

    def _error(self, node: Node, what: str, remedy: str) -> DocumentError:
        return DocumentError(what, where=f"{self.path}:{node.start_mark.line + 1}", remedy=remedy)


def _plain(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMERIC_START:
        return text
    for pattern, convert in _NUMBERS:
        if pattern.match(text):
            return convert(text)
    return text
