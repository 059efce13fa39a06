"""Branches that are closed to each other's properties become the one closed schema that they mean."""

from __future__ import annotations

import copy
from typing import Any

import jsonschema_rs
from hypothesis import given
from hypothesis import strategies as st
from mended_documents import Tree, mended, openapi

from harness.openapi.repair import repair


def closed(**properties: Any) -> Tree:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


TEXT, NUMBER = {"type": "string"}, {"type": "integer"}


def test_closed_branches_become_one_closed_schema() -> None:
    schema = {"additionalProperties": False, "allOf": [{"$ref": "#/components/schemas/B"}, closed(b=TEXT)]}
    found, rules = mended(schema, B=closed(a=TEXT))
    assert rules == ["all-of-closed"]
    assert found == closed(a=TEXT, b=TEXT)
    validator = jsonschema_rs.Draft202012Validator(found)
    assert validator.is_valid({"a": "x", "b": "y"})
    assert not validator.is_valid({"a": "x", "b": "y", "c": 1})


def test_the_shared_branch_itself_stays_closed() -> None:
    tree = openapi({"allOf": [{"$ref": "#/components/schemas/B"}, closed(b=TEXT)]})
    tree["components"]["schemas"]["B"] = closed(a=TEXT)
    repair(tree)
    assert tree["components"]["schemas"]["B"] == closed(a=TEXT)


def test_alternatives_are_merged_into_each_of_them() -> None:
    schema = {"allOf": [{"properties": {"n": NUMBER}}, {"oneOf": [closed(a=TEXT), closed(b=TEXT)]}]}
    found, _ = mended(schema)
    validator = jsonschema_rs.Draft202012Validator(found)
    assert validator.is_valid({"n": 1, "a": "x"})
    assert validator.is_valid({"b": "x"})
    assert not validator.is_valid({"n": 1, "a": "x", "b": "y"})


def test_a_property_of_two_branches_keeps_both_sides() -> None:
    found, _ = mended({"allOf": [closed(a=closed(x=TEXT)), closed(a=closed(y=NUMBER))]})
    assert set(found["properties"]["a"]["properties"]) == {"x", "y"}


def test_items_of_two_branches_are_merged_like_the_branches() -> None:
    lists = [
        {"type": "object", "properties": {"data": {"type": "array", "items": one}}}
        for one in (closed(a=TEXT), closed(b=TEXT))
    ]
    found, _ = mended({"allOf": [*lists, {"type": "object", "additionalProperties": False}]})
    assert set(found["properties"]["data"]["items"]["properties"]) == {"a", "b"}


def test_a_last_branch_that_only_requires_decides_what_is_required() -> None:
    schema = {"additionalProperties": False, "allOf": [
        {"$ref": "#/components/schemas/Shared"}, {"properties": {"c": TEXT}}, {"type": "object", "required": ["a"]}
    ]}  # fmt: skip
    found, _ = mended(schema, Shared=closed(a=TEXT, b=TEXT))
    assert found["required"] == ["a"]


def test_bounds_on_the_number_of_properties_do_not_survive_their_branch() -> None:
    branch = closed(a=TEXT) | {"minProperties": 1, "maxProperties": 1}
    found, _ = mended({"allOf": [branch, closed(b=TEXT)]})
    assert "maxProperties" not in found
    assert jsonschema_rs.Draft202012Validator(found).is_valid({"a": "x", "b": "y"})


names = st.sampled_from("abcdef")
branches = st.dictionaries(names, st.sampled_from([TEXT, NUMBER, {}]), max_size=4).map(lambda one: closed(**one))


@given(st.lists(branches, min_size=2, max_size=4))
def test_merged_branches_can_always_be_satisfied_and_admit_nothing_of_their_own(parts: list[Tree]) -> None:
    found, _ = mended({"allOf": copy.deepcopy(parts)})
    declared = {name for part in parts for name in part["properties"]}
    value: Tree = {}
    for part in parts:
        for name, schema in part["properties"].items():
            value[name] = 1 if schema == NUMBER else value.get(name, "x")
    clash = any(
        {TEXT["type"], NUMBER["type"]} <= {part["properties"].get(name, {}).get("type") for part in parts}
        for name in declared
    )
    validator = jsonschema_rs.Draft202012Validator(found)
    if not clash:
        assert validator.is_valid(value)
    assert not validator.is_valid(value | {"zzz": 1})
