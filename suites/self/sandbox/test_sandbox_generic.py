"""The generic resource engine on a small invented document: made, read, listed, changed, deleted, gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.openapi.document import Document
from harness.sandbox.call import ABSENT, Call
from harness.sandbox.engine import Engine
from harness.sandbox.service import Service
from harness.sandbox.zendesk import SERVICE

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


def answer(status, schema):
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


@pytest.fixture
def send():
    service = Service(
        name="zendesk", responses=SERVICE.responses, new_id=SERVICE.new_id, set_derived=SERVICE.set_derived,
        seed=lambda org: None,
    )  # fmt: skip
    engine = Engine(service, [Document("boxes", "zendesk", Path("boxes.yaml"), "", TREE)])
    org = engine.org()

    def send(method, path, body=ABSENT):
        call = Call(method, f"/api/v2{path}", body=body, now=org.clock.now(), mount="/zendesk")
        match = engine.router.find(method, call.path)
        if match:
            call.operation, call.values = match
        return engine.handle(org, call)

    send.org = org
    return send


def test_a_record_lives_from_create_to_delete(send):
    created = send("POST", "/boxes", {"box": {"label": "first"}})
    assert created.status == 201
    ident = created.body["box"]["id"]
    assert send("GET", f"/boxes/{ident}").body["box"] == created.body["box"]
    assert [box["id"] for box in send("GET", "/boxes").body["boxes"]] == [ident]

    changed = send("PUT", f"/boxes/{ident}", {"box": {"label": "second"}})
    assert changed.body["box"]["label"] == "second"
    assert send("GET", f"/boxes/{ident}").body["box"]["label"] == "second"

    assert send("DELETE", f"/boxes/{ident}").status == 204
    assert send("GET", f"/boxes/{ident}").status == 404
    assert send("DELETE", f"/boxes/{ident}").status == 404
    assert send("GET", "/boxes").body["boxes"] == []


def test_fields_that_nobody_gave_are_filled_as_the_schema_asks(send):
    box = send("POST", "/boxes", {"box": {"label": "bare"}}).body["box"]
    assert box["weight"] >= 1
    assert box["created_at"].endswith("Z")


def test_read_only_fields_are_not_taken_from_a_body(send):
    box = send("POST", "/boxes", {"box": {"label": "sly", "id": 7, "created_at": "1999-01-01T00:00:00Z"}}).body["box"]
    assert box["id"] != 7
    assert box["created_at"] > "2000"


def test_a_wrong_body_changes_nothing(send):
    assert send("POST", "/boxes", {"box": {"label": 5}}).status == 422
    assert send("POST", "/boxes", {"box": {"weight": 2}}).status == 422
    assert send("GET", "/boxes/count").body["count"] == 0


def test_nested_records_belong_to_their_parent_alone(send):
    one, two = (send("POST", "/boxes", {"box": {"label": name}}).body["box"]["id"] for name in "ab")
    send("POST", f"/boxes/{one}/labels", {"box": {"label": "inner"}})
    assert len(send("GET", f"/boxes/{one}/labels").body["boxes"]) == 1
    assert send("GET", f"/boxes/{two}/labels").body["boxes"] == []
    assert send("GET", "/boxes/999/labels").status == 404


def test_what_was_made_beneath_a_record_goes_with_it(send):
    first, second = (send("POST", "/boxes", {"box": {"label": "x", "weight": 1}}).body["box"]["id"] for _ in range(2))
    for box in (first, second):
        send("POST", f"/boxes/{box}/labels", {"box": {"label": "y", "weight": 1}})
    assert send("DELETE", f"/boxes/{first}").status == 204
    assert send("GET", f"/boxes/{first}/labels").status == 404
    assert [row["label"] for row in send("GET", f"/boxes/{second}/labels").body["boxes"]] == ["y"]
    assert send.org.store["boxes/labels"].within((str(first),)) == []


def test_a_single_object_is_read_as_it_was_written(send):
    send("PUT", "/depot", {"depot": {"label": "north"}})
    assert send("GET", "/depot").body["depot"]["label"] == "north"


def test_the_count_follows_the_records(send):
    for _ in range(3):
        send("POST", "/boxes", {"box": {"label": "x"}})
    assert send("GET", "/boxes/count").body["count"] == 3


def test_unknown_paths_and_methods_are_refused(send):
    assert send("GET", "/nowhere").status == 404
    assert send("PATCH", "/boxes").status == 404
