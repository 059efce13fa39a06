"""Service: what a vendor's folder hands to the engine, and the types of its functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from harness.sandbox.call import Call, Reply
from harness.sandbox.conventions import Conventions
from harness.sandbox.org import Org
from harness.sandbox.resolved_schemas import Problem
from harness.sandbox.store import Record

Behaviour = Callable[[Org, Call], "Reply | None"]
"""Answers one operation in the vendor's own way; None leaves it to the generic engine."""

BeforeCall = Callable[[Org, Call], "Reply | None"]
"""Runs before the operation (auth, quota, validation); a Reply ends the call there."""

AfterCall = Callable[[Org, Call, Reply], Reply]
"""Runs after the operation (headers, etag), errors included; gives the reply that leaves."""


def merged_behaviours(*modules: ModuleType) -> dict[str, Behaviour]:
    """The `BEHAVIOURS` of several modules in one table; of two for the same operation the later one counts."""
    return {name: behaviour for module in modules for name, behaviour in module.BEHAVIOURS.items()}


@dataclass(frozen=True, slots=True)
class Responses:
    """How a vendor answers what every REST API must answer.

    `missing`: a record is not there. `unknown`: no operation has this path. `method`: the path exists, the method
    does not. `invalid`: body or query breaks the declared types.
    `page`: rows of a list to a Reply; `key` is the field that the document's list envelope has, "" for a bare array.
    """

    missing: Callable[[Org, Call], Reply]
    unknown: Callable[[Org, Call], Reply]
    method: Callable[[Org, Call], Reply]
    invalid: Callable[[Org, Call, Iterable[Problem]], Reply]
    page: Callable[[Org, Call, str, list[Record]], Reply]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service(Conventions):
    """One vendor's whole service: its conventions, and what it does in its own way.

    The API itself is served under `/NAME`. `more_mounts` are further hosts of the vendor by the name that
    `deskcheck sandbox` prints for them, with their path prefixes: `{"accounts": "/VENDOR-accounts"}`.
    `behaviours` go by operationId, by method and path template (`GET /api/v2/tickets`), or by method and last word
    for all collections (`GET */active`); under a further mount, where there is no document, by method and path.
    `before` and `after` run in their order around each call of the API. `seed` fills a fresh org.
    `new_id` gives an id for a table, of the type that the schema asks for. `set_derived` sets the fields that the
    vendor sets itself (url, created_at, updated_at); its last argument says that the record is new.
    `usage` shows what the account counted of its quota, as plain data. `credentials` is what `deskcheck sandbox` prints
    for people and clients.
    """

    responses: Responses
    new_id: Callable[[Org, str, Mapping[str, Any]], Any]
    set_derived: Callable[[Org, Call, str, Record, bool], None]
    seed: Callable[[Org], None]
    behaviours: Mapping[str, Behaviour] = field(default_factory=dict)
    before: tuple[BeforeCall, ...] = ()
    after: tuple[AfterCall, ...] = ()
    more_mounts: Mapping[str, str] = field(default_factory=dict)
    credentials: Mapping[str, str] = field(default_factory=dict)
    usage: Callable[[Org], Mapping[str, Any]] = lambda org: {}

    @property
    def mount(self) -> str:
        """The path prefix of the API itself."""
        return f"/{self.name}"

    @property
    def mounts(self) -> Mapping[str, str]:
        """Every path prefix by its name, the API's own first."""
        return {self.name: self.mount, **self.more_mounts}
