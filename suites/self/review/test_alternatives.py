"""Alternatives are told apart by what they are, not by their order; what another one takes breaks nobody."""

from __future__ import annotations

from typing import Any

import pytest

from harness.contract.dialect import Side
from harness.review.schema_change import SchemaChange
from harness.review.schemas import SchemaComparison

TEXT, INTEGER, NUMBER, FLAG = ({"type": name} for name in ("string", "integer", "number", "boolean"))
WIDER, NARROWER, BOTH, NEITHER = (True, False), (False, True), (True, True), (False, False)


def listing(items: Any) -> Any:
    return {"type": "array", "items": items}


def having(*names: str, **more: Any) -> Any:
    return {"type": "object", "properties": dict.fromkeys(names, TEXT), **more}


def changes(old: Any, new: Any, **components: Any) -> tuple[SchemaChange, ...]:
    tree = {"components": {"schemas": components}}
    return SchemaComparison(tree, tree, Side.ANSWER).changes(old, new)


def effect(found: tuple[SchemaChange, ...]) -> tuple[bool, bool]:
    return any(change.wider for change in found), any(change.narrower for change in found)


@pytest.mark.parametrize("word", ["anyOf", "oneOf"])
@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ([TEXT, INTEGER], [INTEGER, TEXT], NEITHER),
        ([TEXT, INTEGER], [TEXT, INTEGER, FLAG], WIDER),
        ([TEXT, INTEGER, FLAG], [TEXT, INTEGER], NARROWER),
        ([TEXT, listing(TEXT)], [TEXT, listing({"anyOf": [TEXT, INTEGER]})], WIDER),
        ([listing(TEXT), listing(INTEGER), TEXT], [TEXT, listing({"anyOf": [TEXT, INTEGER]})], WIDER),
        ([listing(TEXT), listing(INTEGER)], [listing({"anyOf": [TEXT, INTEGER]})], WIDER),
        ([having("a"), having("b"), TEXT], [having("a"), having("b", "c"), TEXT], NEITHER),
        ([having("a"), having("b"), TEXT], [TEXT, having("b"), having("a", required=["a"])], NARROWER),
        ([having("a", "b"), TEXT], [having("a"), TEXT], WIDER),
        ([having("a", "b"), having("c"), TEXT], [having("a", "b", "c"), TEXT], NEITHER),
        ([having("a"), having("b"), TEXT], [having("a"), TEXT], NARROWER),
    ],
)
def test_what_became_of_alternatives(word: str, old: list[Any], new: list[Any], expected: tuple[bool, bool]) -> None:
    assert effect(changes({word: old}, {word: new})) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (TEXT, {"anyOf": [TEXT, INTEGER]}, WIDER),
        ({"anyOf": [TEXT, INTEGER]}, TEXT, NARROWER),
        ({"type": ["string", "array"], "items": TEXT}, {"anyOf": [TEXT, listing(TEXT)]}, NEITHER),
        ({"type": ["string", "array"], "items": TEXT}, {"anyOf": [TEXT, listing(INTEGER)]}, BOTH),
        (having("a"), {"anyOf": [having("a"), having("b", required=["b"])]}, WIDER),
        (having("a"), {"type": "object", "anyOf": [{"required": ["a"]}, {"required": ["b"]}], **having("a")}, NARROWER),
        ({"anyOf": [having("a"), having("b")]}, having("a", "b"), NEITHER),
        ({}, {"oneOf": [NUMBER, {}]}, NARROWER),
        ({"oneOf": [NUMBER, {}]}, {}, WIDER),
        (NUMBER, {"anyOf": [INTEGER, {"type": "number", "minimum": 1}]}, NARROWER),
    ],
)
def test_one_schema_is_held_against_the_alternatives_of_its_type(
    old: Any, new: Any, expected: tuple[bool, bool]
) -> None:
    assert effect(changes(old, new)) == expected


def test_one_of_refuses_what_fits_two_and_any_of_does_not() -> None:
    near, far = [NUMBER, {"minimum": 1}], [TEXT, INTEGER]
    assert effect(changes({"anyOf": near}, {"oneOf": near})) == NARROWER
    assert effect(changes({"oneOf": near}, {"anyOf": near})) == WIDER
    assert changes({"anyOf": far}, {"oneOf": far}) == ()


def test_conditions_that_must_hold_beside_each_other_are_each_compared() -> None:
    one, two = ({"anyOf": [{"required": [a]}, {"required": [b]}]} for a, b in ("ab", "cd"))
    assert effect(changes(one, {"allOf": [one, two]})) == NARROWER
    assert effect(changes({"allOf": [one, two]}, one)) == WIDER


def test_a_component_of_another_name_is_another_alternative_unless_it_is_the_same() -> None:
    def either(name: str) -> Any:
        return {"anyOf": [TEXT, {"$ref": f"#/components/schemas/{name}"}]}

    pets = {"Cat": having("name", "claws"), "Dog": having("name", "bark", "leash"), "Tom": having("name", "claws")}
    assert changes(either("Cat"), either("Tom"), **pets) == ()
    messages = [change.message for change in changes(either("Cat"), either("Dog"), **pets)]
    assert messages == ["alternative Cat removed", "alternative Dog added"]


def test_alternatives_nested_in_alternatives_come_to_an_end() -> None:
    def nested(depth: int, leaf: Any) -> Any:
        for _ in range(depth):
            leaf = {"type": "object", "properties": {"a": {"anyOf": [INTEGER, leaf]}}}
        return leaf

    assert changes(nested(60, TEXT), nested(60, TEXT)) == ()
    assert changes(nested(60, TEXT), nested(60, FLAG)) != ()


def test_components_that_are_alternatives_of_each_other_come_to_an_end() -> None:
    def union(prefix: str, at: int) -> Any:
        return {"anyOf": [TEXT, *({"$ref": f"#/components/schemas/{prefix}{n}"} for n in range(8) if n != at)]}

    unions = {f"{prefix}{at}": union(prefix, at) for prefix in "ST" for at in range(8)}
    assert changes({"$ref": "#/components/schemas/S0"}, {"$ref": "#/components/schemas/T0"}, **unions) == ()


def test_an_alternative_that_nobody_understands_takes_no_values_of_another() -> None:
    odd = {**having("a"), "frobnicate": 1}
    assert effect(changes({"anyOf": [odd, having("b"), TEXT]}, {"anyOf": [having("a"), having("b"), TEXT]})) == NEITHER
    assert effect(changes({"anyOf": [odd, having("a"), TEXT]}, {"anyOf": [having("a"), TEXT]})) == NARROWER
