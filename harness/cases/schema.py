"""The document as schemathesis sees it, with every send of its own brought to our door."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import requests
from schemathesis.config import SchemathesisConfig
from schemathesis.core.transport import Response
from schemathesis.generation.case import Case as GeneratedCase
from schemathesis.generation.overrides import Override
from schemathesis.openapi import from_dict
from schemathesis.schemas import APIOperation, BaseSchema
from schemathesis.transport.requests import REQUESTS_TRANSPORT, RequestsTransport

from harness import exchange
from harness.cases import pattern
from harness.openapi import walk

Schema = BaseSchema
Send = Callable[[exchange.Request], exchange.Response]
"""What sends a request: the guarded client of the run."""

BASE = "http://deskcheck.invalid"
"""Stands where a base URL must; the sender puts the target's own in."""

SIGNED = frozenset({"orgid"})
"""Header parameters that are part of the credentials, in lower case: generated ones would name a foreign org."""


def open_schema(tree: dict[str, Any], send: Send | None = None) -> Schema:
    """The schemathesis schema of a document tree (left unchanged); its sends go to `send`, or nowhere.

    Raises what schemathesis raises for a tree that it cannot load.
    """
    # An explicit configuration, or schemathesis would look for its own file in the working directory.
    own = copy.deepcopy(tree)
    pattern.quicken(own)
    _leave_to_signer(own)
    schema = from_dict(own, config=SchemathesisConfig(seed=1))
    schema.config.update(base_url=BASE)
    schema.config.generation.with_security_parameters = False
    schema.config.generation.allow_x00 = False
    # Methods that no document declares are for the guard's own tests: to send them would be refused anyway.
    schema.config.phases.coverage.unexpected_methods = set()
    door = _Door(send or _closed)
    # `transport` is a read-only property of the class; a subclass per schema is the only place to answer otherwise.
    schema.__class__ = type("Schema", (type(schema),), {"transport": property(lambda self: door)})
    return schema


def _leave_to_signer(tree: dict[str, Any]) -> None:
    """Take the header parameters that the signer puts in out of every operation."""
    items = [item for item in tree.get("paths", {}).values() if isinstance(item, dict)]
    for node in [*items, *(one for item in items for one in item.values() if isinstance(one, dict))]:
        if isinstance(rows := node.get("parameters"), list):
            node["parameters"] = [row for row in rows if not _signed(walk.resolve(tree, row))]


def _signed(parameter: Any) -> bool:
    return (
        isinstance(parameter, dict)
        and parameter.get("in") == "header"
        and str(parameter.get("name", "")).lower() in SIGNED
    )


def operation(schema: Schema, method: str, path: str) -> APIOperation[Any, Any, Any, Any]:
    """One operation, parsed only now."""
    found: APIOperation[Any, Any, Any, Any] = schema[path][method.upper()]
    return found


class _Door(RequestsTransport):
    """Serialises as schemathesis does, but hands every request to `send`."""

    def __init__(self, send: Send) -> None:
        super().__init__()
        self._copy_serializers_from(REQUESTS_TRANSPORT)
        self.out = send

    def send(self, case: GeneratedCase[Any], *, session: requests.Session | None = None, **kwargs: Any) -> Response:
        known = {key: kwargs[key] for key in ("base_url", "headers", "params", "cookies") if key in kwargs}
        prepared = requests.Request(**self.serialize_case(case, **known)).prepare()
        answer = answered(prepared, self.out(request_of(prepared)))
        answer._override = Override.from_send_kwargs(kwargs)
        return answer


def _closed(request: exchange.Request) -> exchange.Response:
    raise RuntimeError(f"nothing may be sent while cases are generated: {request.method} {request.url}")


def request_of(prepared: requests.PreparedRequest) -> exchange.Request:
    """A prepared request of the requests library as ours."""
    body = prepared.body
    data = body.encode() if isinstance(body, str) else body if isinstance(body, bytes) else b""
    headers = tuple((name.lower(), str(value)) for name, value in prepared.headers.items())
    return exchange.Request(str(prepared.method), str(prepared.url), headers, data)


def answered(prepared: requests.PreparedRequest, response: exchange.Response) -> Response:
    """Our response in the form that schemathesis' checks read."""
    headers: dict[str, list[str]] = {}
    for name, value in response.headers:
        headers.setdefault(name, []).append(value)
    return Response(
        status_code=response.status,
        headers=headers,
        content=response.body,
        request=prepared,
        elapsed=response.elapsed,
        verify=True,
        encoding="utf-8",
    )
