"""A path to every operation that some router could take it to: case ignored, fixed words and parameters alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from harness.openapi.catalog import Operation

_PARAMETER = re.compile(r"{([^{}]+)}")


@dataclass(frozen=True, slots=True)
class Hit:
    """One operation with the values of its path parameters.

    `sibling` marks an operation of another method whose fixed words the path spells out where the method's own
    template has a parameter: `GET /tickets/destroy_many` names the action, not a ticket. `shadowed` marks the reverse,
    a template whose parameter takes a word that another template of the same method spells out.
    """

    operation: Operation
    values: Mapping[str, str]
    sibling: bool = False
    shadowed: bool = False


@dataclass(frozen=True)
class Router:
    """All operations of one vendor. The sandbox's and the catalog's routers pick one template; this one finds all."""

    operations: tuple[Operation, ...]

    @cached_property
    def _root(self) -> _Node:
        root = _Node()
        for operation in self.operations:
            node = root
            for part in operation.path.strip("/").split("/"):
                node = node.enter(part)
            node.ends.setdefault(operation.method, operation)
        return root

    def find(self, methods: Iterable[str], path: str) -> Iterator[Hit]:
        """Every operation for a path under any of `methods`; nothing when no template with such a method fits."""
        found = list(self._root.find(path.strip("/").split("/"), 0))
        if not found:
            return
        deepest = min(len(values) for _, values in found)
        own = False
        for method in methods:
            fitting = [(ends[method], values) for ends, values in found if method in ends]
            least = min((len(values) for _, values in fitting), default=0)
            own = own or bool(fitting)
            for one, values in fitting:
                yield Hit(one, _named(one, values), shadowed=len(values) > least)
        if own:
            for ends, values in found:
                if len(values) == deepest and not any(method in ends for method in methods):
                    yield from (Hit(one, _named(one, values), sibling=True) for one in ends.values())


def _named(operation: Operation, values: tuple[str, ...]) -> dict[str, str]:
    return dict(zip(_PARAMETER.findall(operation.path), values, strict=False))


class _Node:
    """One level of the tree: fixed words in folded case, mixed segments such as `{a}.{b}`, and one parameter."""

    __slots__ = ("any", "ends", "fixed", "mixed")

    def __init__(self) -> None:
        self.fixed: dict[str, _Node] = {}
        self.mixed: dict[str, tuple[re.Pattern[str], _Node]] = {}
        self.any: _Node | None = None
        self.ends: dict[str, Operation] = {}

    def enter(self, part: str) -> _Node:
        if "{" not in part:
            return self.fixed.setdefault(part.casefold(), _Node())
        if re.fullmatch(r"{[^{}]+}", part):
            self.any = self.any or _Node()
            return self.any
        text = "([^/]+)".join(re.escape(fixed) for fixed in _PARAMETER.sub("\0", part).split("\0"))
        return self.mixed.setdefault(text, (re.compile(text, re.IGNORECASE), _Node()))[1]

    def find(self, parts: list[str], index: int) -> Iterator[tuple[dict[str, Operation], tuple[str, ...]]]:
        if index == len(parts):
            if self.ends:
                yield self.ends, ()
            return
        part = parts[index]
        below = self.fixed.get(part.casefold())
        if below is not None:
            yield from below.find(parts, index + 1)
        for pattern, node in self.mixed.values():
            if found := pattern.fullmatch(part):
                for ends, rest in node.find(parts, index + 1):
                    yield ends, (*found.groups(), *rest)
        if self.any is not None and part:
            for ends, rest in self.any.find(parts, index + 1):
                yield ends, (part, *rest)
