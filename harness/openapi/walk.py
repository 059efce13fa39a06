"""A document tree walked: by pointer, over its operations, and to every `$ref` with its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NoReturn

from harness.errors import DocumentError
from harness.formats.pointer import Parts, parts_of_reference, pointer_of

METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "trace")
# What these keywords hold is data, not schema: a `$ref` or `title` in there is just a value.
DATA_KEYS = frozenset({"example", "examples", "default", "enum", "const"})
# What these keywords hold is a map from the vendor's own names, so a name may look like a keyword.
NAME_MAPS = frozenset({"properties", "patternProperties", "paths", "schemas", "parameters", "responses", "headers",
                       "requestBodies", "securitySchemes", "links", "callbacks", "variables", "content", "encoding",
                       "$defs", "definitions", "dependentSchemas", "scopes", "mapping"})  # fmt: skip


def lookup(tree: Any, parts: Parts) -> Any:
    """The value at `parts`; raises `KeyError` where there is none."""
    for part in parts:
        if isinstance(tree, dict) and part in tree:
            tree = tree[part]
        elif isinstance(tree, list) and part.isdigit() and int(part) < len(tree):
            tree = tree[int(part)]
        else:
            raise KeyError(pointer_of(parts))
    return tree


def operations(tree: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Path, method and path item of every operation, in document order."""
    for path, item in tree.get("paths", {}).items():
        for method in METHODS if isinstance(item, dict) else ():
            if isinstance(item.get(method), dict):
                yield path, method, item


def unfetched(uri: str) -> NoReturn:
    """The retriever of every validator: a schema that lies elsewhere is not fetched, by native code least of all."""
    raise DocumentError(
        "a schema refers to another address, which is never fetched", where=uri, remedy="Put it into the document."
    )


def is_reference(node: Any) -> bool:
    """Whether a node stands for another one; a `$ref` that is no text is a value like any other."""
    return isinstance(node, dict) and isinstance(node.get("$ref"), str)


def type_names(schema: Any) -> tuple[str, ...]:
    """The types that a schema names itself, in its order: one, several (OpenAPI 3.1), or none."""
    kind = schema.get("type") if isinstance(schema, dict) else None
    if isinstance(kind, str):
        return (kind,)
    return tuple(kind) if isinstance(kind, list) else ()


def types_of(schema: dict[str, Any]) -> set[str]:
    """The same as a set."""
    return set(type_names(schema))


def target(tree: dict[str, Any], reference: dict[str, Any]) -> Any:
    """What a local reference leads to, which may be a reference in turn; {} where it leads nowhere."""
    try:
        return lookup(tree, parts_of_reference(reference["$ref"]))
    except KeyError:
        return {}


def resolve(tree: dict[str, Any], node: Any) -> Any:
    """Follow local references from `node` until it is no reference; a dangling or circular one gives {}."""
    for _ in range(50):
        if not is_reference(node):
            return node
        node = target(tree, node)
    return {}


def beside(tree: dict[str, Any], node: Any) -> dict[str, Any]:
    """The keywords beside a reference, which count from OpenAPI 3.1 on; none before, or where it is no reference."""
    if not is_reference(node) or len(node) == 1 or str(tree.get("openapi", "")).startswith("3.0"):
        return {}
    return {key: value for key, value in node.items() if key != "$ref"}


def children(node: dict[str, Any], named: bool) -> Iterator[tuple[str, Any, bool]]:
    """The children that are no data, each with whether its keys are the vendor's own names in turn."""
    for key, child in node.items():
        if named or key not in DATA_KEYS:
            yield key, child, not named and key in NAME_MAPS


def refs(node: Any, at: Parts = (), named: bool = False) -> Iterator[tuple[Parts, dict[str, Any]]]:
    """Every mapping with a textual `$ref` below `node`, with its place; values of examples and enums are skipped.

    `named` says that the keys of `node` are the vendor's own names, where `$ref` is no keyword.
    An `examples` map may hold references to named examples, so its first level counts.
    """
    if isinstance(node, list):
        for index, child in enumerate(node):
            yield from refs(child, (*at, str(index)))
        return
    if not isinstance(node, dict):
        return
    if not named and is_reference(node):
        yield at, node
    for key, child, has_names in children(node, named):
        yield from refs(child, (*at, key), has_names)
    examples = None if named else node.get("examples")
    for name, example in examples.items() if isinstance(examples, dict) else ():
        if is_reference(example):
            yield (*at, "examples", name), example


def targets(node: Any) -> Iterator[str]:
    """Every text that a `$ref` below `node` holds, in no order and wherever it stands: quick, and rather too many."""
    stack = [node]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            target = node.get("$ref")
            if isinstance(target, str):
                yield target
            stack += [child for child in node.values() if isinstance(child, dict | list)]
        else:
            stack += [child for child in node if isinstance(child, dict | list)]


def mappings(node: Any, named: bool = False) -> Iterator[dict[str, Any]]:
    """The mapping of every discriminator below `node`: names to references that are written as plain text."""
    if isinstance(node, list):
        for child in node:
            yield from mappings(child)
        return
    if not isinstance(node, dict):
        return
    for key, child, has_names in children(node, named):
        if named or key != "discriminator" or not isinstance(child, dict):
            yield from mappings(child, has_names)
        elif isinstance(child.get("mapping"), dict):
            yield child["mapping"]
