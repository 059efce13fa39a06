"""A property that only some branches of a union know: what it holds there, it holds in all of them.

JSON Schema lets a branch pass over names that it does not list. Where a user is an admin's record or an end user's
and only the first knows `alias`, any alias at all would make a valid end user, and no wrong one would ever be found.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from harness.formats.pointer import Parts, parts_of_reference, pointer_of
from harness.openapi import walk

_UNIONS = ("anyOf", "oneOf")
_BRANCHES = ("allOf", *_UNIONS)


def share(tree: dict[str, Any]) -> None:
    """Add to each union in `tree`, in place, the properties that some of its branches know and others pass over.

    Left alone are unions inside an `allOf`, whose neighbours may know the name, branches that type their additional
    properties, and those that refuse them.
    """
    for at, node in list(_unions(tree, ())):
        for key in _UNIONS:
            branches = [list(_parts(tree, (*at, key, str(index)))) for index in range(len(node.get(key) or ()))]
            objects = [parts for parts in branches if any("properties" in part for _, part in parts)]
            if len(objects) > 1 and not any(_types_others(part) for parts in objects for _, part in parts):
                _add(node, objects)


def _add(node: dict[str, Any], objects: list[list[tuple[Parts, dict[str, Any]]]]) -> None:
    known = [{name for _, part in parts for name in part.get("properties") or ()} for parts in objects]
    silent = [names for names, parts in zip(known, objects, strict=True) if not _is_closed(parts)]
    partly = set().union(*known) - set.intersection(*silent) if silent else set()
    for name in sorted(partly - set(node.get("properties") or ())):
        places = [
            (*at, "properties", name)
            for parts in objects
            for at, part in parts
            if name in (part.get("properties") or ())
        ]
        refs = [{"$ref": f"#{quote(pointer_of(place), safe='/~')}"} for place in dict.fromkeys(places)]
        node.setdefault("properties", {})[name] = refs[0] if len(refs) == 1 else {"anyOf": refs}


def _is_closed(parts: list[tuple[Parts, dict[str, Any]]]) -> bool:
    """Whether a branch refuses names that it does not list, so that it passes over none."""
    return any(part.get(key) is False for _, part in parts for key in ("additionalProperties", "unevaluatedProperties"))


def _types_others(part: dict[str, Any]) -> bool:
    return bool(part.get("patternProperties")) or bool(isinstance(part.get("additionalProperties"), dict))


def _unions(node: Any, at: Parts, named: bool = False) -> Iterator[tuple[Parts, dict[str, Any]]]:
    if isinstance(node, list):
        for index, child in enumerate(node):
            yield from _unions(child, (*at, str(index)))
    elif isinstance(node, dict):
        if not named and any(isinstance(node.get(key), list) for key in _UNIONS) and at[-2:-1] != ("allOf",):
            yield at, node
        for key, child in node.items():
            if named or key not in walk.DATA_KEYS:
                yield from _unions(child, (*at, key), not named and key in walk.NAME_MAPS)


def _parts(tree: dict[str, Any], at: Parts) -> Iterator[tuple[Parts, dict[str, Any]]]:
    """The schema at a place and all branches of it, references followed, each with the place where it is written."""
    seen: set[Parts] = set()
    queue = [at]
    while queue:
        at = queue.pop()
        try:
            node = walk.lookup(tree, at)
        except KeyError:
            continue
        if not isinstance(node, dict) or at in seen:
            continue
        seen.add(at)
        if isinstance(node.get("$ref"), str):
            queue.append(parts_of_reference(node["$ref"]))
        yield at, node
        queue += [(*at, key, str(index)) for key in _BRANCHES for index in range(len(node.get(key) or ()))]
