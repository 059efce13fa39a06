"""Path templates such as `/tickets/{id}/tags`: their parameters, and a trie that finds the templates of a path."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Generic, TypeVar

OperationT = TypeVar("OperationT")
FittingTemplate = tuple[Mapping[str, OperationT], tuple[str, ...]]
"""The operations of one template by method, and the values of its parameters in the order of the template."""

PARAMETER = re.compile(r"{([^{}]+)}")
# Stands for a parameter in the shape of a mixed segment; no template has the sign itself.
_VALUE = "\0"


@lru_cache(maxsize=8192)
def parameter_names(template: str) -> tuple[str, ...]:
    """The names in braces, in the order in which the template has them."""
    return tuple(PARAMETER.findall(template))


def is_parameter(segment: str) -> bool:
    """Whether a segment of a template is one parameter and nothing else."""
    return PARAMETER.fullmatch(segment) is not None


def template_shape(template: str) -> str:
    """The template without its parameters' names: two of one shape are the same to any router."""
    return PARAMETER.sub("{}", template)


def named_values(template: str, values: Sequence[str]) -> dict[str, str]:
    """The values of a path by the names that the template gives them."""
    return dict(zip(parameter_names(template), values, strict=False))


def segments_of(path: str) -> list[str]:
    """The parts between the slashes; slashes around a path do not count."""
    return path.strip("/").split("/")


class PathTrie(Generic[OperationT]):
    """Operations by path template and method; of two that share both, the first counts.

    With `ignore_case` the fixed words of a template match in any case, as some routers have it. The caller cuts the
    path into segments and decodes them, since servers differ in that: a value may hold any sign, a slash too.
    """

    def __init__(self, *, ignore_case: bool = False) -> None:
        self._ignore_case = ignore_case
        self._root: _Node[OperationT] = _Node()

    def add(self, template: str, method: str, operation: OperationT) -> None:
        """Keep an operation for its template and method."""
        node = self._root
        for segment in segments_of(template):
            node = self._child(node, segment)
        node.operations.setdefault(method, operation)

    def find(self, segments: Sequence[str]) -> Iterator[FittingTemplate[OperationT]]:
        """Every template that fits the segments; in each place a fixed word before a mixed segment before any value."""
        # A stack instead of recursion, because each request of a run comes through here. Last in, first out: what is
        # to be tried first is pushed last.
        stack: list[tuple[_Node[OperationT], int, tuple[str, ...]]] = [(self._root, 0, ())]
        while stack:
            node, depth, values = stack.pop()
            if depth == len(segments):
                if node.operations:
                    yield node.operations, values
                continue
            segment = segments[depth]
            if node.parameter is not None and segment:
                stack.append((node.parameter, depth + 1, (*values, segment)))
            for pattern, child in reversed(node.mixed.values()):
                if match := pattern.fullmatch(segment):
                    stack.append((child, depth + 1, (*values, *match.groups())))
            fixed = node.fixed.get(self._folded(segment))
            if fixed is not None:
                stack.append((fixed, depth + 1, values))

    def _child(self, node: _Node[OperationT], segment: str) -> _Node[OperationT]:
        """The node of one segment of a template; a new one where there is none yet."""
        if "{" not in segment:
            return node.fixed.setdefault(self._folded(segment), _Node())
        if is_parameter(segment):
            node.parameter = node.parameter or _Node()
            return node.parameter
        shape = _shape(segment)
        if shape not in node.mixed:
            node.mixed[shape] = (self._pattern(shape), _Node())
        return node.mixed[shape][1]

    def _folded(self, word: str) -> str:
        return word.casefold() if self._ignore_case else word

    def _pattern(self, shape: str) -> re.Pattern[str]:
        flags = re.DOTALL | (re.IGNORECASE if self._ignore_case else 0)
        return re.compile("(.+)".join(map(re.escape, shape.split(_VALUE))), flags)


class _Node(Generic[OperationT]):
    """One level of the trie: fixed words, mixed segments such as `{a}.{b}` by their shape, one parameter."""

    __slots__ = ("fixed", "mixed", "operations", "parameter")

    def __init__(self) -> None:
        self.fixed: dict[str, _Node[OperationT]] = {}
        self.mixed: dict[str, tuple[re.Pattern[str], _Node[OperationT]]] = {}
        self.parameter: _Node[OperationT] | None = None
        self.operations: dict[str, OperationT] = {}


def _shape(segment: str) -> str:
    """A segment without the names of its parameters."""
    return PARAMETER.sub(_VALUE, segment)
