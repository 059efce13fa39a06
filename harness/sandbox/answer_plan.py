"""Answer plans: how the generic engine answers an operation, worked out from its path, method and schemas."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.formats.singular import singular
from harness.openapi import walk
from harness.openapi.catalog import Operation, path_words
from harness.openapi.graph import graph_of
from harness.openapi.paths import is_parameter
from harness.sandbox.resolved_schemas import ResolvedSchemas, Schema

# Last words of a POST that only asks, although the same path may be read too.
_ASKS = frozenset({"search", "preview", "count", "autocomplete", "query"})
# What a method does to the one record that a path names.
_KIND_OF_ONE = {"GET": "show", "PUT": "update", "PATCH": "update", "DELETE": "delete"}
# What an envelope may hold beside its rows: how many there are, and what an error answer has in their place.
_BESIDE_ROWS = frozenset({"count", "hasMore", "module", "errorCode", "message", "errors"})


@dataclass(frozen=True, slots=True)
class Parent:
    """One id in a path that says which record the operation is about: its table and its parameter."""

    table: str
    parameter: str


@dataclass(frozen=True, slots=True)
class RecordPlace:
    """Which records a path is about: those of a table, under these parents.

    `target` is the parameter that names one record, "" where the path is about the collection. `parent_field` is the
    field by which rows of a flat table name their parent; where it is empty, nested rows are kept apart by the ids of
    their parents.
    """

    table: str
    parents: tuple[Parent, ...]
    target: str
    parent_field: str


@dataclass(frozen=True, slots=True)
class AnswerPlan:
    """How to answer one operation: what it does, to which records, and in what form it answers.

    `kind` is list, show, create, update, delete, count, clear (all of a collection), single (one object per org or
    parent), or action. `table`, `parents`, `target` and `parent_field` are those of its `RecordPlace`.
    `status`, `media_type` and `schema` are those of its declared success. `key` is the field of the answer that holds
    the record or the rows, "" where the answer is the record itself; `item` is the schema of one record.
    `request` is the schema of the body, `request_key` the property of it that holds the record, "" for none.
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
    parent_field: str = ""
    request: Any = None
    request_key: str = ""


class Planner:
    """Plans for the operations of one document set; a plan is made when it is first needed."""

    def __init__(
        self,
        schemas: ResolvedSchemas,
        operations: tuple[Operation, ...],
        tables: Mapping[str, str],
        parent_field: str = "{}_id",
        wrapped: bool = True,
    ) -> None:
        self.schemas, self.tables, self.parent_field, self.wrapped = schemas, tables, parent_field, wrapped
        self._roots = {words[0] for operation in operations if len(words := path_words(operation.path)) == 1}
        self._graph = graph_of(operations)

    def plan(self, operation: Operation) -> AnswerPlan:
        """The plan of one operation."""
        status, media, schema = self._success(operation)
        place = self.place(operation.path)
        request = self._request(operation)
        key, item = self._item(schema, place.table, operation)
        kind = self._kind(operation, place.target, schema, key)
        return AnswerPlan(
            operation, kind, place.table, place.parents, place.target, status, media, schema, key, item,
            place.parent_field, request, self._wrapper(request, key),
        )  # fmt: skip

    def _raw(self, operation: Operation) -> Any:
        return self.schemas.tree["paths"][operation.path][operation.method.lower()]

    def _success(self, operation: Operation) -> tuple[int, str, Any]:
        """The declared success: 201 before 200 for a POST, JSON before other media types."""
        responses = {str(code): response for code, response in self._raw(operation).get("responses", {}).items()}
        codes = [int(code) for code in responses if re.fullmatch(r"2\d\d", code)]
        if not codes:
            return (204 if operation.method == "DELETE" else 200), "", None
        status = 201 if operation.method == "POST" and 201 in codes else min(codes)
        response = walk.resolve(self.schemas.tree, responses[str(status)])
        content = response.get("content") or {}
        media_type = next((name for name in content if "json" in name), next(iter(content), ""))
        body = walk.resolve(self.schemas.tree, content.get(media_type, {}))
        return status, media_type, body.get("schema") if isinstance(body, dict) else None

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

    def place(self, path: str) -> RecordPlace:
        """Which records a path template is about, read from its words and parameters."""
        words: list[str] = []
        parents: list[Parent] = []
        target = ""
        parts = [part for part in path.strip("/").split("/") if part]
        for index, part in enumerate(parts):
            if not is_parameter(part):
                if part in path_words(path):
                    words.append(part)
            elif index == len(parts) - 1:
                target = part[1:-1]
            else:
                parents.append(Parent(self._table(words), part[1:-1]))
        table = self._table(words)
        # `/groups/{group_id}/users` shows rows of the flat table of users, which name their group in a field.
        is_flat = len(parents) == 1 and table != "/".join(words) and "/" not in table
        return RecordPlace(
            table, tuple(parents), target, self.parent_field.format(singular(words[0])) if is_flat and words else ""
        )

    def _table(self, words: list[str]) -> str:
        """The table that the words of a path name: the vendor's own name for it, or else the words themselves."""
        name = "/".join(words)
        corrected = self.tables.get(name, name)
        last = corrected.split("/")[-1]
        # A table that is named as itself stands for itself, though its last word is a table of its own too.
        return last if last in self._roots and self.tables.get(name) != name else corrected

    def _kind(self, operation: Operation, target: str, schema: Any, key: str) -> str:
        """What an operation does, from its method, from what its path names, and from what it answers."""
        method, path = operation.method, operation.path
        if target:
            return _KIND_OF_ONE.get(method, "action")
        has_rows = bool(key) and "array" in self.schemas.kinds(self.schemas.properties(schema).get(key, {}))
        if method == "GET":
            if path.endswith("/count"):
                return "count"
            bare_rows = schema is not None and _rows_only(self.schemas.kinds(schema))
            return "list" if has_rows or bare_rows else "single"
        collection = self._graph.at(path)
        if method == "POST" and collection.holds_records and path.rpartition("/")[2] not in _ASKS:
            return "create"
        if method == "DELETE" and collection.listing and collection.member:
            return "clear"
        if method in ("PUT", "PATCH") and collection.listing and not has_rows:
            return "single"
        return "action"

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
            if name not in properties:
                continue
            inner = properties[name]
            kinds = self.schemas.kinds(inner)
            if "array" in kinds:
                return name, self.schemas.merged(inner).get("items")
            if (not kinds or "object" in kinds) and self.schemas.properties(inner):
                # A record that has its own id is no wrapper around its first object.
                return ("", schema) if "id" in properties and name not in names else (name, inner)
        return "", schema

    def _rows(self, schema: Any, properties: Schema) -> tuple[str, Any]:
        """The one array of an envelope, which has little else in it; without one the answer is the record."""
        arrays = [name for name, inner in properties.items() if "array" in self.schemas.kinds(inner)]
        others = properties.keys() - _BESIDE_ROWS - set(arrays)
        if "data" in arrays:
            name = "data"
        elif len(arrays) == 1 and not others:
            name = arrays[0]
        else:
            return "", schema
        return name, self.schemas.merged(properties[name]).get("items")


def _rows_only(kinds: tuple[str, ...]) -> bool:
    """Whether a schema takes arrays and no objects."""
    return "array" in kinds and "object" not in kinds
