"""A path to every operation that some router could take it to: case ignored, fixed words and parameters alike."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from harness.openapi.catalog import Operation
from harness.openapi.paths import FittingTemplate, PathTrie, named_values, segments_of

_MOST_KNOWN = 4096
"""Paths whose operations are remembered: those of lists come again and again, with another query each time."""


@dataclass(frozen=True, slots=True)
class RoutedOperation:
    """One operation that a path leads to, with the values of its path parameters.

    `sibling` marks an operation of another method whose fixed words the path spells out where the method's own
    template has a parameter: `GET /tickets/destroy_many` names the action, not a ticket. `shadowed` marks the reverse,
    a template whose parameter takes a word that another template of the same method spells out.
    """

    operation: Operation
    values: Mapping[str, str]
    sibling: bool = False
    shadowed: bool = False


@dataclass(frozen=True)
class OperationRouter:
    """All operations of one vendor. The sandbox's and the catalog's routers pick one template; this one finds all.

    A document may end its templates in `ignored_suffix`, which means nothing to the vendor: then they also fit without.
    """

    operations: tuple[Operation, ...]
    ignored_suffix: str = ""

    @cached_property
    def _trie(self) -> PathTrie[Operation]:
        trie: PathTrie[Operation] = PathTrie(ignore_case=True)
        for operation in self.operations:
            trie.add(operation.path, operation.method, operation)
        for operation in self.operations:
            trie.add(operation.path.removesuffix(self.ignored_suffix), operation.method, operation)
        return trie

    @cached_property
    def _known(self) -> dict[tuple[tuple[str, ...], str], tuple[RoutedOperation, ...]]:
        return {}

    def find(self, methods: Collection[str], path: str) -> tuple[RoutedOperation, ...]:
        """Every operation for a path under any of `methods`; nothing when no template with such a method fits."""
        key = (tuple(methods), path)
        if key not in self._known:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[key] = tuple(self._find(methods, path))
        return self._known[key]

    def _find(self, methods: Collection[str], path: str) -> Iterator[RoutedOperation]:
        templates = list(self._trie.find(segments_of(path)))
        has_method = False
        for method in methods:
            fitting = [(operations[method], values) for operations, values in templates if method in operations]
            fewest = min((len(values) for _, values in fitting), default=0)
            has_method = has_method or bool(fitting)
            for operation, values in fitting:
                yield RoutedOperation(operation, named_values(operation.path, values), shadowed=len(values) > fewest)
        if has_method:
            yield from _siblings(templates, methods)


def _siblings(templates: list[FittingTemplate[Operation]], methods: Collection[str]) -> Iterator[RoutedOperation]:
    """The operations of other methods on the templates that spell out the most of the path."""
    fewest = min(len(values) for _, values in templates)
    for operations, values in templates:
        if len(values) == fewest and operations.keys().isdisjoint(methods):
            for operation in operations.values():
                yield RoutedOperation(operation, named_values(operation.path, values), sibling=True)
