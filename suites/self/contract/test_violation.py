"""Violations stand on the culprit, also inside of unions, and say what was expected in few words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator

from harness.contract.violation import violations

ADMIN = {
    "type": "object",
    "required": ["role", "alias"],
    "properties": {"role": {"enum": ["admin"]}, "alias": {"type": "string"}, "photo": {"type": "object"}},
}
GUEST = {
    "type": "object",
    "required": ["role"],
    "properties": {"role": {"enum": ["guest"]}, "photo": {"type": "object"}},
}


def told(schema, value):
    found = violations(Draft202012Validator(schema, validate_formats=True).iter_errors(value))
    return [(one.pointer, one.expected) for one in found]


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        ({"type": "string"}, 1, [("", "type string")]),
        ({"type": ["string", "null"]}, 1, [("", "type null or string")]),
        ({"properties": {"a": {"required": ["b"]}}}, {"a": {}}, [("/a/b", "a required property")]),
        ({"properties": {"a": {}}, "additionalProperties": False}, {"a~/b": 1}, [("/a~0~1b", "no further properties")]),
        ({"enum": ["new", None]}, "old", [("", "one of new, null")]),
        ({"format": "date-time"}, "soon", [("", "format date-time")]),
        ({"items": {"maximum": 2}}, [1, 3], [("/1", "at most 2")]),
        ({"maxLength": 2}, "abc", [("", "at most 2 characters")]),
    ],
)
def test_pointer_and_expectation(schema, value, expected):
    assert told(schema, value) == expected


@pytest.mark.parametrize("union", ["anyOf", "oneOf"])
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"role": "admin", "alias": "a", "photo": None}, [("/photo", "type object")]),
        ({"role": "guest", "photo": None}, [("/photo", "type object")]),
        ({"role": "admin"}, [("/alias", "a required property")]),
        ("admin", [("", "type object")]),
    ],
)
def test_a_union_is_told_by_the_branch_that_the_value_was_meant_for(union, value, expected):
    assert told({union: [ADMIN, GUEST]}, value) == expected


def test_a_value_that_fits_no_branch_by_type_names_all_types():
    union = {"oneOf": [{"type": "string"}, {"anyOf": [{"type": "integer"}, {"type": "array"}]}]}
    assert told({"properties": {"x": union}}, {"x": True}) == [("/x", "type string or integer or array")]


def test_a_union_that_fits_twice():
    assert told({"oneOf": [{"type": "integer"}, {"minimum": 1}]}, 3) == [("", "exactly one branch of a union")]


def test_the_message_shows_scalars_and_names_containers():
    schema = {"properties": {"a": {"type": "string"}, "b": {"type": "string"}, "c": {"type": "integer"}}}
    found = violations(Draft202012Validator(schema).iter_errors({"a": {"deep": 1}, "b": [1, 2], "c": "x" * 500}))
    messages = [one.message for one in found]
    assert messages[0].startswith("an object where")
    assert messages[1].startswith("an array of 2 where")
    assert len(messages[2]) < 120


@given(st.lists(st.one_of(st.integers(), st.text(), st.none(), st.lists(st.booleans())), max_size=30))
def test_folding_keeps_the_first_place_and_loses_no_count(rows):
    schema = {"items": {"type": "integer"}}
    found = list(violations(Draft202012Validator(schema).iter_errors(rows)))
    wrong = [index for index, row in enumerate(rows) if not isinstance(row, int)]
    assert sum(one.count for one in found) == len(wrong)
    assert [one.pointer for one in found] == [f"/{index}" for index in wrong[:1]]


def test_what_two_keywords_say_of_one_place_counts_once():
    twice = {"properties": {"a": {"type": "string"}}, "allOf": [{"properties": {"a": {"type": "string"}}}]}
    found = list(violations(Draft202012Validator(twice).iter_errors({"a": 5})))
    assert [(one.pointer, one.count) for one in found] == [("/a", 1)]
