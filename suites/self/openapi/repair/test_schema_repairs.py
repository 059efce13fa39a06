"""Repairs of what schemas are made of: each on the smallest schema that shows its defect."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from mended_documents import mended, openapi, operation

from harness.openapi.repair import repair
from harness.openapi.repair.schema_repairs import number

# Rule, version, schema, what it becomes.
SCHEMAS: list[tuple[str, str, Any, Any]] = [
    ("nullable-in-3.1", "3.1.0", {"type": "string", "nullable": True}, {"type": ["string", "null"]}),
    ("nullable-in-3.1", "3.1.0", {"type": "string", "nullable": False}, {"type": "string"}),
    ("word-for-value", "3.0.3", {"type": "string", "minLength": "3", "nullable": "true"},
     {"type": "string", "minLength": 3, "nullable": True}),
    ("word-for-value", "3.0.3", {"type": "number", "maximum": "1.5"}, {"type": "number", "maximum": 1.5}),
    ("type-name", "3.0.3", {"type": "int"}, {"type": "integer"}),
    ("type-name", "3.0.3", {"type": ["string", "null"]}, {"type": "string", "nullable": True}),
    ("type-name", "3.0.3", {"type": "null"}, {"nullable": True, "enum": [None]}),
    ("type-name", "3.1.0", {"type": ["str", "null"]}, {"type": ["string", "null"]}),
    ("items", "3.0.3", {"type": "array"}, {"type": "array", "items": {}}),
    ("items", "3.0.3", {"items": [{"type": "string"}]}, {"items": {"type": "string"}}),
    ("one-of-several", "3.0.3", {"oneOf": [{"type": "integer"}, {"type": "number"}]},
     {"anyOf": [{"type": "integer"}, {"type": "number"}]}),
    ("dangling-ref", "3.0.3", {"$ref": "#/components/schemas/Nowhere"}, {}),
    ("dangling-ref", "3.0.3", {"$ref": "#/components/schemas/S"}, {}),
    ("all-of-itself", "3.0.3", {"allOf": [{"$ref": "#/components/schemas/S"}], "type": "object"}, {"type": "object"}),
    ("properties-twice", "3.0.3", {"properties": {"a": "text"}}, {"properties": {"a": {}}}),
    ("dangling-discriminator", "3.0.3", {"discriminator": {"mapping": {"a": "Nowhere"}}}, {}),
    ("dangling-discriminator", "3.0.3", {"discriminator": {"mapping": {"a": "#/components/x"}}}, {}),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "version", "schema", "wanted"), SCHEMAS)
def test_a_schema_becomes_what_was_meant(rule: str, version: str, schema: Any, wanted: Any) -> None:
    found, rules = mended(copy.deepcopy(schema), version)
    assert found == wanted
    assert rule in rules


def test_an_earlier_schema_of_the_name_is_what_all_of_itself_means() -> None:
    tree = openapi({"allOf": [{"$ref": "#/components/schemas/S"}], "properties": {"b": {}}})
    repair(tree, {"S": {"properties": {"a": {}}}})
    assert tree["components"]["schemas"]["S"]["allOf"] == [{"properties": {"a": {}}}]


def test_dangling_examples_and_answers_are_dropped() -> None:
    media = {"schema": {}, "examples": {"a": {"$ref": "#/components/examples/A"}, "b": {"value": 1}}}
    found, rules = operation(
        responses={"200": {"description": "", "content": {"application/json": media}}, "404": {"$ref": "#/no"}}
    )
    assert found["responses"]["200"]["content"]["application/json"]["examples"] == {"b": {"value": 1}}
    assert found["responses"]["404"] == {"description": ""}
    assert rules == ["dangling-example", "dangling-ref"]


@pytest.mark.parametrize(("text", "value"), [("3", 3), ("3.0", 3), ("1.5", 1.5), ("three", None), ("", None)])
def test_a_number_is_read_where_a_text_spells_one(text: str, value: float | None) -> None:
    assert number(text) == value


def test_a_mapping_may_have_the_bare_name_of_a_schema() -> None:
    about = {"propertyName": "k", "mapping": {"a": "A", "b": "#/components/schemas/A"}}
    schemas = {"A": {"type": "object"}, "S": {"oneOf": [{"$ref": "#/components/schemas/A"}], "discriminator": about}}
    tree = {"openapi": "3.0.3", "paths": {}, "components": {"schemas": schemas}}
    assert repair(tree) == ()
    assert schemas["S"]["discriminator"] == about
