"""The properties that a schema describes, and a walk over a value that takes all objects of one place together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from harness.formats.pointer import pointer_of
from harness.openapi import walk

Path_ = tuple[str, ...]
_BRANCHES = ("allOf", "anyOf", "oneOf")
_CONDITIONAL = ("then", "else")


class KnownProperties:
    """The properties that `schemas`, all of which a value has to fit, describe, branches of unions included.

    `is_open` says that names of the sender's own are allowed: the schemas list none, or they open or type their
    additional properties.
    """

    def __init__(self, tree: dict[str, Any], schemas: list[dict[str, Any]]) -> None:
        self._tree = tree
        self._parts = flat(tree, schemas)
        self.names = frozenset(name for part in self._parts for name in part.get("properties") or ())
        self.is_open = not self.names or any(map(_is_open, self._parts))
        self._inner: dict[str, KnownProperties | None] = {}

    @cached_property
    def nested(self) -> frozenset[str]:
        """The properties that are objects or lists of their own, not words or numbers."""
        return frozenset(name for name in self.names if self.inner(name) is not None)

    @cached_property
    def alternatives(self) -> tuple[KnownProperties, ...]:
        """Those of each branch of a union, for values that take one of several forms; none without a union."""
        branches = [branch for part in self._parts for key in ("anyOf", "oneOf") for branch in part.get(key) or ()]
        return tuple(KnownProperties(self._tree, [branch]) for branch in branches)

    @cached_property
    def items(self) -> KnownProperties | None:
        """Those of an array's items; None where these are scalars."""
        return self._below([part["items"] for part in self._parts if isinstance(part.get("items"), dict)])

    def inner(self, name: str) -> KnownProperties | None:
        """Those of one property; None where it is a scalar."""
        if name not in self._inner:
            schemas = [part["properties"][name] for part in self._parts if name in (part.get("properties") or ())]
            self._inner[name] = self._below([schema for schema in schemas if isinstance(schema, dict)])
        return self._inner[name]

    def _below(self, schemas: list[dict[str, Any]]) -> KnownProperties | None:
        below = KnownProperties(self._tree, schemas)
        return below if any("properties" in part or "items" in part for part in below._parts) else None


def flat(tree: dict[str, Any], schemas: list[Any]) -> list[dict[str, Any]]:
    """The schemas and all branches of theirs, each once: references followed, with what stands beside them."""
    parts: list[dict[str, Any]] = []
    visited: set[int] = set()
    queue = list(schemas)
    while queue:
        schema = queue.pop()
        if not isinstance(schema, dict) or id(schema) in visited:
            continue
        visited.add(id(schema))
        if walk.is_reference(schema):
            queue.append(walk.target(tree, schema))
            if len(schema) == 1:
                continue
        parts.append(schema)
        queue += [branch for key in _BRANCHES for branch in schema.get(key) or ()]
        queue += [schema[key] for key in _CONDITIONAL if key in schema]
    return parts


def _is_open(schema: dict[str, Any]) -> bool:
    others = schema.get("additionalProperties", schema.get("unevaluatedProperties"))
    return others is True or isinstance(others, dict) or bool(schema.get("patternProperties"))


def names_by_place(properties: KnownProperties | None, value: Any) -> Iterator[tuple[Path_, KnownProperties, set[str]]]:
    """Every general place (`*` for an index) of objects in `value`: known properties, and all names in use there.

    Objects of one place are taken together, so that a list of a hundred records costs little more than one.
    """
    queue: list[tuple[Path_, KnownProperties | None, list[Any]]] = [((), properties, [value])]
    while queue:
        at, known, values = queue.pop()
        if known is None:
            continue
        # `type(...) is`, and not isinstance: JSON has no other kinds, and this is done to every value.
        objects = [value for value in values if type(value) is dict]
        if objects:
            names = set().union(*objects)
            yield at, known, names
            for name in names & known.names:
                nested = known.inner(name)
                # Most are scalars: there is nothing inside to look at, and a list is asked this for every field.
                if nested is not None:
                    queue.append(((*at, name), nested, [value[name] for value in objects if name in value]))
        items = [item for value in values if type(value) is list for item in value]
        if items:
            queue.append(((*at, "*"), known.items, items))


def locate(value: Any, at: Path_, name: str) -> str:
    """The pointer, with real indices, of the first `name` at the general place `at`; empty where there is none."""
    if not at:
        return pointer_of((name,)) if isinstance(value, dict) and name in value else ""
    head, rest = at[0], at[1:]
    children: Iterable[tuple[str, Any]] = ()
    if head == "*" and isinstance(value, list):
        children = ((str(index), item) for index, item in enumerate(value))
    elif isinstance(value, dict) and head in value:
        children = ((head, value[head]),)
    for key, child in children:
        if inner := locate(child, rest, name):
            return pointer_of((key,)) + inner
    return ""
