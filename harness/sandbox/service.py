"""Service: what a vendor's package gives to the engine, and the types of its functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.openapi.catalog import Operation
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.store import Record

Behaviour = Callable[[Org, Call], "Reply | None"]
"""Answers one operation in the vendor's own way; None leaves it to the generic engine."""

Step = Callable[[Org, Call], "Reply | None"]
"""Runs before the operation (auth, quota, checks); a Reply ends the call there."""

Finish = Callable[[Org, Call, Reply], Reply]
"""Runs after the operation (headers, etag), errors included; gives the reply that leaves."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What a body or query has wrong: a JSON pointer, the kind (missing, type, value), and words for people."""

    pointer: str
    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class Ways:
    """How a vendor answers what every REST API must answer.

    `missing`: a record is not there. `unknown`: no operation has this path. `method`: the path exists, the method
    does not. `malformed`: the body is no JSON. `invalid`: body or query breaks the declared types.
    `page`: rows of a list to a Reply; `key` is the field that the document's list envelope has, "" for a bare array.
    `identify`: a new id for a table, of the type that the schema asks for.
    `touch`: sets what the vendor sets itself (url, created_at, updated_at); `fresh` says that the record is new.
    """

    missing: Callable[[Org, Call], Reply]
    unknown: Callable[[Org, Call], Reply]
    method: Callable[[Org, Call], Reply]
    malformed: Callable[[Org, Call], Reply]
    invalid: Callable[[Org, Call, Iterable[Problem]], Reply]
    page: Callable[[Org, Call, str, list[Record]], Reply]
    identify: Callable[[Org, str, Mapping[str, Any]], Any]
    touch: Callable[[Org, Call, str, Record, bool], None]


@dataclass(frozen=True, slots=True)
class Service:
    """One vendor's whole service. `mounts` are the path prefixes, the first one being the API's own.

    `behaviours` go by operationId, by method and path template (`GET /api/v2/tickets`), or by method and last word
    for a whole family (`GET */active`); under a further mount, where there is no document, by method and path.
    `extra` is an OpenAPI tree of operations that the vendor has but no document describes.
    `before` and `after` run in their order around each call of the first mount. `seed` fills a fresh org.
    `tables` corrects the engine's guess of a table: the path's words (`groups/memberships`) to a table's name.
    `ids` names the id field by table, where it is not `id`. `shapes` are full records by table, as the vendor is
    known to show them; a table without one gets its records from the response schemas.
    `local` names the tables whose ids are unique within their parents only. `wrapped` says that an answer holds
    its record under a key of its own, and is not the record itself.
    `credentials` is what `deskcheck sandbox` prints for people and clients.
    `suffixes` may end any path and mean nothing (".json"). `link` is how a row's field that names its parent is
    called. Values that nobody gave are null where they may be, if `nulls`; `typical` may know a better one for a
    named property (None: it does not); fields that a schema does not require are there nevertheless, if `full`.
    """

    name: str
    mounts: tuple[str, ...]
    ways: Ways
    seed: Callable[[Org], None]
    behaviours: Mapping[str, Behaviour] = field(default_factory=dict)
    before: tuple[Step, ...] = ()
    after: tuple[Finish, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
    tables: Mapping[str, str] = field(default_factory=dict)
    ids: Mapping[str, str] = field(default_factory=dict)
    shapes: Mapping[str, Record] = field(default_factory=dict)
    credentials: Mapping[str, str] = field(default_factory=dict)
    suffixes: tuple[str, ...] = ()
    local: frozenset[str] = frozenset()
    wrapped: bool = True
    link: str = "{}_id"
    nulls: bool = True
    full: bool = True
    typical: Callable[[str, Mapping[str, Any]], Any] = lambda name, schema: None
    operations: Callable[[Operation], bool] = lambda _: True
