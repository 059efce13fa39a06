"""Each keyword of OpenAPI 3.0 and 3.1 has its rule: what a change of it lets in, and what it keeps out."""

from __future__ import annotations

from typing import Any

import pytest

from harness.contract.dialect import Side
from harness.review.schema_change import SchemaChange
from harness.review.schemas import SchemaComparison

TEXT, INTEGER = {"type": "string"}, {"type": "integer"}
NEEDS_A, NEEDS_B = {"required": ["a"]}, {"required": ["b"]}


def changes(old: Any, new: Any, *, as_xml: bool = False) -> tuple[SchemaChange, ...]:
    return SchemaComparison({}, {}, Side.ANSWER, as_xml=as_xml).changes(old, new)


WIDER, NARROWER, BOTH, NEITHER = (True, False), (False, True), (True, True), (False, False)
# Old, new, what it is from old to new, and how it is told.
RULES: list[tuple[Any, Any, tuple[bool, bool], str]] = [
    (TEXT, INTEGER, BOTH, "type string to integer"),
    (False, TEXT, WIDER, "type nothing to string"),
    ({"enum": ["a"]}, {"enum": ["a", "b"]}, WIDER, "enum with b"),
    ({"const": "a"}, {"const": "b"}, BOTH, "only value a to b"),
    ({"const": "a"}, {"enum": ["a", "b"]}, WIDER, "enum with b"),
    ({"minimum": 1}, {"minimum": 2}, NARROWER, "minimum 1 to minimum 2"),
    ({"minimum": 1}, {"exclusiveMinimum": 1}, NARROWER, "minimum 1 to exclusiveMinimum 1"),
    ({}, {"maximum": 1}, NARROWER, "maximum none to maximum 1"),
    ({"exclusiveMaximum": 1}, {}, WIDER, "exclusiveMaximum 1 to none"),
    ({"minItems": 1}, {"minItems": 2}, NARROWER, "minItems 1 to 2"),
    ({"maxProperties": 1}, {"maxProperties": 2}, WIDER, "maxProperties 1 to 2"),
    ({}, {"maxLength": 0}, NARROWER, "maxLength none to 0"),
    ({}, {"uniqueItems": True}, NARROWER, "uniqueItems none to True"),
    ({"pattern": "a"}, {"pattern": "b"}, BOTH, "pattern a to b"),
    ({}, {"pattern": "a"}, NARROWER, "pattern none to a"),
    ({"multipleOf": 2}, {"multipleOf": 4}, NARROWER, "multipleOf 2 to 4"),
    ({"multipleOf": 4}, {"multipleOf": 2}, WIDER, "multipleOf 4 to 2"),
    ({"multipleOf": 2}, {"multipleOf": 3}, BOTH, "multipleOf 2 to 3"),
    ({"contentEncoding": "base64"}, {"contentEncoding": "base16"}, BOTH, "contentEncoding base64 to base16"),
    ({"contentMediaType": "a/b"}, {}, WIDER, "contentMediaType a/b to none"),
    ({"contentSchema": TEXT}, {"contentSchema": INTEGER}, BOTH, "contentSchema: type string to integer"),
    ({}, {"format": "uuid"}, NARROWER, "format none to uuid"),
    ({"format": "int32"}, {"format": "int64"}, WIDER, "format int32 to int64"),
    ({"format": "int64"}, {"format": "int32"}, NARROWER, "format int64 to int32"),
    ({"format": "email"}, {"format": "idn-email"}, WIDER, "format email to idn-email"),
    ({}, {"format": "int64"}, NEITHER, "format none to int64"),
    ({"items": TEXT}, {"items": INTEGER}, BOTH, "type string to integer"),
    ({"items": TEXT}, {"items": TEXT, "prefixItems": [INTEGER]}, BOTH, "type string to integer"),
    ({}, {"prefixItems": [INTEGER]}, NARROWER, "type any to integer"),
    ({"prefixItems": [TEXT, INTEGER]}, {"prefixItems": [TEXT]}, WIDER, "type integer to any"),
    ({}, {"not": TEXT}, NARROWER, "not added"),
    ({"not": TEXT}, {}, WIDER, "not removed"),
    ({"not": {"enum": ["a"]}}, {"not": {"enum": ["a", "b"]}}, NARROWER, "not: enum with b"),
    ({"not": {"minLength": 1}}, {"not": {"minLength": 2}}, WIDER, "not: minLength 1 to 2"),
    ({}, {"propertyNames": {"maxLength": 3}}, NARROWER, "propertyNames added"),
    ({"propertyNames": {"maxLength": 3}}, {"propertyNames": {"maxLength": 4}}, WIDER,
     "propertyNames: maxLength 3 to 4"),
    ({}, {"if": NEEDS_A, "then": NEEDS_B}, NARROWER, "if added"),
    ({"if": NEEDS_A, "then": NEEDS_B}, {}, WIDER, "if removed"),
    ({"if": NEEDS_A, "then": NEEDS_B}, {"if": NEEDS_B, "then": NEEDS_B}, BOTH, "if: another condition"),
    ({"if": NEEDS_A, "then": TEXT}, {"if": NEEDS_A, "then": INTEGER}, BOTH, "then: type string to integer"),
    ({"if": NEEDS_A, "then": TEXT}, {"if": NEEDS_A, "then": TEXT, "else": TEXT}, NARROWER,
     "else: type any to string"),
    ({}, {"contains": TEXT}, NARROWER, "contains added"),
    ({"contains": TEXT}, {"contains": {}}, WIDER, "contains: type string to any"),
    ({"contains": TEXT, "maxContains": 1}, {"contains": {}, "maxContains": 1}, BOTH, "contains: type string to any"),
    ({"contains": TEXT}, {"contains": TEXT, "minContains": 2}, NARROWER, "minContains 1 to 2"),
    ({"contains": TEXT, "maxContains": 2}, {"contains": TEXT}, WIDER, "maxContains 2 to none"),
    ({"unevaluatedItems": False, "anyOf": [{}, {}]}, {"anyOf": [{}, {}]}, WIDER, "unevaluatedItems removed"),
    ({}, {"dependentRequired": {"a": ["b"]}}, NARROWER, "a now requires b"),
    ({"dependentRequired": {"a": ["b", "c"]}}, {"dependentRequired": {"a": ["b"]}}, WIDER, "a no longer requires c"),
    ({}, {"dependentSchemas": {"a": NEEDS_B}}, NARROWER, "schema of objects with a added"),
    ({"dependentSchemas": {"a": {"minProperties": 2}}}, {"dependentSchemas": {"a": {"minProperties": 3}}}, NARROWER,
     "with a: minProperties 2 to 3"),
    ({"default": 1}, {"default": 2}, NEITHER, "default 1 to 2"),
    ({}, {"deprecated": True}, NEITHER, "deprecated none to True"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "effect", "message"), RULES)
def test_a_keyword_is_judged_by_its_rule(old: Any, new: Any, effect: tuple[bool, bool], message: str) -> None:
    (change,) = changes(old, new)
    assert change.message == message
    assert (change.wider, change.narrower) == effect
    assert change.understood


@pytest.mark.parametrize(("old", "new", "effect", "message"), RULES)
def test_the_way_back_does_the_opposite(old: Any, new: Any, effect: tuple[bool, bool], message: str) -> None:
    (change,) = changes(new, old)
    assert (change.narrower, change.wider) == effect


def test_an_unknown_keyword_that_differs_is_not_understood_and_one_that_does_not_is_no_change() -> None:
    (change,) = changes({"frobnicate": 1}, {"frobnicate": 2})
    assert (change.message, change.understood) == ("frobnicate 1 to 2", False)
    assert changes({"frobnicate": 1}, {"frobnicate": 1}) == ()


def test_a_known_keyword_of_a_wrong_shape_is_not_understood_either() -> None:
    (change,) = changes({"minLength": "1"}, {"minLength": "2"})
    assert not change.understood


def test_xml_matters_where_values_are_written_as_xml() -> None:
    old, new = {"xml": {"name": "a"}}, {"xml": {"name": "b"}}
    assert changes(old, new) == ()
    (change,) = changes(old, new, as_xml=True)
    assert (change.wider, change.narrower) == (True, True)


def test_what_is_no_schema_at_all_is_not_understood_where_it_differs() -> None:
    old, new = ({"properties": {"a": value}} for value in ("text", 5))
    (change,) = changes(old, new)
    assert (change.pointer, change.understood) == ("/a", False)
    assert changes(old, old) == ()
