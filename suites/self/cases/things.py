"""A small document with a bit of everything: bounds, patterns, an example, credentials, a header of the signer."""

from __future__ import annotations

from typing import Any

from harness.openapi.catalog import Catalog, compile_operations

THING: dict[str, Any] = {
    "type": "object",
    "required": ["name"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 20},
        "size": {"type": "integer", "minimum": 1, "maximum": 100},
        "kind": {"enum": ["small", "large"]},
    },
}
ORG = {"name": "orgId", "in": "header", "required": True, "schema": {"type": "string"}}
PAGE = {"name": "per_page", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100}}
ID = {"name": "thing_id", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}
OK = {"200": {"description": "ok", "content": {"application/json": {"schema": {"type": "object"}}}}}
TREE: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Things", "version": "1"},
    "security": [{"token": []}],
    "paths": {
        "/api/v2/things": {
            "parameters": [{"$ref": "#/components/parameters/Org"}],
            "get": {"operationId": "ListThings", "parameters": [PAGE], "responses": OK},
            "post": {
                "operationId": "CreateThing",
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": THING, "example": {"name": "from the document"}}},
                },
                "responses": OK,
            },
        },
        "/api/v2/things/{thing_id}": {
            "get": {"operationId": "ShowThing", "parameters": [ID, ORG], "responses": OK},
        },
        "/api/v2/health": {"get": {"operationId": "Health", "responses": OK}},
    },
    "components": {
        "parameters": {"Org": ORG},
        "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
    },
}  # fmt: skip

CATALOG = Catalog(compile_operations("zendesk", "things", TREE))
