"""A contract of one operation, and exchanges with it, for tests to read as examples."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from harness.contract.contract import Contract
from harness.exchange import Exchange, Request, Response
from harness.openapi.catalog import Match, compile_operations
from harness.openapi.document import Document

JSON = "application/json"


def promise(
    schema: Any = None, *, version: str = "3.0.3", vendor: str = "zendesk", **more: Any
) -> tuple[Match, Contract]:
    """`PUT /api/v2/things/{id}` that promises `schema` in a 200; `more` adds to the operation, `schemas` beside it."""
    components = {"schemas": more.pop("schemas", {})}
    answer = {"200": {"description": "", "content": {JSON: {"schema": schema or {}}}}}
    operation = {"operationId": "PutThing", "responses": answer} | more
    tree = {
        "openapi": version,
        "info": {},
        "paths": {"/api/v2/things/{id}": {"put": operation}},
        "components": components,
    }
    document = Document("made", vendor, Path("made.yaml"), "", tree)
    (made,) = compile_operations(vendor, "made", tree)
    return Match(made, {"id": "7"}), Contract.over([document])


def exchange(
    body: Any = None, status: int = 200, media_type: str = JSON, query: str = "", sent: Any = None, **headers: str
) -> Exchange:
    """An answer with `body` (bytes as they are, anything else as JSON) to a request with the JSON body `sent`."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    given = (("content-type", media_type),) if media_type else ()
    extra = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    request_headers = (("content-type", JSON),) if sent is not None else ()
    return Exchange(
        Request(
            "PUT",
            f"https://example.zendesk.com/api/v2/things/7{query}",
            request_headers,
            b"" if sent is None else json.dumps(sent).encode(),
        ),
        Response(status, given + extra, raw),
    )
