"""The document as schemathesis sees it; every request of its own goes to a function of ours."""

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
from harness.vendors import org_headers

Schema = BaseSchema
Send = Callable[[exchange.Request], exchange.Response]
"""What sends a request: the guarded client of the run."""

BASE = "http://deskcheck.invalid"
"""In place of a base URL; the sender puts in the target's own."""


def open_schema(tree: dict[str, Any], send: Send | None = None) -> Schema:
    """The schemathesis schema of a document tree (left unchanged); its sends go to `send`, or nowhere.

    Raises what schemathesis raises for a tree that it cannot load.
    """
    changed = copy.deepcopy(tree)
    pattern.quicken(changed)
    _remove_signed_headers(changed)
    # An explicit configuration, or schemathesis would look for its own file in the working directory.
    schema = from_dict(changed, config=SchemathesisConfig(seed=1))
    schema.config.update(base_url=BASE)
    schema.config.generation.with_security_parameters = False
    schema.config.generation.allow_x00 = False
    # Methods that no document declares are for the guard's own tests: to send them would be refused anyway.
    schema.config.phases.coverage.unexpected_methods = set()
    transport = _FunctionTransport(send or _refuse)
    # `transport` is a read-only property of the class; only a subclass per schema can give another one.
    schema.__class__ = type("Schema", (type(schema),), {"transport": property(lambda self: transport)})
    return schema


def _remove_signed_headers(tree: dict[str, Any]) -> None:
    """Take the header parameters that are part of the credentials out of every path and operation."""
    paths = [item for item in tree.get("paths", {}).values() if isinstance(item, dict)]
    operations = [node for item in paths for node in item.values() if isinstance(node, dict)]
    for node in (*paths, *operations):
        rows = node.get("parameters")
        if isinstance(rows, list):
            node["parameters"] = [row for row in rows if not _is_signed_header(walk.resolve(tree, row))]


def _is_signed_header(parameter: Any) -> bool:
    return (
        isinstance(parameter, dict)
        and parameter.get("in") == "header"
        and str(parameter.get("name", "")).lower() in org_headers()
    )


def operation(schema: Schema, method: str, path: str) -> APIOperation[Any, Any, Any, Any]:
    """One operation, parsed only now."""
    parsed: APIOperation[Any, Any, Any, Any] = schema[path][method.upper()]
    return parsed


class _FunctionTransport(RequestsTransport):
    """Serialises as schemathesis does, but hands every request to `send`."""

    def __init__(self, send: Send) -> None:
        super().__init__()
        self._copy_serializers_from(REQUESTS_TRANSPORT)
        self.function = send

    def send(self, case: GeneratedCase[Any], *, session: requests.Session | None = None, **kwargs: Any) -> Response:
        options = {key: kwargs[key] for key in ("base_url", "headers", "params", "cookies") if key in kwargs}
        prepared = requests.Request(**self.serialize_case(case, **options)).prepare()
        response = response_for_checks(prepared, self.function(request_of(prepared)))
        response._override = Override.from_send_kwargs(kwargs)
        return response


def _refuse(request: exchange.Request) -> exchange.Response:
    raise RuntimeError(f"nothing may be sent while cases are generated: {request.method} {request.url}")


def request_of(prepared: requests.PreparedRequest) -> exchange.Request:
    """A prepared request of the requests library as ours."""
    body = prepared.body
    if isinstance(body, str):
        body = body.encode()
    data = body if isinstance(body, bytes) else b""
    headers = tuple((name.lower(), str(value)) for name, value in prepared.headers.items())
    return exchange.Request(str(prepared.method), str(prepared.url), headers, data)


def response_for_checks(prepared: requests.PreparedRequest, response: exchange.Response) -> Response:
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
