"""Values that travel as text: the JSON values that a text can stand for, by what its schema says of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

from harness.contract.properties import flat
from harness.openapi import walk

_INTEGER = re.compile(r"-?[0-9]{1,300}")
_NUMBER = re.compile(r"-?[0-9]{1,300}(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_JSON_KINDS: Mapping[type, str] = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array",
                                   dict: "object", type(None): "null"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """A value that is known already, as that of a part in JSON."""

    value: Any


Text: TypeAlias = "str | Known | list[Text] | dict[str, Text]"
"""Texts in the structure in which they were sent."""


class Shape:
    """What a schema says of the kinds of its values; `kinds` is empty where they may be of any."""

    def __init__(self, tree: dict[str, Any], schemas: Sequence[Any]) -> None:
        self._tree = tree
        self._parts = flat(tree, list(schemas))
        self.kinds = frozenset(kind for part in self._parts for kind in _kinds_of(part))
        self.names = frozenset(str(name) for part in self._parts for name in part.get("properties") or ())
        self._properties: dict[str, Shape] = {}

    @cached_property
    def items(self) -> Shape:
        """The shape of an array's items."""
        return Shape(self._tree, [part["items"] for part in self._parts if "items" in part])

    def of(self, name: str) -> Shape:
        """The shape of a property; what is not described by name is described by `additionalProperties`."""
        if name not in self._properties:
            own = [part["properties"][name] for part in self._parts if name in (part.get("properties") or ())]
            others = [part["additionalProperties"] for part in self._parts if "additionalProperties" in part]
            self._properties[name] = Shape(self._tree, own or others)
        return self._properties[name]

    @property
    def is_plain_text(self) -> bool:
        """Whether any text fits by its kind, and no keyword says more of it."""
        said = {word for part in self._parts for word in part} - _SAYING_NOTHING
        return not said and self.kinds <= {"string"}


_SAYING_NOTHING = frozenset({"type", "format", "description", "title", "example", "examples", "default", "nullable",
                             "contentMediaType", "contentEncoding", "deprecated", "externalDocs", "$comment",
                             "readOnly", "writeOnly", "xml"})  # fmt: skip


def _kinds_of(schema: dict[str, Any]) -> Iterator[str]:
    yield from walk.type_names(schema)
    if "type" in schema:
        return
    values = schema["enum"] if isinstance(schema.get("enum"), list) else []
    for value in [*values, *([schema["const"]] if "const" in schema else [])]:
        yield _JSON_KINDS[type(value)]
    if schema.get("properties"):
        yield "object"
    if "items" in schema:
        yield "array"


def readings(text: Text, shape: Shape) -> list[Any]:
    """The values that a text can stand for: where a schema leaves the choice, first all as text, then as numbers."""
    values = [_value(text, shape, typed=False), _value(text, shape, typed=True)]
    return values[:1] if values[0] == values[1] and repr(values[0]) == repr(values[1]) else values


def _value(text: Text, shape: Shape, *, typed: bool) -> Any:
    if isinstance(text, str):
        return _scalar(text, shape.kinds, typed=typed)
    if isinstance(text, list):
        return [_value(item, shape.items, typed=typed) for item in text]
    if isinstance(text, dict):
        return {name: _value(child, shape.of(name), typed=typed) for name, child in text.items()}
    return text.value


def _scalar(text: str, kinds: frozenset[str], *, typed: bool) -> Any:
    if kinds and not typed and "string" in kinds:
        return text
    if not kinds and not typed:
        return text
    if text == "" and "null" in kinds and "string" not in kinds:
        return None
    if text in ("true", "false") and (not kinds or "boolean" in kinds):
        return text == "true"
    if not kinds or kinds & {"integer", "number"}:
        return number(text)
    return text


def number(text: str) -> Any:
    """The number that a text spells, or the text."""
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else text
