"""Documents to operations, and a method with a URL path back to the operation that it means."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain, count
from typing import Any
from urllib.parse import quote

from harness.openapi import walk
from harness.openapi.base_paths import OTHER_PATHS
from harness.openapi.paths import PathTrie, named_values, parameter_names, segments_of

_FIELD_DEPTH = 5
_FIELD_LIMIT = 400
_WRITABLE = re.compile(
    r"\*/\*|text/|image/|multipart/|application/(\*|octet-stream|x-www-form-urlencoded|(\S+\+)?(json|xml|yaml))"
)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One declared parameter. `place` is path, query, header or cookie; `types` are JSON type names."""

    name: str
    place: str
    required: bool = False
    types: tuple[str, ...] = ()
    enum: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One property of a request body. `pointer` is a JSON pointer with `*` for any array item."""

    pointer: str
    types: tuple[str, ...] = ()
    enum: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """One method and path template of one vendor, with the facts that rules and plans are made from.

    `scopes` is an any-of set. `statuses` are the declared response codes as written ("200", "4XX", "default").
    `media_types` are those of the request body. `aliases` are other ids that the vendor gives the same operation.
    `other_paths` are those under the base paths of further servers. `unsupported` says why no case can be generated, or
    is empty.
    """

    vendor: str
    operation_id: str
    method: str
    path: str
    document: str = ""
    tags: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    fields: tuple[Field, ...] = ()
    body_required: bool = False
    media_types: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    other_paths: tuple[str, ...] = ()
    unsupported: str = ""

    @property
    def key(self) -> str:
        """`vendor:operationId`, unique over all catalogs."""
        return f"{self.vendor}:{self.operation_id}"

    @property
    def resource(self) -> str:
        """The word that groups an operation with its neighbours: its first tag, else its first path word."""
        return self.tags[0] if self.tags else next(iter(path_words(self.path)), "root")


def filled(path: str, values: Mapping[str, str]) -> str:
    """A template with each of the values percent-encoded into its place; the other parameters stay."""
    for name in set(parameter_names(path)) & values.keys():
        path = path.replace(f"{{{name}}}", quote(values[name], safe=""))
    return path


def path_words(path: str) -> tuple[str, ...]:
    """The fixed segments of a template after the API version: `/api/v2/tickets/{id}/tags` -> tickets, tags."""
    parts = [part for part in path.strip("/").split("/") if part and not part.startswith("{")]
    return tuple(part for part in parts if part != "api" and not re.fullmatch(r"v\d+(\.\d+)?", part))


def compile_operations(vendor: str, document: str, tree: dict[str, Any]) -> tuple[Operation, ...]:
    """Every operation of one bundled OpenAPI tree, in document order; none is left out, and no two share a key."""
    operations: dict[str, Operation] = {}
    for path, method, item in walk.operations(tree):
        operation = _operation(vendor, document, tree, path, method, item)
        name = _unused_id(operation.operation_id, operations)
        operations[name] = replace(operation, operation_id=name)
    return tuple(operations.values())


def _unused_id(name: str, used: Container[str]) -> str:
    """The id itself, or with the first number that makes it a new one: those made of `/a-b` and `/a/b` are alike."""
    names = chain([name], (f"{name}_{number}" for number in count(2)))
    return next(candidate for candidate in names if candidate not in used)


def _operation(
    vendor: str, document: str, tree: dict[str, Any], path: str, method: str, item: dict[str, Any]
) -> Operation:
    raw = item[method]
    body = walk.resolve(tree, raw.get("requestBody", {})) or {}
    content = body.get("content", {}) if isinstance(body, dict) else {}
    schema: Any = next((media.get("schema", {}) for media in content.values() if isinstance(media, dict)), {})
    declared = [*item.get("parameters", []), *raw.get("parameters", [])]
    parameters = [walk.resolve(tree, parameter) for parameter in declared]
    return Operation(
        vendor=vendor,
        operation_id=str(raw.get("operationId") or _id_of_path(method, path)),
        method=method.upper(),
        path=path,
        document=document,
        tags=tuple(str(tag) for tag in raw.get("tags", [])),
        scopes=_scopes(raw.get("security", tree.get("security", []))),
        parameters=tuple(_parameter(tree, row) for row in parameters if isinstance(row, dict) and "name" in row),
        fields=tuple(_fields(tree, schema)),
        body_required=bool(body.get("required")),
        media_types=tuple(content),
        statuses=tuple(str(code) for code in raw.get("responses", {})),
        aliases=tuple(raw.get("x-also", ())),
        other_paths=tuple(raw.get(OTHER_PATHS, ())),
        unsupported=_unsupported(path, bool(body.get("required")), tuple(content)),
    )


def _unsupported(path: str, body_required: bool, media_types: tuple[str, ...]) -> str:
    """Why no request can be made from the description, or nothing."""
    if not re.fullmatch(r"/(?:[^{}?#\s]|{[^{}?#\s]+})*", path):
        return f"the path {path!r} is no template: it must begin with / and name its parameters in braces"
    if body_required and media_types and not any(_WRITABLE.match(kind) for kind in media_types):
        return f"no body can be made of type {', '.join(media_types)}"
    return ""


def _id_of_path(method: str, path: str) -> str:
    return "_".join([method, *re.findall(r"\w+", path)])


def _scopes(security: Iterable[Mapping[str, Iterable[str]]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(scope for option in security or () for scopes in option.values() for scope in scopes))


def _parameter(tree: dict[str, Any], raw: dict[str, Any]) -> Parameter:
    schema = walk.resolve(tree, raw.get("schema", {}))
    if own := walk.beside(tree, raw.get("schema")):
        schema = {**schema, **own} if isinstance(schema, dict) else own
    return Parameter(
        name=str(raw["name"]),
        place=str(raw.get("in", "query")),
        required=bool(raw.get("required")),
        types=walk.type_names(schema),
        enum=_enum(schema),
    )


def _enum(schema: Any) -> tuple[str, ...]:
    if not isinstance(schema, dict):
        return ()
    items = schema.get("items")
    values = schema.get("enum") or (items.get("enum") if isinstance(items, dict) else None)
    return tuple(str(value) for value in values) if isinstance(values, list) else ()


def _fields(tree: dict[str, Any], schema: Any) -> Iterator[Field]:
    """The body's properties, breadth first, cut at 5 levels and 400 fields so that a cycle ends."""
    queue: list[tuple[str, Any, int]] = [("", schema, 0)]
    pointers: set[str] = set()
    while queue and len(pointers) < _FIELD_LIMIT:
        at, node, depth = queue.pop(0)
        if own := walk.beside(tree, node):
            queue.append((at, own, depth))
        node = walk.resolve(tree, node)
        if not isinstance(node, dict) or depth > _FIELD_DEPTH:
            continue
        for branch in ("allOf", "anyOf", "oneOf"):
            queue.extend((at, child, depth + 1) for child in node.get(branch, ()))
        if "items" in node:
            queue.append((f"{at}/*", node["items"], depth + 1))
        required = node.get("required", ())
        for name, child in (node.get("properties") or {}).items():
            pointer = f"{at}/{name}"
            if pointer not in pointers:
                pointers.add(pointer)
                inner = walk.resolve(tree, child)
                yield Field(
                    pointer, walk.type_names(inner), _enum(inner), isinstance(required, list) and name in required
                )
                queue.append((pointer, child, depth + 1))


@dataclass(frozen=True, slots=True)
class Match:
    """An operation and the raw values of its path parameters in one concrete URL path."""

    operation: Operation
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Catalog:
    """All operations of a set of documents; the first document that describes a method and path wins."""

    operations: tuple[Operation, ...]

    @cached_property
    def by_key(self) -> Mapping[str, Operation]:
        """Keys and aliases to operations."""
        own = {operation.key: operation for operation in self.operations}
        also = {f"{op.vendor}:{alias}": op for op in self.operations for alias in op.aliases}
        return also | own

    @cached_property
    def _tries(self) -> Mapping[str, PathTrie[Operation]]:
        tries: dict[str, PathTrie[Operation]] = {}
        for operation in self.operations:
            trie = tries.setdefault(operation.vendor, PathTrie())
            trie.add(operation.path, operation.method, operation)
        for operation in self.operations:
            for path in operation.other_paths:
                tries[operation.vendor].add(path, operation.method, operation)
        return tries

    def of(self, vendor: str) -> Catalog:
        """The part that belongs to one vendor."""
        return Catalog(tuple(op for op in self.operations if op.vendor == vendor))

    def match(self, vendor: str, method: str, path: str) -> Match | None:
        """The operation of a decoded path as a router would find it: fixed words before parameters."""
        return next(iter(self.matches(vendor, method, path)), None)

    def matches(self, vendor: str, method: str, path: str) -> Iterator[Match]:
        """Every operation whose template fits, most literal first."""
        trie = self._tries.get(vendor)
        if trie is None:
            return
        for operations, values in trie.find(segments_of(path)):
            operation = operations.get(method.upper())
            if operation is not None:
                yield Match(operation, named_values(operation.path, values))
