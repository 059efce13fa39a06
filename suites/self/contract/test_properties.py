"""Known properties: what a schema describes, and a walk that takes all objects of one place together."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from harness.contract.properties import KnownProperties, locate, names_by_place

TREE = {
    "components": {
        "schemas": {
            "User": {"properties": {"name": {}, "boss": {"$ref": "#/components/schemas/User"}}},
            "Loop": {"allOf": [{"$ref": "#/components/schemas/Loop"}, {"properties": {"a": {}}}]},
        }
    }
}


def known(schema):
    return KnownProperties(TREE, [schema])


def test_branches_of_unions_and_conjunctions_are_known():
    schema = {"oneOf": [{"properties": {"a": {}}}, {"allOf": [{"properties": {"b": {}}}]}], "properties": {"c": {}}}
    assert known(schema).names == {"a", "b", "c"}


def test_each_form_of_a_union_is_known_apart():
    schema = {"oneOf": [{"properties": {"a": {}}}, {"allOf": [{"properties": {"b": {}}}]}], "properties": {"c": {}}}
    assert [form.names for form in known(schema).alternatives] == [{"a"}, {"b"}]
    assert known({"properties": {"a": {}}}).alternatives == ()


def test_cycles_end():
    assert known({"$ref": "#/components/schemas/Loop"}).names == {"a"}
    user = known({"$ref": "#/components/schemas/User"})
    assert user.inner("boss").inner("boss").names == {"name", "boss"}


def test_an_object_that_lists_nothing_is_open_and_scalars_have_no_properties():
    assert known({"type": "object"}).is_open
    assert known({"properties": {"a": {"type": "string"}}}).inner("a") is None


def test_names_by_place_gathers_the_names_of_all_rows():
    schema = {"items": {"$ref": "#/components/schemas/User"}}
    value = [{"name": 1}, {"boss": {"x": 1}}, "text", {"boss": {"name": 2}}]
    assert [(at, names) for at, _, names in names_by_place(known(schema), value)] == [
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
def test_every_unknown_name_can_be_located(value):
    for at, here, names in names_by_place(known(AB), value):
        for name in names - here.names:
            assert locate(value, at, name).endswith("/x")


def test_nested_properties_are_those_with_an_inside():
    schema = {"properties": {"user": {"$ref": "#/components/schemas/User"}, "tags": {"items": {}}, "count": {}}}
    assert known(schema).nested == {"user", "tags"}


def test_what_stands_beside_a_reference_and_under_a_condition_is_known():
    tree = {"Thing": {"properties": {"a": {"type": "string"}}}}
    known = KnownProperties(tree, [{"$ref": "#/Thing", "properties": {"b": {}}, "then": {"properties": {"c": {}}}}])
    assert known.names == {"a", "b", "c"}
