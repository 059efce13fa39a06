"""What is kept of a published document: names and numbers; no sentence, no address, nothing of the vendor's tools."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.openapi.facts import facts, neutral, text_of


def kept(operation: dict[str, Any], **more: Any) -> dict[str, Any]:
    """What is kept of one operation."""
    tree = {"openapi": "3.0.3", "paths": {"/things": {"get": operation}}} | more
    kept_operation: dict[str, Any] = facts(tree)["paths"]["/things"]["get"]
    return kept_operation


def test_prose_goes_and_names_stay() -> None:
    operation = {"operationId": "ListThings", "summary": "All things", "description": "Long.", "tags": ["Things"]}
    assert kept(operation) == {"operationId": "ListThings", "tags": ["Things"]}


def test_a_property_called_description_is_no_prose() -> None:
    schema = {"properties": {"description": {"type": "string", "description": "Its text"}}}
    assert kept({"parameters": [{"name": "q", "schema": schema}]})["parameters"][0]["schema"] == {
        "properties": {"description": {"type": "string"}}
    }


def test_extensions_of_the_vendor_go_and_our_own_stays() -> None:
    assert kept({"x-internal": {"team": "blue"}, "x-also": ["ListAll"]}) == {"x-also": ["ListAll"]}


def test_an_answer_keeps_a_place_for_its_description_which_openapi_wants() -> None:
    assert kept({"responses": {"200": {"description": "Fine"}, "404": {"$ref": "#/no"}}})["responses"] == {
        "200": {"description": ""}, "404": {"$ref": "#/no"},
    }  # fmt: skip


def test_scopes_are_facts_and_what_they_are_for_is_prose() -> None:
    flow = {"scopes": {"read": "Reads everything for you"}}
    schemes = {"securitySchemes": {"oauth": {"flows": {"implicit": flow}}}}
    tree = facts({"paths": {}, "components": schemes})
    assert tree["components"]["securitySchemes"]["oauth"]["flows"]["implicit"]["scopes"] == {"read": ""}


@pytest.mark.parametrize(
    ("value", "stays"),
    [
        (5, 5), ("open", "open"), ("2026-01-02 03:04", "2026-01-02 03:04"), ("two words", "Sample text"),
        ("joe@vendor.test", "someone@example.com"), (["a b", {"$ref": "#/x", "a": 1}], ["Sample text", {"a": 1}]),
        (None, None), ("x" * 300, "Sample text"),
    ],
)  # fmt: skip
def test_an_example_is_data_or_a_neutral_stand_in(value: Any, stays: Any) -> None:
    assert neutral(value) == stays


def test_named_examples_keep_their_values_and_references() -> None:
    examples = {"one": {"summary": "Long words", "value": 5}, "two": {"$ref": "#/components/examples/Two"}}
    media = {"application/json": {"examples": examples}}
    assert kept({"requestBody": {"content": media}})["requestBody"]["content"]["application/json"]["examples"] == {
        "one": {"value": 5}, "two": {"$ref": "#/components/examples/Two"},
    }  # fmt: skip


def test_a_member_of_an_enum_may_have_two_words() -> None:
    schema = {"type": "string", "enum": ["two words"], "example": "two words"}
    assert kept({"parameters": [{"schema": schema}]})["parameters"][0]["schema"] == schema


def test_a_file_is_yaml_for_people_or_one_line_a_component() -> None:
    tree = {"paths": {"/a": {"get": {"operationId": "ä"}}}, "components": {}}
    as_json = text_of(tree, Path("things.json"))
    assert json.loads(as_json) == yaml.safe_load(text_of(tree, Path("things.yaml"))) == tree
    assert '   "get": {"operationId": "ä"}' in as_json.splitlines()


def test_no_file_has_anchors() -> None:
    shared = {"type": "string"}
    assert "&" not in text_of({"a": shared, "b": shared}, Path("things.yaml"))
