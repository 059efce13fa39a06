"""A property that only some branches of a union describe: its schema there counts for all of them.

JSON Schema lets a branch pass over names that it does not list. Where a user is an admin's record or an end user's
and only the first describes `alias`, any value of it would make a valid end user, and no wrong value be a violation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from harness.formats.pointer import Parts, parts_of_reference, reference_of
from harness.openapi import walk

_UNIONS = ("anyOf", "oneOf")
_BRANCHES = ("allOf", *_UNIONS)
Branch = list[tuple[Parts, dict[str, Any]]]
"""The schemas that one alternative is made of, each with its place."""


def share(tree: dict[str, Any]) -> None:
    """Add to each union in `tree`, in place, the properties that some of its branches describe and others pass over.

    Left alone are unions inside an `allOf`, whose neighbours may describe the name, branches that type their additional
    properties, and those that refuse them.
    """
    components = _Components(tree)
    for at, node in list(_unions(tree, ())):
        for key in _UNIONS:
            objects = [branch for branch in _branches_of(tree, at, key, node) if _describes_object(branch)]
            if len(objects) > 1 and not any(map(_types_others, objects)):
                shared = _shared(node, objects)
                recursive = {name for name, places in shared.items() if components.any_leads_to(places, at[:3])}
                _add(node, key, shared, recursive)


def _branches_of(tree: dict[str, Any], at: Parts, key: str, node: dict[str, Any]) -> Iterator[Branch]:
    for index in range(len(node.get(key) or ())):
        yield list(_parts(tree, (*at, key, str(index))))


def _shared(node: dict[str, Any], objects: list[Branch]) -> dict[str, list[Parts]]:
    """The properties that a branch describes and an open branch passes over, each with its places."""
    names = sorted(_partly_described(objects) - set(node.get("properties") or ()))
    return {name: list(dict.fromkeys(at for branch in objects for at in _places(name, branch))) for name in names}


def _add(node: dict[str, Any], key: str, shared: dict[str, list[Parts]], recursive: set[str]) -> None:
    """Give the union itself its shared properties.

    Those that hold the union again only where a branch fits: else each level of a value would be explained twice, once
    by the branch and once by the union, and a deep value never to the end.
    """
    schemas = {name: _any_of(places) for name, places in shared.items()}
    if plain := {name: schema for name, schema in schemas.items() if name not in recursive}:
        node["properties"] = (node.get("properties") or {}) | plain
    if recursive:
        inner = {"properties": {name: schemas[name] for name in sorted(recursive)}}
        node["allOf"] = [*(node.get("allOf") or ()), {"if": {key: node[key]}, "then": inner}]


def _any_of(places: list[Parts]) -> dict[str, Any]:
    references = [{"$ref": reference_of(place)} for place in places]
    return references[0] if len(references) == 1 else {"anyOf": references}


class _Components:
    """Which components of a tree lead to which, by references at any distance."""

    def __init__(self, tree: dict[str, Any]) -> None:
        self._tree = tree
        self._next: dict[Parts, frozenset[Parts]] = {}

    def any_leads_to(self, places: Iterable[Parts], component: Parts) -> bool:
        """Whether one of the schemas holds a component, itself or by what it refers to."""
        visited: set[Parts] = set()
        queue = [at for place in places for at in self._referred(place)]
        while queue:
            at = queue.pop()
            if at == component:
                return True
            if at not in visited:
                visited.add(at)
                if at not in self._next:
                    self._next[at] = self._referred(at)
                queue += self._next[at]
        return False

    def _referred(self, place: Parts) -> frozenset[Parts]:
        """The components that a schema refers to."""
        try:
            node = walk.lookup(self._tree, place)
        except KeyError:
            return frozenset()
        references = walk.targets(node) if isinstance(node, dict | list) else ()
        return frozenset(parts_of_reference(reference)[:3] for reference in references if reference.startswith("#"))


def _partly_described(objects: list[Branch]) -> set[str]:
    """The properties of any branch, less those that every branch open to others describes anyway."""
    names_of_open = [_names(branch) for branch in objects if not _is_closed(branch)]
    if not names_of_open:
        return set()
    return set().union(*map(_names, objects)) - names_of_open[0].intersection(*names_of_open)


def _names(branch: Branch) -> set[str]:
    return {name for _, part in branch for name in part.get("properties") or ()}


def _places(name: str, branch: Branch) -> Iterator[Parts]:
    """Where a branch describes a property."""
    for at, part in branch:
        if name in (part.get("properties") or ()):
            yield (*at, "properties", name)


def _describes_object(branch: Branch) -> bool:
    return any("properties" in part for _, part in branch)


def _is_closed(branch: Branch) -> bool:
    """Whether a branch refuses names that it does not list, so that it passes over none."""
    return any(
        part.get(key) is False for _, part in branch for key in ("additionalProperties", "unevaluatedProperties")
    )


def _types_others(branch: Branch) -> bool:
    """Whether a branch says what names that it does not list must hold."""
    return any(
        part.get("patternProperties") or isinstance(part.get("additionalProperties"), dict) for _, part in branch
    )


def _unions(node: Any, at: Parts, named: bool = False) -> Iterator[tuple[Parts, dict[str, Any]]]:
    """Every schema with alternatives, and its place."""
    if isinstance(node, list):
        for index, child in enumerate(node):
            yield from _unions(child, (*at, str(index)))
        return
    if not isinstance(node, dict):
        return
    in_all_of = at[-2:-1] == ("allOf",)
    if not named and not in_all_of and any(isinstance(node.get(key), list) for key in _UNIONS):
        yield at, node
    for key, child, has_names in walk.children(node, named):
        yield from _unions(child, (*at, key), has_names)


def _parts(tree: dict[str, Any], at: Parts) -> Iterator[tuple[Parts, dict[str, Any]]]:
    """The schema at a place and all branches of it, references followed, each with the place where it is written."""
    visited: set[Parts] = set()
    queue = [at]
    while queue:
        at = queue.pop()
        try:
            node = walk.lookup(tree, at)
        except KeyError:
            continue
        if not isinstance(node, dict) or at in visited:
            continue
        visited.add(at)
        if walk.is_reference(node):
            queue.append(parts_of_reference(node["$ref"]))
        yield at, node
        queue += [(*at, key, str(index)) for key in _BRANCHES for index in range(len(node.get(key) or ()))]
