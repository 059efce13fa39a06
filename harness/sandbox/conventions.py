"""Conventions: how one vendor lays out its API, as far as plain data can say it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.openapi.catalog import Operation
from harness.sandbox.store import Record

UNDOCUMENTED = "undocumented"
"""The name of the document that holds the operations which no published document describes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conventions:
    """What the general engine must know of a vendor to read its documents and keep its records.

    `tables` corrects the engine's guess of a table: the path's words (`groups/memberships`) to a table's name.
    `id_fields` names the field of the id by table, where it is not `id`; `local_ids` are the tables whose ids are
    unique within their parents only. `parent_field` is how a row's field that names its parent is called.
    `wrapped` says that an answer holds its record under a key of its own, and is not the record itself.
    `path_suffixes` may end any path and mean nothing (".json"). `undocumented` is an OpenAPI tree of operations that
    the vendor has but no document describes; `operations` says which of the documents' operations are served.
    `examples` are full records by table, as the vendor is known to show them; a table without one gets its records
    from the response schemas. Values that no caller set are null where they may be, if `prefer_null`; fields that a
    schema does not require are there nevertheless, if `all_fields`; `typical` may know a better value for a named
    property (None: it does not).
    """

    name: str
    tables: Mapping[str, str] = field(default_factory=dict)
    id_fields: Mapping[str, str] = field(default_factory=dict)
    local_ids: frozenset[str] = frozenset()
    parent_field: str = "{}_id"
    wrapped: bool = True
    path_suffixes: tuple[str, ...] = ()
    undocumented: Mapping[str, Any] = field(default_factory=dict)
    operations: Callable[[Operation], bool] = lambda _: True
    examples: Mapping[str, Record] = field(default_factory=dict)
    prefer_null: bool = True
    all_fields: bool = True
    typical: Callable[[str, Mapping[str, Any]], Any] = lambda name, schema: None
