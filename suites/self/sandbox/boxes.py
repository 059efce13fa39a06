"""A small invented API of boxes with labels, and a depot, served by the general engine."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.openapi.document import Document
from harness.sandbox.call import ABSENT, Call, Reply
from harness.sandbox.engine import Engine
from harness.sandbox.org import Clock, Org
from harness.sandbox.service import Service
from harness.sandbox.zendesk import SERVICE

NOON = 1_767_700_800.0  # 2026-01-06 12:00 UTC

BOX = {
    "type": "object",
    "required": ["id", "label", "weight", "created_at"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "label": {"type": "string"},
        "weight": {"type": "integer", "minimum": 1},
        "created_at": {"type": "string", "format": "date-time", "readOnly": True},
    },
}


def answer(status: str, schema: Any) -> dict[str, Any]:
    return {status: {"description": "", "content": {"application/json": {"schema": schema}}}}


ONE = {"type": "object", "required": ["box"], "properties": {"box": BOX}}
MANY = {"type": "object", "properties": {"boxes": {"type": "array", "items": BOX}, "count": {"type": "integer"}}}
COUNT = {"type": "object", "properties": {"count": {"type": "integer"}}}
DEPOT = {"type": "object", "properties": {"depot": BOX}}
GIVEN = {"type": "object", "properties": {"box": {**BOX, "required": ["label"]}}}
BODY = {"content": {"application/json": {"schema": GIVEN}}}
TREE = {
    "openapi": "3.0.3",
    "paths": {
        "/api/v2/boxes": {
            "get": {"operationId": "listBoxes", "responses": answer("200", MANY)},
            "post": {"operationId": "createBox", "requestBody": BODY, "responses": answer("201", ONE)},
        },
        "/api/v2/boxes/{box_id}": {
            "get": {"operationId": "showBox", "responses": answer("200", ONE)},
            "put": {"operationId": "updateBox", "requestBody": BODY, "responses": answer("200", ONE)},
            "delete": {"operationId": "deleteBox", "responses": {"204": {"description": ""}}},
        },
        "/api/v2/boxes/{box_id}/labels": {
            "get": {"operationId": "listLabels", "responses": answer("200", MANY)},
            "post": {"operationId": "createLabel", "requestBody": BODY, "responses": answer("201", ONE)},
        },
        "/api/v2/boxes/count": {"get": {"operationId": "countBoxes", "responses": answer("200", COUNT)}},
        "/api/v2/depot": {
            "get": {"operationId": "showDepot", "responses": answer("200", DEPOT)},
            "put": {"operationId": "updateDepot", "responses": answer("200", DEPOT)},
        },
    },
}
DOCUMENT = Document("boxes", "zendesk", Path("boxes.yaml"), "", TREE)


def service(**more: Any) -> Service:
    """A service over the boxes, with ids, times and errors as Zendesk has them."""
    plain: Mapping[str, Any] = {
        "name": "zendesk", "responses": SERVICE.responses, "new_id": SERVICE.new_id,
        "set_derived": SERVICE.set_derived, "seed": lambda org: None,
    }  # fmt: skip
    return Service(**{**plain, **more})


def engine(**more: Any) -> Engine:
    """An engine of its own for such a service."""
    return Engine(service(**more), [DOCUMENT])


def new_org(made: Engine, seed: int = 0) -> Org:
    """A fresh org whose clock stands still."""
    return made.org(seed, Clock(source=lambda: NOON))


def call_of(made: Engine, method: str, path: str, body: Any = ABSENT, **query: str) -> Call:
    """A call as the server makes it, with its operation where there is one."""
    call = Call(method, f"/api/v2{path}", body=body, query=tuple(query.items()), now=NOON, mount="/zendesk")
    found = made.router.find(method, call.path)
    if found:
        call.operation, call.values = found
    return call


def send(org: Org, method: str, path: str, body: Any = ABSENT, **query: str) -> Reply:
    """One request to an org of boxes."""
    assert isinstance(org.engine, Engine)
    return org.engine.handle(org, call_of(org.engine, method, path, body, **query))
