"""A reference goes on leading to its schema, wherever a repair puts that."""

from __future__ import annotations

from typing import Any

import pytest

from harness.openapi import walk
from harness.openapi.repair import repair


def repaired(schema: Any, pointer: str, version: str = "3.0.3") -> tuple[Any, Any]:
    """A tree of schema `W` and a reference below it; the repaired tree, and what the reference leads to then."""
    user = {"type": "object", "properties": {"a": {"$ref": f"#/components/schemas/W{pointer}"}}}
    tree = {"openapi": version, "info": {}, "paths": {}, "components": {"schemas": {"W": schema, "User": user}}}
    repair(tree)
    return tree, walk.resolve(tree, tree["components"]["schemas"]["User"]["properties"]["a"])


WORD, NUMBER = {"type": "string"}, {"type": "integer"}


@pytest.mark.parametrize(
    ("schema", "pointer", "target"),
    [
        # Alternatives that overlap become any of them; one that stands twice is left out.
        ({"oneOf": [{"minimum": 1}, {"type": "integer"}]}, "/oneOf/1", NUMBER),
        ({"oneOf": [WORD, WORD, NUMBER]}, "/oneOf/2", NUMBER),
        # A list of items becomes alternatives.
        ({"type": "array", "items": [WORD, NUMBER]}, "/items/1", NUMBER),
        ({"type": "array", "items": [NUMBER]}, "/items/0", NUMBER),
        # A schema that is all of itself loses that branch.
        ({"allOf": [{"$ref": "#/components/schemas/W"}, NUMBER]}, "/allOf/1", NUMBER),
        # Nothing is moved here.
        ({"properties": {"x y": NUMBER}}, "/properties/x%20y", NUMBER),
    ],
)
def test_the_schema_is_found_where_it_is_now(schema: Any, pointer: str, target: Any) -> None:
    assert repaired(schema, pointer)[1] == target


def test_a_branch_that_is_merged_stays_what_it_was() -> None:
    closed = {"type": "object", "additionalProperties": False, "properties": {"x": NUMBER}}
    other = {"type": "object", "additionalProperties": False, "properties": {"y": WORD}}
    tree, target = repaired({"allOf": [closed, other]}, "/allOf/0")
    assert set(tree["components"]["schemas"]["W"]["properties"]) == {"x", "y"}
    assert target == closed


def test_a_reference_into_a_path_that_is_merged_with_its_twin() -> None:
    def item(name: str, method: str) -> Any:
        answer = {"description": name, "content": {"application/json": {"schema": {"title": name}}}}
        return {method: {"responses": {"200": answer}}}

    paths = {"/a/{x}": item("first", "get"), "/a/{y}": item("second", "put")}
    reference = {"$ref": "#/paths/~1a~1{y}/put/responses/200/content/application~1json/schema"}
    tree = {"openapi": "3.0.3", "paths": paths, "components": {"schemas": {"User": {"properties": {"a": reference}}}}}
    repair(tree)
    assert list(tree["paths"]) == ["/a/{x}"]
    assert walk.resolve(tree, reference) == {"title": "second"}


def test_a_reference_that_leads_nowhere_is_still_told() -> None:
    tree, _ = repaired({"oneOf": [WORD, NUMBER]}, "/oneOf/7")
    assert tree["components"]["schemas"]["User"]["properties"]["a"] == {}
