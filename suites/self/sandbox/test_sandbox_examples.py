"""Values made from schemas: accepted by the schema, and the same at each turn."""

from __future__ import annotations

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.sandbox.examples import ExampleValues, from_pattern
from harness.sandbox.resolved_schemas import ResolvedSchemas

SCALARS = st.one_of(
    st.builds(
        lambda low, more, pattern: {"type": "string", "minLength": low, "maxLength": low + more, **pattern},
        st.integers(0, 40),
        st.integers(0, 40),
        st.sampled_from([{}, {"format": "date-time"}, {"format": "email"}]),
    ).filter(lambda schema: "format" not in schema or schema["maxLength"] >= 40),
    st.builds(
        lambda low, more: {"type": "integer", "minimum": low, "maximum": low + more},
        st.integers(-50, 50),
        st.integers(0, 9),
    ),
    st.builds(lambda words: {"type": "string", "enum": words}, st.lists(st.text(max_size=5), min_size=1, max_size=3)),
    st.sampled_from([{"type": "boolean"}, {"type": "number"}, {"type": ["string", "null"]}]),
)


def _objects(inner: st.SearchStrategy) -> st.SearchStrategy:
    properties = st.dictionaries(st.sampled_from(["id", "name", "tags", "size"]), inner, min_size=1, max_size=3)
    return properties.flatmap(
        lambda fields: st.lists(st.sampled_from(sorted(fields)), unique=True).map(
            lambda required: {"type": "object", "properties": fields, "required": required}
        )
    )


SCHEMAS = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        _objects(inner),
        st.builds(lambda item, least: {"type": "array", "items": item, "minItems": least}, inner, st.integers(0, 3)),
        st.builds(lambda one, two: {"anyOf": [one, two]}, inner, inner),
    ),
    max_leaves=6,
)


@given(SCHEMAS)
def test_a_value_is_accepted_by_the_schema_it_was_made_for(schema):
    value = ExampleValues(ResolvedSchemas({})).value(schema)
    assert jsonschema_rs.Draft202012Validator(schema).is_valid(value)


@given(SCHEMAS)
def test_without_nulls_and_with_only_what_is_required_it_is_accepted_too(schema):
    value = ExampleValues(ResolvedSchemas({}), prefer_null=False, all_fields=False).value(schema)
    assert jsonschema_rs.Draft202012Validator(schema).is_valid(value)


@given(SCHEMAS)
def test_the_same_schema_gives_the_same_value(schema):
    assert ExampleValues(ResolvedSchemas({})).value(schema) == ExampleValues(ResolvedSchemas({})).value(schema)


@pytest.mark.parametrize("pattern", [r"^[0-9]+$", r"^\d{3}-[a-f]{2}$", r"^(GET|PUT)$", r"[^0-9]{2}", r"^\w+@\w+\.org$"])
def test_a_text_is_made_for_a_pattern(pattern):
    made = from_pattern(pattern, 4 if "+" in pattern else 0)
    assert made is not None
    assert jsonschema_rs.Draft202012Validator({"type": "string", "pattern": pattern}).is_valid(made)


def test_a_circle_of_references_ends():
    tree = {"components": {"schemas": {"Node": {"type": "object", "required": ["name"], "properties": {}}}}}
    node = tree["components"]["schemas"]["Node"]
    node["properties"] = {"name": {"type": "string"}, "next": {"$ref": "#/components/schemas/Node"}}
    made = ExampleValues(ResolvedSchemas(tree)).value({"$ref": "#/components/schemas/Node"})
    assert made["name"] == "text"
    assert "next" not in made["next"]


def test_parts_of_all_of_are_joined():
    schema = {"allOf": [{"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]},
                        {"type": "object", "properties": {"b": {"type": "string"}}, "required": ["b"]}]}  # fmt: skip
    assert ExampleValues(ResolvedSchemas({})).value(schema) == {"a": 1, "b": "text"}
