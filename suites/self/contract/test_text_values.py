"""A text stands for what its schema lets it stand for, and for a number only where it may be one."""

from __future__ import annotations

from typing import Any

import pytest

from harness.contract.text_values import Known, Shape, readings

TREE: dict[str, Any] = {
    "components": {
        "schemas": {"Node": {"properties": {"n": {"type": "integer"}, "kid": {"$ref": "#/components/schemas/Node"}}}}
    }
}


def shape(schema: Any) -> Shape:
    return Shape(TREE, [schema])


@pytest.mark.parametrize(
    ("text", "schema", "values"),
    [
        ("5", {"type": "integer"}, [5]),
        ("five", {"type": "integer"}, ["five"]),
        ("5", {"type": "string"}, ["5"]),
        ("5", {}, ["5", 5]),
        ("1.5", {"type": "number"}, [1.5]),
        ("true", {"type": "boolean"}, [True]),
        ("true", {"type": "string"}, ["true"]),
        ("", {"type": ["integer", "null"]}, [None]),
        ("5", {"type": ["string", "integer"]}, ["5", 5]),
        ("2", {"enum": [1, 2]}, [2]),
        (["1", "x"], {"type": "array", "items": {"type": "integer"}}, [[1, "x"]]),
        ({"n": "1", "m": "2"}, {"properties": {"n": {"type": "integer"}}, "additionalProperties": {"type": "string"}},
         [{"n": 1, "m": "2"}]),
        (Known({"n": 1}), {"type": "object"}, [{"n": 1}]),
    ],
)  # fmt: skip
def test_what_a_text_can_stand_for(text: Any, schema: Any, values: list[Any]) -> None:
    assert readings(text, shape(schema)) == values


def test_a_recursive_schema_has_a_shape_as_deep_as_it_is_asked_for() -> None:
    text: Any = {"n": "7"}
    for _ in range(100):
        text = {"kid": text}
    (value,) = readings(text, shape({"$ref": "#/components/schemas/Node"}))
    for _ in range(100):
        value = value["kid"]
    assert value == {"n": 7}


def test_a_schema_of_any_text_says_no_more_than_that() -> None:
    assert shape({"type": "string", "format": "binary"}).is_plain_text
    assert shape({}).is_plain_text
    assert not shape({"type": "string", "maxLength": 5}).is_plain_text
    assert not shape({"type": "object", "properties": {}}).is_plain_text
