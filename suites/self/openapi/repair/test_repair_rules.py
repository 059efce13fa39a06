"""The table of repairs as a whole: sound documents stay as they are, and no shape of a document breaks it."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mended_documents import mended, openapi

from harness.formats.pointer import parts_of_reference
from harness.openapi import document, walk
from harness.openapi.repair import RULES, repair
from harness.openapi.repair.places import places
from harness.openapi.repair.repair_rules import CLOSED_BRANCHES, PATH_TWINS

SOUND = [
    {"type": "string", "nullable": True, "enum": ["a", None]},
    {"type": "integer", "minimum": 1, "maximum": 1},
    {"oneOf": [{"type": "string"}, {"type": "integer"}, {"type": "array", "items": {}}]},
    {"allOf": [{"type": "object", "properties": {"a": {}}}, {"type": "object", "properties": {"b": {}}}]},
    {"type": "object", "properties": {"required": {"type": "boolean"}, "enum": {"type": "string"}}},
    {"type": "string", "pattern": "^[a-z]+$", "example": {"$ref": "#/nowhere"}},
]


@pytest.mark.parametrize("schema", SOUND)
def test_what_is_sound_is_left_alone(schema: Any) -> None:
    assert mended(copy.deepcopy(schema)) == (schema, [])


def test_every_rule_of_the_table_has_an_example_in_this_folder() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    missing = [rule.name for rule in RULES if f'"{rule.name}"' not in source]
    assert not missing
    assert (PATH_TWINS, CLOSED_BRANCHES) == ("path-twins", "all-of-closed")


keywords = st.sampled_from(
    [*(word for rule in RULES for word in rule.words), "schema", "content", "responses", "parameters", "requestBody",
     "properties", "items", "name", "in", "get", "put", "description", "x-also", "operationId"]
)  # fmt: skip
values = st.sampled_from(
    [None, True, 0, -1, 1.5, "", "true", "string", "object", "array", "path", "query", [], {}, "#/components/schemas/S",
     "#/nowhere", "a{b}", "[", r"\P{InBasicLatin}", ["string", "null"], [{}], [[]], "200", "3"]
)  # fmt: skip
shapes = st.recursive(
    values,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keywords, inner, max_size=4),
    max_leaves=25,
)


@settings(max_examples=400)
@given(shapes, shapes, shapes, st.sampled_from(["3.0.3", "3.1.0"]))
def test_no_shape_of_a_document_breaks_the_repairs(schema: Any, item: Any, part: Any, version: str) -> None:
    tree = openapi(copy.deepcopy(schema), version=version) | {"paths": {"/a/{b}": copy.deepcopy(item)}}
    tree["components"]["parameters"] = {"P": copy.deepcopy(part)}
    tree["components"]["responses"] = copy.deepcopy(part)
    repair(tree)
    json.dumps(tree)
    list(places(tree))


@pytest.mark.parametrize("vendor", document.vendors())
def test_the_pinned_documents_are_whole_after_one_pass(vendor: str) -> None:
    for one in document.pinned(vendor):
        assert repair(one.tree) == ()
        for at, node in walk.refs(one.tree):
            assert walk.lookup(one.tree, parts_of_reference(node["$ref"])) is not None, at
