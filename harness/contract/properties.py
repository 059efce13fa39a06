"""The properties that a schema knows, and a walk over a value that meets every object of one kind at once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from harness.formats.pointer import pointer_of
from harness.openapi import walk

Path_ = tuple[str, ...]
_BRANCHES = ("allOf", "anyOf", "oneOf")


class Shape:
    """What is known of a value that has to fit all of `schemas` (branches of unions count as known, too).

    `known` are property names. `free` says that the schema allows names of the sender's own: it lists none, or it
    opens or types its additional properties.
    """

    def __init__(self, tree: dict[str, Any], schemas: list[dict[str, Any]]) -> None:
        self._tree = tree
        self._parts = flat(tree, schemas)
        self.known = frozenset(name for part in self._parts for name in part.get("properties") or ())
        self.free = not self.known or any(map(_is_open, self._parts))
        self._inner: dict[str, Shape | None] = {}

    @cached_property
    def holds(self) -> frozenset[str]:
        """The known properties that are objects or lists of their own, not words or numbers."""
        return frozenset(name for name in self.known if self.inner(name) is not None)

    @cached_property
    def items(self) -> Shape | None:
        """The shape of an array's items; None where it has none of interest."""
        return self._shape([part["items"] for part in self._parts if isinstance(part.get("items"), dict)])

    def inner(self, name: str) -> Shape | None:
        """The shape of one known property; None where it is a scalar."""
        if name not in self._inner:
            found = [part["properties"][name] for part in self._parts if name in (part.get("properties") or ())]
            self._inner[name] = self._shape([one for one in found if isinstance(one, dict)])
        return self._inner[name]

    def _shape(self, schemas: list[dict[str, Any]]) -> Shape | None:
        shape = Shape(self._tree, schemas)
        return shape if any("properties" in part or "items" in part for part in shape._parts) else None


def flat(tree: dict[str, Any], schemas: list[Any]) -> list[dict[str, Any]]:
    """The schemas and all branches of theirs, references followed, each once."""
    found: list[dict[str, Any]] = []
    seen: set[int] = set()
    queue = list(schemas)
    while queue:
        schema = walk.resolve(tree, queue.pop())
        if isinstance(schema, dict) and id(schema) not in seen:
            seen.add(id(schema))
            found.append(schema)
            queue += [branch for key in _BRANCHES for branch in schema.get(key) or () if isinstance(branch, dict)]
    return found


def _is_open(schema: dict[str, Any]) -> bool:
    extra = schema.get("additionalProperties", schema.get("unevaluatedProperties"))
    return extra is True or isinstance(extra, dict) or bool(schema.get("patternProperties"))


def columns(shape: Shape | None, value: Any) -> Iterator[tuple[Path_, Shape, set[str]]]:
    """Every kind of object in `value`: its general place (`*` for an index), shape, and all names in use there.

    Objects at one place are looked at together, so that a list of a hundred records costs little more than one.
    """
    queue: list[tuple[Path_, Shape | None, list[Any]]] = [((), shape, [value])]
    while queue:
        at, here, values = queue.pop()
        if here is None:
            continue
        # `type(...) is`, and not isinstance: JSON has no other kinds, and this is asked of every value.
        objects = [one for one in values if type(one) is dict]
        if objects:
            names = set().union(*objects)
            yield at, here, names
            inner = {name: here.inner(name) for name in names & here.known}
            queue += [
                ((*at, name), shape, [one[name] for one in objects if name in one]) for name, shape in inner.items()
            ]
        items = [item for one in values if type(one) is list for item in one]
        if items:
            queue.append(((*at, "*"), here.items, items))


def locate(value: Any, at: Path_, name: str) -> str:
    """The pointer, with real indices, of the first `name` at the general place `at`; empty where there is none."""
    if not at:
        return pointer_of((name,)) if isinstance(value, dict) and name in value else ""
    head, rest = at[0], at[1:]
    if head == "*" and isinstance(value, list):
        found = (f"/{index}{inner}" for index, item in enumerate(value) if (inner := locate(item, rest, name)))
        return next(found, "")
    if not isinstance(value, dict) or head not in value:
        return ""
    inner = locate(value[head], rest, name)
    return pointer_of((head,)) + inner if inner else ""
