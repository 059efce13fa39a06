"""OpenAPI 3.0 and 3.1 schemas mean what their versions say, for answers and for requests."""

from __future__ import annotations

import pytest
from promised import exchange, promise

from harness.checks import BY_NAME, judge
from harness.contract.dialect import Side, translate, translation
from harness.openapi import walk


def fits(value, schema, **more) -> bool:
    match, contract = promise({"properties": {"x": schema}}, **more)
    return not judge(exchange({"x": value}), match, contract)


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        ({"type": "string", "nullable": True}, None, True),
        ({"type": "string", "nullable": False}, None, False),
        ({"type": "string", "enum": ["a"], "nullable": True}, None, True),
        ({"type": "string", "enum": ["a"], "nullable": True}, "b", False),
        ({"allOf": [{"type": "string"}], "nullable": True}, None, True),
        ({"$ref": "#/components/schemas/Word", "nullable": True}, None, True),
        ({"type": "integer", "minimum": 3, "exclusiveMinimum": True}, 3, False),
        ({"type": "integer", "minimum": 3, "exclusiveMinimum": True}, 4, True),
        ({"type": "integer", "minimum": 3, "exclusiveMinimum": False}, 3, True),
        ({"type": "integer", "maximum": 3, "exclusiveMaximum": True}, 3, False),
    ],
)
def test_the_keywords_of_3_0(schema, value, expected):
    assert fits(value, schema, schemas={"Word": {"type": "string"}}) is expected


def test_3_0_ignores_what_stands_beside_a_reference_and_3_1_does_not():
    schema, schemas = {"$ref": "#/components/schemas/Word", "maxLength": 1}, {"Word": {"type": "string"}}
    assert fits("long", schema, schemas=schemas, version="3.0.3")
    assert not fits("long", schema, schemas=schemas, version="3.1.0")


def test_3_1_knows_lists_of_types_and_numeric_exclusive_bounds():
    schema = {"type": ["integer", "null"], "exclusiveMinimum": 3}
    assert fits(None, schema, version="3.1.0")
    assert not fits(3, schema, version="3.1.0")


def test_a_property_is_required_of_the_side_that_owns_it():
    schema = {
        "type": "object",
        "required": ["id", "password"],
        "properties": {"id": {"type": "integer", "readOnly": True}, "password": {"type": "string", "writeOnly": True}},
    }
    body = {"required": True, "content": {"application/json": {"schema": schema}}}
    match, contract = promise(schema, requestBody=body)
    checks = [BY_NAME["request_body"]]
    assert not judge(exchange({"id": 1}, sent={"password": "p"}), match, contract)
    assert not judge(exchange({"id": 1}, sent={"password": "p"}), match, contract, checks)
    (answer,) = judge(exchange({"password": "p"}), match, contract)
    (request,) = judge(exchange({"id": 1}, sent={"id": 1}), match, contract, checks)
    assert (answer.pointer, request.pointer) == ("/id", "/password")


def test_names_and_data_that_look_like_keywords_stay():
    tree = {
        "openapi": "3.0.3",
        "components": {"schemas": {"A": {"properties": {"nullable": {"type": "string"}, "$ref": {"type": "string"}}}}},
        "example": {"type": "string", "nullable": True},
    }
    assert translate(tree, Side.ANSWER) == tree


def test_the_tree_itself_is_left_as_it_was():
    tree = {"openapi": "3.0.3", "components": {"schemas": {"A": {"type": "string", "nullable": True}}}}
    translate(tree, Side.ANSWER)
    assert tree["components"]["schemas"]["A"] == {"type": "string", "nullable": True}


NULLABLE = [
    {"properties": {"k": {"type": "integer"}}},
    {"allOf": [{"properties": {"k": {"type": "integer"}}}]},
    {"oneOf": [{"properties": {"k": {"type": "integer"}}}, {"type": "string"}]},
    {"anyOf": [{"properties": {"k": {"type": "integer"}}}]},
    {"not": {"type": "string"}, "properties": {"k": {"type": "integer"}}},
    {"items": {"type": "integer"}},
    {"additionalProperties": {"type": "integer"}},
]


@pytest.mark.parametrize("schema", NULLABLE)
def test_references_into_a_nullable_schema_without_a_type_lead_where_they_did(schema):
    pointer = pointer_to_integer(schema)
    schemas = {"W": schema | {"nullable": True}}
    assert fits(None, {"$ref": "#/components/schemas/W"}, schemas=schemas)
    reference = {"$ref": f"#/components/schemas/W{pointer}"}
    assert fits(5, reference, schemas=schemas)
    assert not fits("x", reference, schemas=schemas)
    assert not fits(None, reference, schemas=schemas)


def pointer_to_integer(schema, at=""):
    if schema == {"type": "integer"}:
        return at
    children = schema.items() if isinstance(schema, dict) else enumerate(schema) if isinstance(schema, list) else ()
    return next((found for key, child in children if (found := pointer_to_integer(child, f"{at}/{key}"))), "")


def test_nullable_schemas_inside_each_other():
    inner = {"nullable": True, "allOf": [{"properties": {"k": {"type": "integer"}}}]}
    schemas = {"W": {"nullable": True, "oneOf": [inner, {"type": "string"}]}}
    reference = {"$ref": "#/components/schemas/W/oneOf/0/allOf/0/properties/k"}
    assert fits(5, reference, schemas=schemas)
    assert not fits("x", reference, schemas=schemas)
    assert fits(None, {"$ref": "#/components/schemas/W/oneOf/0"}, schemas=schemas)


def test_a_place_of_the_document_is_found_in_its_translation():
    schema = {"nullable": True, "oneOf": [{"type": "object", "example": 5}]}
    tree = {"openapi": "3.0.3", "components": {"schemas": {"W": schema}}}
    made = translation(tree, Side.ANSWER)
    at = ("components", "schemas", "W")
    assert walk.lookup(made.tree, made.place((*at, "oneOf", "0")))["type"] == "object"
    assert {"type": "null"} in walk.lookup(made.tree, made.place(at))["anyOf"]
