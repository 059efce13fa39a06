"""Keywords of schemas that all hold are one set of keywords: the tightest of each, and nothing that says nothing."""

from __future__ import annotations

from typing import Any

import pytest

from harness.review.merged_keywords import Bound, Condition, is_open, is_remark, is_same, merged, value_key

TEXT, NUMBER = {"type": "string"}, {"type": "number"}


@pytest.mark.parametrize(
    ("schemas", "expected"),
    [
        ([{"minLength": 2}, {"minLength": 3}], {"minLength": 3}),
        ([{"maxItems": 2}, {"maxItems": 3}], {"maxItems": 2}),
        ([{"minimum": 1}, {"exclusiveMinimum": 1}], {"lower": Bound(1, True)}),
        ([{"minimum": 1, "exclusiveMinimum": True}], {"lower": Bound(1, True)}),
        ([{"maximum": 1}, {"maximum": 2}], {"upper": Bound(1)}),
        ([{"required": ["a"]}, {"required": ["b", "a"]}], {"required": ("a", "b")}),
        ([{"pattern": "a"}, {"pattern": "b"}, {"pattern": "a"}], {"pattern": ("a", "b")}),
        ([{"properties": {"a": TEXT}}, {"properties": {"a": NUMBER}}], {"properties": {"a": (TEXT, NUMBER)}}),
        ([{"items": TEXT}, {"items": NUMBER}], {"items": (TEXT, NUMBER)}),
        ([{"prefixItems": [TEXT]}, {"items": NUMBER}], {"prefixItems": ((TEXT, NUMBER),), "items": (NUMBER,)}),
        ([{"items": [TEXT], "additionalItems": NUMBER}], {"prefixItems": ((TEXT,),), "items": (NUMBER,)}),
        ([{"dependencies": {"a": ["b"], "c": TEXT}}],
         {"dependentRequired": {"a": frozenset("b")}, "dependentSchemas": {"c": (TEXT,)}}),
        ([{"if": TEXT, "then": NUMBER}], {"if": (Condition((TEXT,), (NUMBER,)),)}),
        ([{"contains": TEXT, "maxContains": 2}], {"contains": (Condition((TEXT,), least=1, most=2),)}),
        ([{"format": "byte"}], {"contentEncoding": ("base64",)}),
        ([{"unevaluatedProperties": False}], {"additionalProperties": (False,)}),
        ([{"unevaluatedProperties": False, "anyOf": []}], {"unevaluatedProperties": ((False,),)}),
        ([{"unevaluatedItems": TEXT}], {"items": (TEXT,)}),
        ([{"frobnicate": 1}], {"unknown": {"frobnicate": 1}}),
        ([{"minLength": "3"}], {"unknown": {"minLength (malformed)": "3"}}),
    ],
)  # fmt: skip
def test_what_all_schemas_say_is_said_once(schemas: list[Any], expected: Any) -> None:
    assert merged(schemas, None) == expected


@pytest.mark.parametrize(
    "schema",
    [
        {"required": []}, {"properties": {}}, {"additionalProperties": True}, {"additionalProperties": {}},
        {"minLength": 0}, {"minItems": 0}, {"minProperties": 0}, {"uniqueItems": False}, {"items": {}},
        {"items": {"description": "d"}}, {"prefixItems": []}, {"propertyNames": True}, {"patternProperties": {"a": {}}},
        {"dependentRequired": {"a": []}}, {"dependentSchemas": {"a": {}}}, {"if": TEXT}, {"then": TEXT, "else": TEXT},
        {"contains": TEXT, "minContains": 0}, {"minContains": 3}, {"not": False}, {"deprecated": False}, {"xml": {}},
        {"pattern": ".*"}, {"unevaluatedProperties": True}, {"unevaluatedItems": {}}, {"title": "t", "x-a": 1},
        {"exclusiveMinimum": False},
    ],
)  # fmt: skip
def test_what_says_nothing_is_left_out(schema: Any) -> None:
    assert merged([schema], None) == {}


def test_keywords_of_another_type_say_nothing() -> None:
    schema = {"minLength": 1, "minimum": 1, "minItems": 1, "minProperties": 1}
    assert merged([schema], frozenset({"string"})) == {"minLength": 1}
    assert merged([schema], frozenset({"integer"})) == {"lower": Bound(1)}


def test_a_property_that_one_schema_has_meets_what_another_says_of_all_others() -> None:
    closed, other = {"properties": {"a": TEXT}, "additionalProperties": False}, {"properties": {"b": NUMBER}}
    assert merged([closed, other], None)["properties"] == {"a": (TEXT,), "b": (NUMBER, False)}


def test_a_whole_number_above_a_bound_begins_with_the_next_one() -> None:
    assert Bound(0, True).lowest(whole=True) == Bound(1).lowest(whole=True)
    assert Bound(3, True).highest(whole=True) == Bound(2).highest(whole=True)
    assert Bound(0, True).lowest(whole=False) > Bound(0).lowest(whole=False)


def test_values_are_equal_as_in_json() -> None:
    assert value_key(1) == value_key(1.0) != value_key(True)
    assert not is_same({"const": 1}, {"const": True})


def test_remarks_say_nothing() -> None:
    assert all(map(is_remark, ("title", "x-anything", "example")))
    assert is_open({"description": "d"})
    assert is_open(True)
    assert not is_open(False)
    assert not is_open({"type": "string"})
