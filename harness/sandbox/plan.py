"""What the generic engine does for an operation, read from its path, method and response schema."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.formats.singular import singular
from harness.openapi import walk
from harness.openapi.catalog import Operation, path_words
from harness.sandbox.schema import Schema, Schemas

# Last words of a POST that only asks, although the same path may be read too.
_ASKS = frozenset({"search", "preview", "count", "autocomplete", "query"})
_PARAMETER = re.compile(r"{([^{}]+)}")
# What an envelope may hold beside its rows: how many there are, and what an error answer has in their place.
_BESIDE_ROWS = frozenset({"count", "hasMore", "module", "errorCode", "message", "errors"})


@dataclass(frozen=True, slots=True)
class Parent:
    """One id in a path that says which record the operation is about: its table and its parameter."""

    table: str
    parameter: str


@dataclass(frozen=True, slots=True)
class Plan:
    """How to answer one operation.

    `kind` is list, show, create, update, delete, count, clear (all of a collection), single (one object per org or
    parent), or action.
    `key` is the field of the answer that holds the record or the rows, "" where the answer is the record itself.
    `link` is the field by which rows of a flat table name their parent; where it is empty, nested rows are kept
    apart by their parents' ids. `item` is the schema of one record, `schema` that of the whole answer.
    """

    operation: Operation
    kind: str
    table: str
    parents: tuple[Parent, ...]
    target: str
    status: int
    media_type: str
    schema: Schema | None
    key: str
    item: Any
    link: str = ""
    request: Any = None
    request_key: str = ""


class Planner:
    """Plans for the operations of one document set; a plan is made when it is first needed."""

    def __init__(
        self,
        schemas: Schemas,
        operations: tuple[Operation, ...],
        tables: Mapping[str, str],
        link: str = "{}_id",
        wrapped: bool = True,
    ) -> None:
        self.schemas, self.tables, self.link, self.wrapped = schemas, tables, link, wrapped
        self._roots = {words[0] for operation in operations if len(words := path_words(operation.path)) == 1}
        self._methods: dict[str, set[str]] = {}
        for operation in operations:
            self._methods.setdefault(operation.path, set()).add(operation.method)
        self._holders = {
            path.rpartition("/")[0] for path in self._methods if _PARAMETER.fullmatch(path.rpartition("/")[2])
        }

    def plan(self, operation: Operation) -> Plan:
        """The plan of one operation."""
        status, media, schema = self._success(operation)
        table, link, parents, target = self._place(operation.path)
        request = self._request(operation)
        key, item = self._item(schema, table, operation)
        kind = self._kind(operation, target, schema, key)
        return Plan(
            operation, kind, table, parents, target, status, media, schema, key, item,
            link=link, request=request, request_key=self._wrapper(request, key),
        )  # fmt: skip

    def _raw(self, operation: Operation) -> Any:
        return self.schemas.tree["paths"][operation.path][operation.method.lower()]

    def _success(self, operation: Operation) -> tuple[int, str, Any]:
        """The declared success: 201 before 200 for a POST, JSON before other media types."""
        responses = self._raw(operation).get("responses", {})
        codes = [int(code) for code in map(str, responses) if re.fullmatch(r"2\d\d", code)]
        if not codes:
            return (204 if operation.method == "DELETE" else 200), "", None
        wanted = 201 if operation.method == "POST" and 201 in codes else min(codes)
        response = walk.resolve(self.schemas.tree, next(r for c, r in responses.items() if str(c) == str(wanted)))
        content = response.get("content") or {}
        media = next((name for name in content if "json" in name), next(iter(content), ""))
        body = walk.resolve(self.schemas.tree, content.get(media, {}))
        return wanted, media, body.get("schema") if isinstance(body, dict) else None

    def _request(self, operation: Operation) -> Any:
        body = walk.resolve(self.schemas.tree, self._raw(operation).get("requestBody", {})) or {}
        content = body.get("content") or {}
        return next((media.get("schema") for name, media in content.items() if "json" in name), None)

    def _wrapper(self, request: Any, key: str) -> str:
        """The one property of a request body that holds the record, "" where the body is the record."""
        properties = self.schemas.properties(request) if request is not None else {}
        if key and singular(key) in properties:
            return singular(key)
        if len(properties) == 1:
            name, schema = next(iter(properties.items()))
            return name if self.schemas.properties(schema) else ""
        return ""

    def _place(self, path: str) -> tuple[str, str, tuple[Parent, ...], str]:
        """Table, link field, parents and the parameter of the record itself, from a path template."""
        words: list[str] = []
        parents: list[Parent] = []
        parts = [part for part in path.strip("/").split("/") if part]
        for index, part in enumerate(parts):
            name = _PARAMETER.fullmatch(part)
            if name is None:
                if part in path_words(path):
                    words.append(part)
            elif index == len(parts) - 1:
                return *self._table(words, parents), tuple(parents), name.group(1)
            else:
                parents.append(Parent(self._table(words, parents)[0], name.group(1)))
        return *self._table(words, parents), tuple(parents), ""

    def _table(self, words: list[str], parents: list[Parent]) -> tuple[str, str]:
        name = "/".join(words)
        named = self.tables.get(name, name)
        last = named.split("/")[-1]
        # A table that is named as itself is a family of its own, though its last word is another one's.
        flat = last if last in self._roots and self.tables.get(name) != name else named
        follows = len(parents) == 1 and bool(words) and flat != name and "/" not in flat
        return flat, self.link.format(singular(words[0])) if follows else ""

    def _kind(self, operation: Operation, target: str, schema: Any, key: str) -> str:
        method, path = operation.method, operation.path
        if target:
            return {"GET": "show", "PUT": "update", "PATCH": "update", "DELETE": "delete"}.get(method, "action")
        if method == "GET":
            if path.endswith("/count"):
                return "count"
            kinds = self.schemas.kinds(self.schemas.properties(schema).get(key, {})) if key else ()
            bare = self.schemas.kinds(schema) if schema is not None else ()
            return "list" if "array" in kinds or _rows_only(bare) else "single"
        if method == "POST" and self._is_collection(path) and path.rsplit("/", 1)[-1] not in _ASKS:
            return "create"
        if method == "DELETE" and "GET" in self._methods[path] and path in self._holders:
            return "clear"
        rows = bool(key) and "array" in self.schemas.kinds(self.schemas.properties(schema).get(key, {}))
        return "single" if method in ("PUT", "PATCH") and "GET" in self._methods[path] and not rows else "action"

    def _is_collection(self, path: str) -> bool:
        """Whether records live under a path: it can be listed, or one of them can be named."""
        if "GET" in self._methods[path]:
            return True
        return path in self._holders

    def _item(self, schema: Any, table: str, operation: Operation) -> tuple[str, Any]:
        """The field that holds the record or rows, and the schema of one record."""
        if schema is None:
            return "", None
        node = self.schemas.merged(schema)
        if _rows_only(self.schemas.kinds(node)):
            return "", node.get("items")
        properties = self.schemas.properties(node)
        if not self.wrapped:
            return self._rows(schema, properties)
        last = path_words(operation.path)[-1] if path_words(operation.path) else ""
        names = [table.split("/")[-1], last, "data", "results"]
        for name in (*names, *map(singular, names), *properties):
            found = properties.get(name)
            kinds = self.schemas.kinds(found) if found is not None else ()
            if "array" in kinds:
                return name, self.schemas.merged(found).get("items")
            if ("object" in kinds or not kinds) and found is not None and self.schemas.properties(found):
                # A record that has its own id is no wrapper around its first object.
                return ("", schema) if "id" in properties and name not in names else (name, found)
        return "", schema

    def _rows(self, schema: Any, properties: Schema) -> tuple[str, Any]:
        """The one array of an envelope, which has little else in it; without one the answer is the record."""
        arrays = [name for name, one in properties.items() if "array" in self.schemas.kinds(one)]
        beside = properties.keys() - _BESIDE_ROWS - set(arrays)
        name = "data" if "data" in arrays else arrays[0] if len(arrays) == 1 and not beside else ""
        return (name, self.schemas.merged(properties[name]).get("items")) if name else ("", schema)


def _rows_only(kinds: tuple[str, ...]) -> bool:
    """Whether a schema takes arrays and no objects."""
    return "array" in kinds and "object" not in kinds
