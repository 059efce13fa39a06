"""Repairs: every rule on the smallest document that shows its defect, and on documents that nobody thought of."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.formats.pointer import parts_of_reference
from harness.openapi import document, walk
from harness.openapi.repair import RULES, repair
from harness.openapi.repair.places import places
from harness.openapi.repair.repair_rules import CLOSED_BRANCHES, PATH_TWINS

Tree = dict[str, Any]


def openapi(schema: Any = None, *, version: str = "3.0.3", **more: Any) -> Tree:
    """A document with one schema, `S`, and whatever else."""
    components: Tree = {"schemas": {"S": schema}} if schema is not None else {}
    return {"openapi": version, "paths": {}, "components": components} | more


def mended(schema: Any, version: str = "3.0.3", **others: Any) -> tuple[Any, list[str]]:
    """What becomes of a schema, and by which rules."""
    tree = openapi(schema, version=version)
    tree["components"]["schemas"] |= others
    rules = [one.rule for one in repair(tree)]
    return tree["components"]["schemas"]["S"], rules


# RepairRule, version, schema, what it becomes.
SCHEMAS: list[tuple[str, str, Any, Any]] = [
    ("nullable-in-3.1", "3.1.0", {"type": "string", "nullable": True}, {"type": ["string", "null"]}),
    ("nullable-in-3.1", "3.1.0", {"type": "string", "nullable": False}, {"type": "string"}),
    ("enum-without-null", "3.0.3", {"type": "string", "nullable": True, "enum": ["a"]},
     {"type": "string", "nullable": True, "enum": ["a", None]}),
    ("enum-without-null", "3.1.0", {"type": ["string", "null"], "enum": ["a"]},
     {"type": ["string", "null"], "enum": ["a", None]}),
    ("enum-values", "3.0.3", {"type": "boolean", "enum": ["true"]}, {"type": "boolean", "enum": [True]}),
    ("enum-values", "3.0.3", {"type": "string", "enum": [True, 1, "1"]}, {"type": "string", "enum": ["true", "1"]}),
    ("enum-values", "3.0.3", {"type": "integer", "enum": ["1", 2]}, {"type": "integer", "enum": [1, 2]}),
    ("enum-values", "3.0.3", {"type": "string", "enum": []}, {"type": "string"}),
    ("word-for-value", "3.0.3", {"type": "string", "minLength": "3", "nullable": "true"},
     {"type": "string", "minLength": 3, "nullable": True}),
    ("word-for-value", "3.0.3", {"type": "number", "maximum": "1.5"}, {"type": "number", "maximum": 1.5}),
    ("type-name", "3.0.3", {"type": "int"}, {"type": "integer"}),
    ("type-name", "3.0.3", {"type": ["string", "null"]}, {"type": "string", "nullable": True}),
    ("type-name", "3.0.3", {"type": "null"}, {"nullable": True, "enum": [None]}),
    ("type-name", "3.1.0", {"type": ["str", "null"]}, {"type": ["string", "null"]}),
    ("pattern", "3.0.3", {"type": "string", "pattern": r"[a-z\P{InBasicLatin}]+"},
     {"type": "string", "pattern": "[a-z\x80-\ud7ff\ue000-\U0010ffff]+"}),
    ("pattern", "3.0.3", {"type": "integer", "pattern": r"^[^\d<>]+$"}, {"type": "integer", "pattern": "^[^<>]+$"}),
    ("pattern", "3.0.3", {"type": "string", "pattern": r"\p{Nonsense}"}, {"type": "string"}),
    ("required", "3.0.3", {"properties": {"a": {"type": "string", "required": True}}},
     {"properties": {"a": {"type": "string"}}, "required": ["a"]}),
    ("required", "3.0.3", {"required": ["a", "a"]}, {"required": ["a"]}),
    ("required", "3.0.3", {"required": "true"}, {}),
    ("required", "3.0.3", {"properties": {"a": {}}, "required": ["a", "b"], "additionalProperties": False},
     {"properties": {"a": {}, "b": {}}, "required": ["a", "b"], "additionalProperties": False}),
    ("bounds", "3.0.3", {"type": "string", "minLength": 5, "maxLength": 2}, {"type": "string", "maxLength": 2}),
    ("bounds", "3.0.3", {"required": ["a", "b"], "maxProperties": 1}, {"required": ["a", "b"]}),
    ("items", "3.0.3", {"type": "array"}, {"type": "array", "items": {}}),
    ("items", "3.0.3", {"items": [{"type": "string"}]}, {"items": {"type": "string"}}),
    ("one-of-several", "3.0.3", {"oneOf": [{"type": "integer"}, {"type": "number"}]},
     {"anyOf": [{"type": "integer"}, {"type": "number"}]}),
    ("dangling-ref", "3.0.3", {"$ref": "#/components/schemas/Nowhere"}, {}),
    ("dangling-ref", "3.0.3", {"$ref": "#/components/schemas/S"}, {}),
    ("all-of-itself", "3.0.3", {"allOf": [{"$ref": "#/components/schemas/S"}], "type": "object"}, {"type": "object"}),
    ("properties-twice", "3.0.3", {"properties": {"a": "text"}}, {"properties": {"a": {}}}),
    ("dangling-discriminator", "3.0.3", {"discriminator": {"mapping": {"a": "#/components/x"}}}, {}),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "version", "schema", "wanted"), SCHEMAS)
def test_each_rule_mends_its_defect(rule: str, version: str, schema: Any, wanted: Any) -> None:
    found, rules = mended(copy.deepcopy(schema), version)
    assert found == wanted
    assert rule in rules


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


def test_an_earlier_schema_of_the_name_is_what_all_of_itself_means() -> None:
    tree = openapi({"allOf": [{"$ref": "#/components/schemas/S"}], "properties": {"b": {}}})
    repair(tree, {"S": {"properties": {"a": {}}}})
    assert tree["components"]["schemas"]["S"]["allOf"] == [{"properties": {"a": {}}}]


def operation(path: str = "/a", method: str = "get", item: Tree | None = None, **words: Any) -> tuple[Tree, list[str]]:
    tree = openapi() | {"paths": {path: {method: {"responses": {"200": {"description": ""}}} | words} | (item or {})}}
    rules = [one.rule for one in repair(tree)]
    return tree["paths"][path][method], rules


def test_path_parameters_are_declared_and_required_and_in_the_template() -> None:
    stray = {"name": "other", "in": "path", "required": True, "schema": {}}
    found, rules = operation(
        "/a/{id}/b/{x}", parameters=[stray, {"name": "x", "in": "path", "schema": {"type": "string"}}]
    )
    assert found["parameters"] == [
        {"name": "x", "in": "path", "required": True, "schema": {"type": "string"}},
        {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
    ]
    assert rules == ["path-parameters", "parameter-place"]


def test_strays_that_all_operations_of_a_path_share_go_as_well() -> None:
    stray = {"name": "other", "in": "path", "required": True, "schema": {}}
    tree = openapi() | {"paths": {"/a": {"parameters": [stray], "get": {"responses": {}}, "put": {"responses": {}}}}}
    assert [one.rule for one in repair(tree)] == ["path-parameters"]
    assert tree["paths"]["/a"]["parameters"] == []


def test_parameters_get_a_schema_a_place_and_a_style_that_exists() -> None:
    found, rules = operation(
        parameters=[
            {"name": "a", "in": "query", "type": "integer", "minimum": 1},
            {"name": "b", "in": "QUERY", "schema": {"type": "string"}},
            {"name": "c", "in": "query", "style": "simple", "schema": {"type": "array", "items": {}}},
            {"name": "d", "in": "query", "schema": {"type": "string", "nullable": True}},
        ]
    )
    assert [one["schema"] for one in found["parameters"]] == [
        {"type": "integer", "minimum": 1}, {"type": "string"}, {"type": "array", "items": {}}, {"type": "string"}
    ]  # fmt: skip
    assert found["parameters"][1]["in"] == "query"
    assert (found["parameters"][2]["style"], found["parameters"][2]["explode"]) == ("form", False)
    assert rules == ["parameter-schema", "parameter-place", "parameter-style", "null-in-parameter"]


def test_response_keys_become_statuses() -> None:
    answer = {"description": ""}
    found, rules = operation(
        responses={"200 OK": answer, "4xx": answer, "ok": answer, "default": answer, "204": "text"}
    )
    assert set(found["responses"]) == {"200", "4XX", "default"}
    assert rules == ["status-code"]


def test_dangling_examples_and_answers_are_dropped() -> None:
    media = {"schema": {}, "examples": {"a": {"$ref": "#/components/examples/A"}, "b": {"value": 1}}}
    found, rules = operation(
        responses={"200": {"description": "", "content": {"application/json": media}}, "404": {"$ref": "#/no"}}
    )
    assert found["responses"]["200"]["content"]["application/json"]["examples"] == {"b": {"value": 1}}
    assert found["responses"]["404"] == {"description": ""}
    assert rules == ["dangling-example", "dangling-ref"]


def test_twins_become_one_path_and_no_operation_is_lost() -> None:
    def one(name: str, parameter: str) -> Tree:
        parameters = [{"name": parameter, "in": "path", "required": True, "schema": {"type": "string"}}]
        return {"operationId": name, "parameters": parameters, "responses": {}}

    tree = openapi() | {
        "paths": {
            "/a/{id}": {"get": one("read", "id")},
            "/a/{aId}": {"put": one("write", "aId"), "get": one("also", "aId")},
        }
    }
    assert [repaired.rule for repaired in repair(tree)] == ["path-twins"]
    (path,) = tree["paths"].values()
    assert path["get"]["x-also"] == ["also"]
    assert path["put"]["parameters"][0]["name"] == "id"


def test_a_taken_operation_id_and_an_unknown_security_scheme_are_told() -> None:
    tree = openapi() | {
        "paths": {
            "/a": {"get": {"operationId": "x", "responses": {}}, "put": {"operationId": "x", "responses": {}}},
            "/b": {"get": {"operationId": "y", "responses": {}, "security": [{"other": ["read"]}]}},
        }
    }
    tree["components"]["securitySchemes"] = {"only": {"type": "http", "scheme": "basic"}}
    assert [one.rule for one in repair(tree)] == ["operation-id", "security-scheme"]
    assert tree["paths"]["/a"]["put"]["operationId"] == "x_put_a"
    assert tree["paths"]["/b"]["get"]["security"] == [{"only": ["read"]}]


def test_every_rule_of_the_table_has_an_example_here() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    missing = [rule.name for rule in RULES if f'"{rule.name}"' not in source]
    assert not missing
    assert (PATH_TWINS, CLOSED_BRANCHES) == ("path-twins", "all-of-closed")


# Closed branches -------------------------------------------------------------------------------------------------


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


# Anything at all -------------------------------------------------------------------------------------------------

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


# The real ones ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("vendor", document.vendors())
def test_the_pinned_documents_are_whole_after_one_pass(vendor: str) -> None:
    for one in document.pinned(vendor):
        assert repair(one.tree) == ()
        for at, node in walk.refs(one.tree):
            assert walk.lookup(one.tree, parts_of_reference(node["$ref"])) is not None, at
