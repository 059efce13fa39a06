"""Parameters of query and body that may rename the method, less those that the operation declares as its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from harness.openapi.catalog import Operation
from harness.policy import disguise


@dataclass(frozen=True, slots=True)
class MethodClaim:
    """One parameter whose value is a method. `root` is the name without brackets, `place` query or body.

    `certain` marks a name that frameworks take for an override, which no declaration makes an ordinary one.
    """

    place: str
    root: str
    method: str
    certain: bool


def claims(query: Sequence[tuple[str, str]], body: Any) -> list[MethodClaim]:
    """Every parameter that names a method.

    In a query any name counts, in a body those at the top. What lies deeper is data to every override that is known,
    unless a name on the way is a framework's: a target of Zendesk has a `method` of its own inside of `target`.
    """
    method_claims = [MethodClaim("query", root_of(name), method, sure) for name, method, sure in _of_query(query)]
    if isinstance(body, dict | list):
        method_claims += [MethodClaim("body", name, method, sure) for name, method, sure in _of_body(body)]
    return method_claims


def undeclared_methods(method_claims: Sequence[MethodClaim], operations: Iterable[Operation]) -> Iterator[str]:
    """The methods of the claims that are left when what all of the operations declare counts as an ordinary value.

    `sort=delete` or a top-level `method: POST` of a document's own is what its server reads there and nothing else.
    """
    candidates = tuple(operations)
    for claim in method_claims:
        is_declared = all(claim.root in declared_roots(operation, claim.place) for operation in candidates)
        if claim.certain or not candidates or not is_declared:
            yield claim.method


@lru_cache(maxsize=4096)
def declared_roots(operation: Operation, place: str) -> frozenset[str]:
    """The names at the top of an operation's query or body."""
    if place == "query":
        return frozenset(root_of(row.name) for row in operation.parameters if row.place == "query")
    return frozenset(field.pointer.lstrip("/*").partition("/")[0] for field in operation.fields)


def root_of(name: str) -> str:
    """`filter[type]` and `ids[]` to the name in front."""
    return name.partition("[")[0] or name


def _of_query(query: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str, bool]]:
    for name, value in query:
        for method in disguise.methods(name, value):
            yield name, method, disguise.is_override(name)


def _of_body(body: Any) -> Iterator[tuple[str, str, bool]]:
    """Name at the top, method, and whether a framework would take it; lists are walked through as if not there."""
    # Not by recursion: bodies may nest deeper than Python does.
    waiting: list[tuple[Any, str, str, int]] = [(body, "", "", 0)]
    while waiting:
        node, root, name, depth = waiting.pop()
        if isinstance(node, str):
            is_certain = bool(name) and disguise.is_override(name)
            if depth == 1 or is_certain:
                yield from ((root, method, is_certain) for method in disguise.methods(name or root, node))
        elif isinstance(node, list):
            waiting += [(child, root, name, depth) for child in node]
        elif isinstance(node, dict):
            waiting += [_below(str(key), child, root, name, depth) for key, child in node.items()]


def _below(key: str, child: Any, root: str, name: str, depth: int) -> tuple[Any, str, str, int]:
    """The child of a mapping with its root, its name and its depth."""
    # What lies under an override's name is its value: `_method[0]`.
    own = name if name and disguise.is_override(name) else key
    is_index = bool(depth) and key.isdigit()
    return child, root or key, own, depth if is_index else depth + 1
