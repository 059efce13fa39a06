"""Two schemas side by side: what admits more breaks whoever reads it, what admits less whoever sends it."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator

from harness.contract.dialect import Side
from harness.review.schemas import SchemaChange, SchemaComparison, breaks_client, breaks_suites


def changes(old: Any, new: Any, side: Side = Side.ANSWER, **components: tuple[Any, Any]) -> list[SchemaChange]:
    """The differences between two schemas; `components` are pairs of the old and the new one of a name."""
    before, now = ({"components": {"schemas": {name: pair[at] for name, pair in components.items()}}} for at in (0, 1))
    return list(SchemaComparison(before, now, side).changes(old, new))


def only(old: Any, new: Any, side: Side = Side.ANSWER) -> SchemaChange:
    (change,) = changes(old, new, side)
    return change


TEXT, NUMBER, INTEGER = {"type": "string"}, {"type": "number"}, {"type": "integer"}


@pytest.mark.parametrize(
    ("old", "new", "wider", "narrower"),
    [
        (TEXT, INTEGER, True, True),
        (INTEGER, NUMBER, True, False),
        (NUMBER, INTEGER, False, True),
        (TEXT, {}, True, False),
        ({}, TEXT, False, True),
        (TEXT, {"type": ["string", "null"]}, True, False),
        ({"type": "string", "nullable": True}, TEXT, False, True),
        ({"enum": ["a"]}, {}, True, False),
        ({}, {"enum": ["a"]}, False, True),
        ({"minLength": 2}, {"minLength": 3}, False, True),
        ({"maxLength": 2}, {"maxLength": 3}, True, False),
        ({"maximum": 9}, {}, True, False),
        ({"pattern": "a"}, {"pattern": "b"}, True, True),
        ({"format": "date"}, {"format": "uuid"}, True, True),
    ],
)
def test_a_difference_admits_more_or_less_or_both(old: Any, new: Any, wider: bool, narrower: bool) -> None:
    change = only(old, new)
    assert (change.wider, change.narrower) == (wider, narrower)


def test_a_format_that_no_validator_knows_is_a_remark() -> None:
    assert changes({"type": "string", "format": "url"}, {"type": "string", "format": "link"}) == []


def test_a_place_deep_inside_is_named() -> None:
    def nested(inner: Any) -> Any:
        return {"type": "array", "items": {"properties": {"name": inner}}}

    assert only(nested(TEXT), nested(NUMBER)).pointer == "/*/name"


def test_a_component_is_compared_once_and_under_its_own_name() -> None:
    ref = {"$ref": "#/components/schemas/Thing"}
    pair = {"properties": {"a": ref, "b": ref}}
    (change,) = changes(pair, pair, Thing=({"properties": {"x": TEXT}}, {"properties": {"x": NUMBER}}))
    assert (change.component, change.pointer) == ("Thing", "/x")


def test_a_component_that_holds_itself_comes_to_an_end() -> None:
    ref = {"$ref": "#/components/schemas/Tree"}
    tree = {"properties": {"child": ref}}
    (change,) = changes(ref, ref, Tree=(tree, tree | {"required": ["child"]}))
    assert change.message == "property child is now required"


@pytest.mark.parametrize(("side", "foreign"), [(Side.REQUEST, "readOnly"), (Side.ANSWER, "writeOnly")])
def test_what_only_the_other_side_sends_is_no_change(side: Side, foreign: str) -> None:
    assert changes({}, {"properties": {"a": {"type": "string", foreign: True}}}, side) == []
    assert len(changes({}, {"properties": {"a": TEXT}}, side)) == 1


def test_alternatives_that_came_and_went_are_named() -> None:
    two, three = {"oneOf": [TEXT, INTEGER]}, {"oneOf": [TEXT, INTEGER, {"type": "boolean"}]}
    messages = [change.message for change in changes(two, three)]
    assert messages == ["type integer/string to boolean/integer/string", "alternative boolean added"]
    assert changes(three, two)[-1].message == "alternative boolean removed"


def test_who_reads_fears_what_is_wider_and_who_sends_what_is_narrower() -> None:
    wider, narrower = (
        SchemaChange("", "", "changed", "", wider=True),
        SchemaChange("", "", "changed", "", narrower=True),
    )
    assert breaks_client(wider, Side.ANSWER)
    assert not breaks_client(wider, Side.REQUEST)
    assert breaks_client(narrower, Side.REQUEST)
    assert not breaks_client(narrower, Side.ANSWER)


def test_suites_turn_red_where_less_is_admitted() -> None:
    assert breaks_suites(SchemaChange("", "", "changed", "", narrower=True))
    assert not breaks_suites(SchemaChange("", "", "changed", "", wider=True))


KIND = {"$ref": "#/components/schemas/Kind"}
NAMED = {"Kind": {"type": "string", "enum": ["a", "b"]}, "Renamed": {"type": "string", "enum": ["b", "a"]}}
NULL = {"type": "null"}

# The same in OpenAPI 3.0 or 3.1, on the left or the right.
EQUIVALENT: list[tuple[Any, Any]] = [
    ({"type": "integer", "minimum": 0, "exclusiveMinimum": True}, {"type": "integer", "exclusiveMinimum": 0}),
    ({"maximum": 9, "exclusiveMaximum": True}, {"exclusiveMaximum": 9}),
    ({"minimum": 0, "exclusiveMinimum": False}, {"minimum": 0}),
    ({"type": "integer", "exclusiveMinimum": 0}, {"type": "integer", "minimum": 1}),
    ({"const": "a"}, {"enum": ["a"]}),
    ({"type": "string", "const": "a"}, {"const": "a"}),
    ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
    ({"type": ["string", "null"]}, {"anyOf": [TEXT, NULL]}),
    ({"type": ["string", "null"]}, {"oneOf": [NULL, TEXT]}),
    ({"type": "string", "enum": ["a"], "nullable": True}, {"enum": ["a", None]}),
    ({"allOf": [KIND], "nullable": True}, {"anyOf": [KIND, NULL]}),
    ({"type": ["string"]}, TEXT),
    ({"type": ["integer", "null", "string"]}, {"type": ["string", "integer", "null"]}),
    ({"type": ["string", "integer"]}, {"anyOf": [TEXT, INTEGER]}),
    ({"type": ["number", "integer"]}, NUMBER),
    (KIND, {"allOf": [KIND]}),
    (KIND, {"anyOf": [KIND]}),
    (KIND, NAMED["Kind"]),
    (KIND, {"$ref": "#/components/schemas/Renamed"}),
    (KIND, {"allOf": [KIND, {"description": "d"}]}),
    ({"allOf": [{"minLength": 1}, {"type": "string"}]}, {"type": "string", "minLength": 1}),
    ({"enum": ["a", "b"]}, {"enum": ["b", "a"]}),
    ({"required": ["a", "b"]}, {"required": ["b", "a", "b"]}),
    ({"anyOf": [TEXT, INTEGER]}, {"anyOf": [INTEGER, TEXT]}),
    ({"anyOf": [TEXT, {"anyOf": [INTEGER, NUMBER]}]}, {"anyOf": [NUMBER, INTEGER, TEXT]}),
    ({"oneOf": [TEXT, INTEGER]}, {"anyOf": [TEXT, INTEGER]}),
    ({"anyOf": [NUMBER, INTEGER, TEXT]}, {"anyOf": [NUMBER, INTEGER, TEXT, INTEGER]}),
    ({}, True),
    ({"not": {}}, False),
    ({"type": "string", "minimum": 3}, TEXT),
    ({"type": "boolean", "enum": [True, False]}, {"type": "boolean"}),
    ({"type": "object", "properties": {"a": TEXT}, "additionalProperties": False},
     {"type": "object", "properties": {"a": TEXT}, "unevaluatedProperties": False}),
    ({"type": "array", "items": [TEXT]}, {"type": "array", "prefixItems": [TEXT]}),
    ({"type": "string", "format": "byte"}, {"type": "string", "contentEncoding": "base64"}),
    ({"dependencies": {"a": ["b"]}}, {"dependentRequired": {"a": ["b"]}}),
    ({"prefixItems": [TEXT], "items": TEXT}, {"items": TEXT}),
    ({"oneOf": [{"const": "a", "title": "A"}, {"const": "b"}]}, {"enum": ["a", "b"]}),
    ({"type": "string", "anyOf": [{"enum": ["a"]}, {"enum": ["b"]}]}, {"type": "string", "enum": ["b", "a"]}),
    ({"oneOf": [{"type": "string", "const": "a"}, {"const": 1}, NULL]}, {"enum": ["a", 1, None]}),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new"), EQUIVALENT)
def test_two_ways_to_say_one_thing_are_no_change(old: Any, new: Any) -> None:
    for side in Side:
        schemas = SchemaComparison(*[{"components": {"schemas": NAMED}}] * 2, side)
        for inside in (lambda schema: schema, lambda schema: {"type": "object", "properties": {"x": schema}}):
            assert schemas.changes(inside(old), inside(new)) == ()
            assert schemas.changes(inside(new), inside(old)) == ()


def test_a_change_far_inside_is_seen_however_deep_it_lies() -> None:
    def nested(leaf: Any) -> Any:
        for _ in range(1000):
            leaf = {"type": "object", "properties": {"a": {"type": "array", "items": leaf}}}
        return leaf

    assert only(nested(TEXT), nested(NUMBER)).message == "type string to number"


def test_a_component_is_compared_with_the_same_thing_written_out() -> None:
    tree = {"type": "object", "properties": {"child": {"$ref": "#/components/schemas/Tree"}}}
    ref = {"$ref": "#/components/schemas/Tree"}
    assert changes(ref, tree, Tree=(tree, tree)) == []
    (change,) = changes(ref, {**tree, "required": ["child"]}, Tree=(tree, tree))
    assert change.message == "property child is now required"


def test_a_reference_that_leads_elsewhere_is_not_understood() -> None:
    old, new = ({"$ref": f"https://{name}.test/schema.json"} for name in "ab")
    assert not only(old, new).understood
    assert changes(old, old) == []


def test_a_default_beside_a_component_is_told_there_and_the_rest_in_the_component() -> None:
    ref = {"$ref": "#/components/schemas/Thing"}
    found = changes({"allOf": [ref], "default": 1}, {"allOf": [ref], "default": 2}, Thing=(TEXT, NUMBER))
    assert [(change.component, change.message) for change in found] == [
        ("", "default 1 to 2"),
        ("Thing", "type string to number"),
    ]


NAMES = ("a", "b", "zz")
values = st.recursive(
    st.sampled_from([None, True, False, 0, 1, 2, 5, -1, 1.5, "", "a", "b", "abc", "abcdef"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
    max_leaves=6,
)
kinds = st.sampled_from(["string", "integer", "number", "boolean", "null", "array", "object"])
plain: st.SearchStrategy[Any] = st.one_of(
    st.just({}),
    st.booleans(),
    st.builds(lambda kind: {"type": kind}, kinds),
    st.builds(lambda all_of: {"type": all_of}, st.lists(kinds, min_size=2, max_size=3, unique=True)),
    st.builds(lambda some: {"enum": some}, st.lists(st.sampled_from(["a", "b", 1, None]), min_size=1, unique=True)),
    st.builds(lambda size: {"type": "string", "minLength": size}, st.integers(0, 3)),
    st.builds(lambda size: {"type": "integer", "exclusiveMinimum": size}, st.integers(0, 3)),
)
size = st.integers(0, 2)


def one_keyword(inner: st.SearchStrategy[Any], *, conventions: bool = True) -> st.SearchStrategy[Any]:
    """A keyword, or two that belong together; what depends on annotations of other keywords is left out.

    `conventions` are keywords whose changes are judged by what is usual: an optional property more, and alternatives
    of `oneOf`, of which one that grows may take a value that another one has.
    """

    def word(name: str, value: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        return st.builds(lambda held: {name: held}, value)

    named = st.dictionaries(st.sampled_from(NAMES), inner, min_size=1, max_size=2)
    some = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        *(word(name, inner) for name in ("items", "additionalProperties", "contains", "not")),
        *(word(name, some) for name in ("anyOf", "allOf", "prefixItems", *(["oneOf"] if conventions else []))),
        *([word("properties", named)] if conventions else []),
        *(word(name, size) for name in ("minItems", "maxItems", "minProperties", "maxProperties", "maxLength")),
        word("dependentSchemas", named),
        word("patternProperties", st.builds(lambda held: {"^z": held}, inner)),
        word("required", st.lists(st.sampled_from(NAMES), max_size=2, unique=True)),
        word("propertyNames", word("maxLength", size)),
        word("uniqueItems", st.booleans()),
        word("dependentRequired", st.just({"a": ["b"]})),
        st.builds(lambda test, then: {"if": test, "then": then}, inner, inner),
        st.builds(lambda held, most: {"contains": held, "maxContains": most}, inner, size),
    )


def _joined(parts: list[Any]) -> Any:
    return {word: value for part in parts for word, value in part.items()}


schemas_of_all_kinds = st.recursive(
    plain, lambda inner: st.lists(one_keyword(inner), min_size=1, max_size=2).map(_joined), max_leaves=5
)


@settings(max_examples=300, deadline=None)
@given(schemas_of_all_kinds)
def test_no_schema_differs_from_itself(schema: Any) -> None:
    assert changes(schema, copy.deepcopy(schema)) == []


@settings(max_examples=300, deadline=None)
@given(schemas_of_all_kinds, st.data())
def test_no_schema_differs_from_another_way_to_say_it(schema: Any, data: st.DataObject) -> None:
    rewritten = data.draw(
        st.sampled_from([{"allOf": [schema]}, {"anyOf": [schema]}, {"allOf": [schema, {"description": "d"}]},
                         {"allOf": [schema, schema]}, {"oneOf": [copy.deepcopy(schema)]}])
    )  # fmt: skip
    assert changes({"properties": {"x": schema}}, {"properties": {"x": rewritten}}) == []


@settings(max_examples=500, deadline=None)
@given(schemas_of_all_kinds, schemas_of_all_kinds, st.lists(values, min_size=1, max_size=20))
def test_a_value_that_one_schema_takes_and_the_other_refuses_is_never_no_change(
    old: Any, more: Any, samples: list[Any]
) -> None:
    new = {**old, **more} if isinstance(old, dict) and isinstance(more, dict) else more
    before, now = Draft202012Validator(old), Draft202012Validator(new)
    if any(before.is_valid(value) != now.is_valid(value) for value in samples):
        assert changes(old, new) != []


strict_schemas = st.recursive(
    plain,
    lambda inner: st.lists(one_keyword(inner, conventions=False), min_size=1, max_size=2).map(_joined),
    max_leaves=5,
)


@settings(max_examples=500, deadline=None)
@given(strict_schemas, strict_schemas, st.lists(values, min_size=1, max_size=20))
def test_a_value_that_came_makes_it_wider_and_one_that_went_makes_it_narrower(
    old: Any, more: Any, samples: list[Any]
) -> None:
    new = {**old, **more} if isinstance(old, dict) and isinstance(more, dict) else more
    before, now = Draft202012Validator(old), Draft202012Validator(new)
    found = changes(old, new)
    if any(now.is_valid(value) and not before.is_valid(value) for value in samples):
        assert any(change.wider for change in found)
    if any(before.is_valid(value) and not now.is_valid(value) for value in samples):
        assert any(change.narrower for change in found)
