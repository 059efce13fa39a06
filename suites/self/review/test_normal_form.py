"""A form says what a schema means, however it is written."""

from __future__ import annotations

from typing import Any

import pytest

from harness.review.normal_form import SchemaForm, SchemaForms

KIND = {"$ref": "#/components/schemas/Kind"}
SCHEMAS = {
    "Kind": {"type": "string", "enum": ["a", "b"]},
    "Alias": KIND,
    "Maybe": {"anyOf": [KIND, {"type": "null"}]},
    "Loop": {"$ref": "#/components/schemas/Loop"},
    "Tree": {"anyOf": [{"type": "string"}, {"$ref": "#/components/schemas/Tree"}]},
}


def form(*schemas: Any, version: str = "3.1.0") -> SchemaForm:
    return SchemaForms({"openapi": version, "components": {"schemas": SCHEMAS}}).of(schemas)


@pytest.mark.parametrize(
    "schema",
    [
        KIND,
        {"allOf": [KIND]},
        {"allOf": [{"allOf": [KIND]}], "description": "d"},
        {"anyOf": [KIND, {"type": "null"}]},
        {"oneOf": [{"type": "null"}, KIND]},
        {"allOf": [KIND], "nullable": True},
        {"type": "string", "allOf": [KIND]},
        {"$ref": "#/components/schemas/Alias"},
        {"allOf": [KIND], "default": "a", "readOnly": True},
    ],
)
def test_a_schema_that_is_a_component_and_nothing_else_is_known_as_it(schema: Any) -> None:
    assert form(schema).reference == KIND["$ref"]


@pytest.mark.parametrize("schema", [{"allOf": [KIND, {"maxLength": 1}]}, {"allOf": [KIND], "maxLength": 1}, {}, True])
def test_a_schema_that_says_more_is_none(schema: Any) -> None:
    assert form(schema).reference == ""


def test_beside_a_reference_nothing_counts_in_openapi_3_0_and_everything_in_3_1() -> None:
    schema = {**KIND, "maxLength": 1}
    assert form(schema, version="3.0.3").reference == KIND["$ref"]
    assert form(schema).reference == ""
    assert form(schema).keywords == {"maxLength": 1}


@pytest.mark.parametrize(
    ("schema", "types"),
    [
        ({"type": "string", "nullable": True}, {"string", "null"}),
        ({"type": "string", "nullable": True, "allOf": [{"type": "string"}]}, {"string"}),
        ({"oneOf": [{"type": "string"}, {"type": "integer"}], "nullable": True}, {"string", "integer", "null"}),
        ({"type": ["string", "null"]}, {"string", "null"}),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, {"string", "null"}),
        ({"oneOf": [{"type": "string"}, {"enum": [None]}]}, {"string", "null"}),
        ({"oneOf": [{"type": ["string", "null"]}, {"type": "null"}]}, {"string"}),
        ({"type": ["string", "null"], "enum": ["a"]}, {"string"}),
        ({"enum": ["a", None]}, {"string", "null"}),
        ({"const": 1}, {"integer"}),
        ({"type": ["integer", "number"]}, {"number"}),
        ({"allOf": [{"type": "number"}, {"type": ["integer", "string"]}]}, {"integer"}),
        ({"anyOf": [{"type": "string"}, {"minimum": 1}]}, None),
        ({"allOf": [{"type": "string"}, {"type": "array"}]}, set()),
        (False, set()),
        (True, None),
        ({"$ref": "#/components/schemas/Tree"}, {"string"}),
        ({"$ref": "#/components/schemas/Loop"}, None),
    ],
)
def test_types_are_those_that_fit(schema: Any, types: set[str] | None) -> None:
    assert form(schema).types == (None if types is None else frozenset(types))


def test_a_form_without_a_value_is_never() -> None:
    assert form(False).is_never
    assert form({"type": "string"}, {"type": "array"}).is_never
    assert not form().is_never


@pytest.mark.parametrize(
    ("schema", "values"),
    [
        ({"const": "a"}, ["a"]),
        ({"enum": ["a", None]}, ["a"]),
        ({"allOf": [{"enum": ["a", "b"]}, {"enum": ["b", "c"]}]}, ["b"]),
        ({"type": "string", "enum": ["a", 1]}, ["a"]),
        ({"type": "boolean", "enum": [True, False]}, None),
        ({"type": "string"}, None),
    ],
)
def test_values_are_those_that_fit(schema: Any, values: list[Any] | None) -> None:
    found = form(schema).values
    assert (None if found is None else list(found.values())) == values


def test_alternatives_of_one_are_none_and_those_inside_are_its_own() -> None:
    text, number, flag = ({"type": name} for name in ("string", "number", "boolean"))
    assert form({"anyOf": [text, {"type": "null"}]}).choices == ()
    (choice,) = form({"anyOf": [text, {"anyOf": [number, flag]}, text]}).choices
    assert choice.options == ((text,), (number,), (flag,))


def test_null_that_a_component_has_not_is_added() -> None:
    assert form({"anyOf": [KIND, {"type": "null"}]}).adds_null
    assert not form(KIND).adds_null
    assert not form({"$ref": "#/components/schemas/Maybe"}).adds_null


def test_what_stands_beside_a_component_is_kept_apart() -> None:
    assert form({"allOf": [KIND], "default": "a"}).beside == {"default": ("a",)}


def test_the_same_schemas_have_one_form() -> None:
    forms, schema = SchemaForms({}), {"type": "string"}
    assert forms.of((schema,)) is forms.of((schema,))


def test_a_reference_to_nothing_is_dangling() -> None:
    forms = SchemaForms({"components": {"schemas": SCHEMAS}})
    assert not forms.is_dangling(KIND["$ref"])
    assert forms.is_dangling("#/components/schemas/Gone")
    assert forms.is_dangling("other.yaml#/components/schemas/Kind")
