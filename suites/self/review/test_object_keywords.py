"""Properties by name, by pattern and all others: which came, which went, which values a map takes."""

from __future__ import annotations

from typing import Any

import pytest

from harness.contract.dialect import Side
from harness.review.schemas import SchemaComparison

TEXT, INTEGER = {"type": "string"}, {"type": "integer"}
A, B = {"properties": {"a": TEXT}}, {"properties": {"b": TEXT}}
CLOSED, TEXTS = {"additionalProperties": False}, {"additionalProperties": TEXT}

WIDER, NARROWER, BOTH, NEITHER = (True, False), (False, True), (True, True), (False, False)
RULES: list[tuple[Any, Any, tuple[bool, bool], str, str]] = [
    ({}, A, NEITHER, "/a", "property a added"),
    ({}, {**A, "required": ["a"]}, NARROWER, "/a", "property a added, required"),
    ({"required": ["a"]}, {**A, "required": ["a"]}, NEITHER, "/a", "property a added, required"),
    (A, {}, WIDER, "/a", "property a removed"),
    ({**A, **CLOSED}, CLOSED, BOTH, "/a", "property a removed"),
    (CLOSED, {**A, **CLOSED}, WIDER, "/a", "property a added"),
    (A, {**A, "required": ["a"]}, NARROWER, "/a", "property a is now required"),
    ({"required": ["a"]}, {}, WIDER, "/a", "property a is no longer required"),
    ({}, {"required": ["a"]}, NARROWER, "/a", "property a is now required"),
    (A, {"properties": {"a": False}}, BOTH, "/a", "property a removed"),
    ({}, {"properties": {"a": False}}, NARROWER, "/a", "property a is refused"),
    ({"properties": {"a": False}}, {}, WIDER, "/a", "property a is no longer refused"),
    (A, {**A, **CLOSED}, NARROWER, "", "closed to further properties"),
    ({**A, **CLOSED}, {**A, **TEXTS}, WIDER, "", "open to further properties"),
    (TEXTS, {"additionalProperties": INTEGER}, BOTH, "/*", "type string to integer"),
    (TEXTS, {}, WIDER, "/*", "type string to any"),
    ({"additionalProperties": A}, {"additionalProperties": {}}, WIDER, "/*/a", "property a removed"),
    ({}, {"patternProperties": {"^a": TEXT}}, NARROWER, "", "properties that match ^a added"),
    (CLOSED, {"patternProperties": {"^a": TEXT}, **CLOSED}, WIDER, "", "properties that match ^a added"),
    ({"patternProperties": {"^a": TEXT}}, {"patternProperties": {"^a": INTEGER}}, BOTH, "",
     "properties that match ^a: type string to integer"),
    ({}, {"unevaluatedProperties": False, "allOf": [A]}, NEITHER, "/a", "property a added"),
    ({"allOf": [A]}, {"unevaluatedProperties": False, "allOf": [A]}, NARROWER, "", "closed to further properties"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "effect", "pointer", "message"), RULES)
def test_a_change_of_properties_is_told_where_it_is(
    old: Any, new: Any, effect: tuple[bool, bool], pointer: str, message: str
) -> None:
    change = SchemaComparison({}, {}, Side.ANSWER).changes(old, new)[0]
    assert (change.pointer, change.message) == (pointer, message)
    assert (change.wider, change.narrower) == effect


def test_a_property_that_gets_a_name_is_compared_with_what_all_others_were() -> None:
    removed, changed = SchemaComparison({}, {}, Side.ANSWER).changes({**A, **TEXTS}, {"additionalProperties": INTEGER})[
        :2
    ]
    assert removed.message == "property a removed"
    assert (changed.pointer, changed.message) in (("/a", "type string to integer"), ("/*", "type string to integer"))


@pytest.mark.parametrize(("side", "foreign"), [(Side.REQUEST, "readOnly"), (Side.ANSWER, "writeOnly")])
def test_what_the_other_side_alone_sends_is_neither_there_nor_required(side: Side, foreign: str) -> None:
    schemas = SchemaComparison({}, {}, side)
    theirs = {"properties": {"a": {**TEXT, foreign: True}}, "required": ["a"]}
    assert schemas.changes({}, theirs) == schemas.changes(theirs, {}) == ()
    (change,) = schemas.changes(A, theirs)
    assert change.message == "property a removed"
