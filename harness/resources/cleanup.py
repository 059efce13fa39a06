"""What removes a created record: the DELETE of its collection, or what `specs/<vendor>/undo.yaml` says instead."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

from harness.exchange import Request
from harness.openapi import loader, spec_files
from harness.openapi.catalog import Catalog, Operation
from harness.openapi.document import SPECS
from harness.openapi.graph import ResourceGraph, graphs_of
from harness.openapi.paths import template_shape

_PARENT_PARAMETER = re.compile(r"{(?!id})[^{}]+}")


@dataclass(frozen=True, slots=True)
class CleanupStep:
    """One request of a record's removal. `{id}` in `path` and in the texts of `body` stands for the record's id."""

    method: str
    path: str
    body: Any = None

    def under(self, parents: Sequence[str]) -> CleanupStep:
        """The same step with the ids of its parent records in place of the path's first parameters."""
        ids = iter(parents)

        def next_id(parameter: re.Match[str]) -> str:
            # Where there are more parameters than parents, they stay.
            return quote(next(ids, parameter.group()), safe="{}")

        return CleanupStep(self.method, _PARENT_PARAMETER.sub(next_id, self.path), self.body)

    def of(self, record: str) -> CleanupStep:
        """The same step for one record."""
        return CleanupStep(self.method, self.path.replace("{id}", quote(record, safe="")), _filled(self.body, record))

    def request(self, base_url: str) -> Request:
        """The step as a request to an org."""
        body = b"" if self.body is None else json.dumps(self.body).encode()
        headers = (("accept", "application/json"), *([("content-type", "application/json")] if body else []))
        return Request(self.method, base_url + self.path, headers, body)


@dataclass(frozen=True)
class Cleanup:
    """The steps that remove a record of each collection for good, by vendor and collection path.

    `collections` maps a create whose records lie elsewhere (`/api/v2/imports/tickets`) to that collection. `trashes`
    maps a collection to the list of its removed records that are not yet deleted for good.
    `bins` are the lists of what lies in the trash, each with the steps that delete one of its rows for good.
    `side_effects` says, by vendor and operationId, what an operation creates that no removal of a record removes.
    """

    catalog: Catalog
    tables: Mapping[str, Mapping[str, Sequence[CleanupStep]]]
    collections: Mapping[str, Mapping[str, str]]
    trashes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    side_effects: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    bins: Mapping[str, Mapping[str, Sequence[CleanupStep]]] = field(default_factory=dict)

    @cached_property
    def graphs(self) -> Mapping[str, ResourceGraph]:
        """The collections of each vendor, with the creates that add to them from elsewhere."""
        return graphs_of(self.catalog, self.collections)

    def collection(self, operation: Operation) -> str:
        """The path of the collection that a create adds to."""
        return self.graphs[operation.vendor].target(operation)

    def steps(self, vendor: str, collection: str, parents: Sequence[str] = ()) -> tuple[CleanupStep, ...]:
        """Requests that remove one record of `collection` for good, in order; none when nothing documented does.

        `parents` are the ids that stand for the parameters in the collection's path, from left to right.
        """
        from_file = self.tables.get(vendor, {}).get(template_shape(collection))
        steps = self._delete(vendor, collection) if from_file is None else from_file
        return tuple(step.under(parents) for step in steps)

    def _delete(self, vendor: str, collection: str) -> tuple[CleanupStep, ...]:
        """The DELETE of one member as the only step, where the document has one."""
        delete = self.graphs[vendor].at(collection).delete if vendor in self.graphs else None
        return (CleanupStep("DELETE", delete.path.rpartition("/")[0] + "/{id}"),) if delete else ()

    def trash(self, vendor: str, collection: str) -> str:
        """The list in which a removed record of a collection shows until it is deleted for good; empty without one."""
        return self.trashes.get(vendor, {}).get(collection, "")

    def side_effect(self, operation: Operation) -> str:
        """What an operation creates beside its record, as a reason; empty where that is nothing."""
        return self.side_effects.get(operation.vendor, {}).get(operation.operation_id, "")

    def covers(self, operation: Operation) -> bool:
        """Whether all that `operation` may create can be removed: by steps of its own, or with its parent record."""
        if self.side_effect(operation):
            return False
        if operation.method not in ("POST", "PUT", "PATCH"):
            return True
        collection = self.collection(operation)
        has_parent = collection == operation.path and "{" in collection
        return has_parent or bool(self.steps(operation.vendor, collection))


def requests_to_remove(steps: Sequence[CleanupStep]) -> int:
    """Requests that removing one record and proving it takes, where none is lost: each step, a read, a list a step."""
    return 2 * len(steps) + 1 if steps else 0


REQUESTS_TO_RESTORE = 3
"""Requests that restoring one setting takes, where none is lost: it is read, sent, and read again."""


def load(catalog: Catalog, specs: Path = SPECS) -> Cleanup:
    """The cleanup of all vendors. Raises `DocumentError` for a file that is no YAML."""
    tables: dict[str, dict[str, list[CleanupStep]]] = {}
    collections: dict[str, dict[str, str]] = {}
    trashes: dict[str, dict[str, str]] = {}
    effects: dict[str, dict[str, str]] = {}
    bins: dict[str, dict[str, list[CleanupStep]]] = {}
    for path in spec_files.files("*", "undo.yaml", specs):
        data, vendor = loader.read(path), path.parent.name
        rows_by_collection = data.get("steps") or {}
        tables.setdefault(vendor, {}).update(
            {
                template_shape(collection): [step_of(row) for row in rows or ()]
                for collection, rows in rows_by_collection.items()
            }
        )
        collections.setdefault(vendor, {}).update(data.get("collections") or {})
        trashes.setdefault(vendor, {}).update(data.get("trash") or {})
        bins.setdefault(vendor, {}).update(
            {at: [step_of(row) for row in rows] for at, rows in (data.get("bins") or {}).items()}
        )
        effects.setdefault(vendor, {}).update(
            {str(name): str(row["reason"]) for row in data.get("side_effects") or () for name in row["operations"]}
        )
    return Cleanup(catalog, tables, collections, trashes, effects, bins)


def step_of(row: Any) -> CleanupStep:
    """A step as the files of `specs/` write it: `DELETE /path`, or method, path and body."""
    if isinstance(row, str):
        method, path = row.split(" ", 1)
        return CleanupStep(method, path)
    return CleanupStep(row["method"], row["path"], row.get("body"))


def _filled(body: Any, record: str) -> Any:
    if isinstance(body, dict):
        return {key: _filled(value, record) for key, value in body.items()}
    if isinstance(body, list):
        return [_filled(value, record) for value in body]
    return body.replace("{id}", record) if isinstance(body, str) else body
