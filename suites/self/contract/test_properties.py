"""Shapes: what a schema knows, and a walk that meets all objects of one kind at once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from harness.contract.properties import Shape, columns, locate

TREE = {
    "components": {
        "schemas": {
            "User": {"properties": {"name": {}, "boss": {"$ref": "#/components/schemas/User"}}},
            "Loop": {"allOf": [{"$ref": "#/components/schemas/Loop"}, {"properties": {"a": {}}}]},
        }
    }
}


def shape(schema):
    return Shape(TREE, [schema])


def test_branches_of_unions_and_conjunctions_are_known():
    schema = {"oneOf": [{"properties": {"a": {}}}, {"allOf": [{"properties": {"b": {}}}]}], "properties": {"c": {}}}
    assert shape(schema).known == {"a", "b", "c"}


def test_cycles_end():
    assert shape({"$ref": "#/components/schemas/Loop"}).known == {"a"}
    user = shape({"$ref": "#/components/schemas/User"})
    assert user.inner("boss").inner("boss").known == {"name", "boss"}


def test_an_object_that_lists_nothing_is_free_and_scalars_have_no_shape():
    assert shape({"type": "object"}).free
    assert shape({"properties": {"a": {"type": "string"}}}).inner("a") is None


def test_columns_gather_the_names_of_all_rows():
    schema = {"items": {"$ref": "#/components/schemas/User"}}
    value = [{"name": 1}, {"boss": {"x": 1}}, "text", {"boss": {"name": 2}}]
    assert [(at, names) for at, _, names in columns(shape(schema), value)] == [
        (("*",), {"name", "boss"}),
        (("*", "boss"), {"x", "name"}),
    ]


def test_locate_gives_the_first_real_place():
    value = {"rows": [{"a": 1}, {"b/c": {"d": 1}}, {"b/c": {"d": 2}}]}
    assert locate(value, ("rows", "*", "b/c"), "d") == "/rows/1/b~1c/d"
    assert locate(value, ("rows", "*"), "z") == ""


VALUES = st.recursive(
    st.none() | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abx"), inner),
    max_leaves=12,
)
AB = {"$ref": "#/components/schemas/AB"}
TREE["components"]["schemas"]["AB"] = {"properties": {"a": AB, "b": AB}, "items": AB}


@given(VALUES)
def test_every_unknown_name_that_columns_meet_can_be_located(value):
    for at, here, names in columns(shape(AB), value):
        for name in names - here.known:
            assert locate(value, at, name).endswith("/x")


def test_what_a_shape_holds_is_what_has_an_inside():
    schema = {"properties": {"user": {"$ref": "#/components/schemas/User"}, "tags": {"items": {}}, "count": {}}}
    assert shape(schema).holds == {"user", "tags"}
