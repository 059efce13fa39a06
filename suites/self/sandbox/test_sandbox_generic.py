"""The generic resource engine on a small invented document: made, read, listed, changed, deleted, gone."""

from __future__ import annotations

from functools import partial

import boxes
import pytest


@pytest.fixture
def ask():
    org = boxes.new_org(boxes.engine())
    bound = partial(boxes.ask, org)
    bound.org = org
    return bound


def test_a_record_lives_from_create_to_delete(ask):
    made = ask("POST", "/boxes", {"box": {"label": "first"}})
    assert made.status == 201
    ident = made.body["box"]["id"]
    assert ask("GET", f"/boxes/{ident}").body["box"] == made.body["box"]
    assert [box["id"] for box in ask("GET", "/boxes").body["boxes"]] == [ident]

    changed = ask("PUT", f"/boxes/{ident}", {"box": {"label": "second"}})
    assert changed.body["box"]["label"] == "second"
    assert ask("GET", f"/boxes/{ident}").body["box"]["label"] == "second"

    assert ask("DELETE", f"/boxes/{ident}").status == 204
    assert ask("GET", f"/boxes/{ident}").status == 404
    assert ask("DELETE", f"/boxes/{ident}").status == 404
    assert ask("GET", "/boxes").body["boxes"] == []


def test_fields_that_nobody_gave_are_filled_as_the_schema_asks(ask):
    box = ask("POST", "/boxes", {"box": {"label": "bare"}}).body["box"]
    assert box["weight"] >= 1
    assert box["created_at"].endswith("Z")


def test_read_only_fields_are_not_taken_from_a_body(ask):
    box = ask("POST", "/boxes", {"box": {"label": "sly", "id": 7, "created_at": "1999-01-01T00:00:00Z"}}).body["box"]
    assert box["id"] != 7
    assert box["created_at"] > "2000"


def test_a_wrong_body_changes_nothing(ask):
    assert ask("POST", "/boxes", {"box": {"label": 5}}).status == 422
    assert ask("POST", "/boxes", {"box": {"weight": 2}}).status == 422
    assert ask("GET", "/boxes/count").body["count"] == 0


def test_nested_records_belong_to_their_parent_alone(ask):
    one, two = (ask("POST", "/boxes", {"box": {"label": name}}).body["box"]["id"] for name in "ab")
    ask("POST", f"/boxes/{one}/labels", {"box": {"label": "inner"}})
    assert len(ask("GET", f"/boxes/{one}/labels").body["boxes"]) == 1
    assert ask("GET", f"/boxes/{two}/labels").body["boxes"] == []
    assert ask("GET", "/boxes/999/labels").status == 404


def test_what_was_made_beneath_a_record_goes_with_it(ask):
    first, second = (ask("POST", "/boxes", {"box": {"label": "x", "weight": 1}}).body["box"]["id"] for _ in range(2))
    for box in (first, second):
        ask("POST", f"/boxes/{box}/labels", {"box": {"label": "y", "weight": 1}})
    assert ask("DELETE", f"/boxes/{first}").status == 204
    assert ask("GET", f"/boxes/{first}/labels").status == 404
    assert [row["label"] for row in ask("GET", f"/boxes/{second}/labels").body["boxes"]] == ["y"]
    assert ask.org.store["boxes/labels"].within((str(first),)) == []


def test_a_single_object_is_read_as_it_was_written(ask):
    ask("PUT", "/depot", {"depot": {"label": "north"}})
    assert ask("GET", "/depot").body["depot"]["label"] == "north"


def test_the_count_follows_the_records(ask):
    for _ in range(3):
        ask("POST", "/boxes", {"box": {"label": "x"}})
    assert ask("GET", "/boxes/count").body["count"] == 3


def test_unknown_paths_and_methods_are_refused(ask):
    assert ask("GET", "/nowhere").status == 404
    assert ask("PATCH", "/boxes").status == 404
