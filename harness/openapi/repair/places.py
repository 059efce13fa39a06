"""Where things stand in an OpenAPI tree: every path item, operation, parameter, response and schema, once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from harness.openapi.walk import METHODS

Node = dict[str, Any]
At = tuple[Any, str] | None
"""The keys from a node back to the root, linked (`((None, "paths"), "/a")`): few of half a million are ever listed."""

SCHEMA_MAPS = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
SCHEMA_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
SCHEMA_SINGLES = ("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames",
                  "unevaluatedProperties", "unevaluatedItems", "additionalItems")  # fmt: skip
_MAP, _LIST, _SINGLE = range(3)
_SUBSCHEMAS = {
    **dict.fromkeys(SCHEMA_MAPS, _MAP),
    **dict.fromkeys(SCHEMA_LISTS, _LIST),
    **dict.fromkeys(SCHEMA_SINGLES, _SINGLE),
}


@dataclass(frozen=True, slots=True)
class Place:
    """One node: `kind` is item, operation, parameter, header, response, body, media or schema.

    `holder` is the map or list that has it under `key`. `within` is `parameter` for schemas of parameters and headers,
    whose values travel as text.
    """

    kind: str
    at: At
    node: Node
    holder: Any = None
    key: Any = None
    within: str = ""


def keys_of(at: At) -> tuple[str, ...]:
    """The keys from the root to a node."""
    parts: list[str] = []
    while at is not None:
        at, key = at
        parts.append(str(key))
    return tuple(reversed(parts))


def places(tree: Node) -> Iterator[Place]:
    """Every place of the tree; a parent comes before its children, so that its repair may change what is below it."""
    components = _map(tree.get("components"))
    kinds = {"parameters": "parameter", "headers": "header", "responses": "response", "requestBodies": "body"}
    for section, entries in components.items():
        at: At = ((None, "components"), section)
        for name, node in list(_map(entries).items()):
            if section == "schemas":
                yield from _schemas((at, name), node, entries, name, "")
            elif section in kinds:
                yield from _part(kinds[section], (at, name), node, entries, name)
    for path, item in list(_map(tree.get("paths")).items()):
        if isinstance(item, dict):
            yield from _item(((None, "paths"), path), item, tree["paths"], path)


def _item(at: At, item: Node, holder: Any, key: str) -> Iterator[Place]:
    yield Place("item", at, item, holder, key)
    yield from _list("parameter", (at, "parameters"), item.get("parameters"))
    for method in METHODS:
        operation = item.get(method)
        if not isinstance(operation, dict):
            continue
        here: At = (at, method)
        yield Place("operation", here, operation, item, method)
        yield from _list("parameter", (here, "parameters"), operation.get("parameters"))
        yield from _part("body", (here, "requestBody"), operation.get("requestBody"), operation, "requestBody")
        yield from _entries("response", (here, "responses"), operation.get("responses"))
        for name, callback in _map(operation.get("callbacks")).items():
            for url, inner in _map(callback).items():
                if isinstance(inner, dict):
                    yield from _item((((here, "callbacks"), name), url), inner, callback, url)


def _list(kind: str, at: At, nodes: Any) -> Iterator[Place]:
    if isinstance(nodes, list):
        for index, node in enumerate(list(nodes)):
            yield from _part(kind, (at, str(index)), node, nodes, index)


def _entries(kind: str, at: At, nodes: Any) -> Iterator[Place]:
    for name, node in list(_map(nodes).items()):
        yield from _part(kind, (at, name), node, nodes, name)


def _part(kind: str, at: At, node: Any, holder: Any, key: Any) -> Iterator[Place]:
    """A parameter, header, response or body, with all schemas below it."""
    if not isinstance(node, dict):
        return
    yield Place(kind, at, node, holder, key)
    within = "parameter" if kind in ("parameter", "header") else ""
    if "schema" in node:
        yield from _schemas((at, "schema"), node["schema"], node, "schema", within)
    if "headers" in node:
        yield from _entries("header", (at, "headers"), node["headers"])
    for name, media in _map(node.get("content")).items():
        if isinstance(media, dict):
            here: At = ((at, "content"), name)
            yield Place("media", here, media, node["content"], name)
            if "schema" in media:
                yield from _schemas((here, "schema"), media["schema"], media, "schema", within)


def _schemas(at: At, node: Any, holder: Any, key: Any, within: str) -> Iterator[Place]:
    stack: list[tuple[At, Any, Any, Any]] = [(at, node, holder, key)]
    while stack:
        here, schema, inside, name = stack.pop()
        if not isinstance(schema, dict):
            continue
        yield Place("schema", here, schema, inside, name, within)
        for word in schema:
            form = _SUBSCHEMAS.get(word)
            if form is None:
                continue
            child = schema[word]
            below: At = (here, word)
            if form == _LIST and isinstance(child, list):
                stack.extend(((below, str(index)), entry, child, index) for index, entry in enumerate(child))
            elif form == _SINGLE and isinstance(child, dict):
                stack.append((below, child, schema, word))
            elif form == _MAP and isinstance(child, dict):
                stack.extend(((below, key), child[key], child, key) for key in child)


def _map(node: Any) -> Node:
    return node if isinstance(node, dict) else {}
