"""The generic resource engine on a small invented document: made, read, listed, changed, deleted, gone."""

from __future__ import annotations

import copy
import dataclasses
from functools import partial

import boxes
import pytest

from harness.sandbox.engine import Engine


@pytest.fixture
def send():
    org = boxes.new_org(boxes.engine())
    bound = partial(boxes.send, org)
    bound.org = org
    return bound


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


def test_a_list_that_the_document_bounds_counts_what_it_shows():
    tree = copy.deepcopy(boxes.TREE)
    shown = tree["paths"]["/api/v2/boxes"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    shown["properties"]["boxes"]["maxItems"] = 1
    made = Engine(boxes.service(), [dataclasses.replace(boxes.DOCUMENT, tree=tree)])
    org = boxes.new_org(made)
    for label in ("one", "two"):
        boxes.send(org, "POST", "/boxes", {"box": {"label": label}})
    body = boxes.send(org, "GET", "/boxes").body
    assert (len(body["boxes"]), body["count"]) == (1, 1)
