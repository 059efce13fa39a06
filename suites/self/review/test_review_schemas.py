"""Two schemas side by side: what admits more breaks whoever reads it, what admits less whoever sends it."""

from __future__ import annotations

from typing import Any

import pytest

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
