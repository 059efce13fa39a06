"""A discriminator tells alternatives apart by a value: another value, or another meaning, is misread."""

from __future__ import annotations

from typing import Any

import pytest

from harness.contract.dialect import Side
from harness.review.schema_change import SchemaChange
from harness.review.schemas import SchemaComparison

TREE = {"components": {"schemas": {
    name: {"type": "object", "required": ["kind", name], "properties": {name: {"type": "string"}}}
    for name in ("Cat", "Dog", "Cow")
} | {"Tom": {"type": "object", "required": ["kind", "Cat"], "properties": {"Cat": {"type": "string"}}}}}}  # fmt: skip


def pets(mapping: dict[str, str] | None, *names: str, key: str = "kind") -> Any:
    discriminator = {"propertyName": key} | ({} if mapping is None else {"mapping": mapping})
    return {"oneOf": [ref(name) for name in names or ("Cat", "Dog")], "discriminator": discriminator}


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def changes(old: Any, new: Any) -> tuple[SchemaChange, ...]:
    return SchemaComparison(TREE, TREE, Side.ANSWER).changes(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (pets({"c": "Cat"}), pets({"c": "#/components/schemas/Cat"})),
        (pets({"Cat": "Cat"}), pets(None)),
        (pets({"c": "Cat", "d": "Dog"}), pets({"d": "Dog", "c": "Cat"}, "Dog", "Cat")),
        (pets({"c": "Cat", "d": "Dog"}), pets({"c": "Tom", "d": "Dog"}, "Tom", "Dog")),
    ],
)
def test_what_means_the_same_is_no_change(old: Any, new: Any) -> None:
    assert changes(old, new) == ()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (pets({"c": "Cat"}), pets({"c": "Dog", "Cat": "Cat"}), ("value c: Cat to Dog", True, True)),
        (pets({"c": "Cat"}), pets({"c": "Cat", "e": "Cat"}), ("value e added", True, False)),
        (pets({"c": "Cat", "e": "Cat"}), pets({"c": "Cat"}), ("value e removed", False, True)),
    ],
)
def test_a_value_that_comes_goes_or_changes_its_meaning(old: Any, new: Any, told: tuple[str, bool, bool]) -> None:
    found = changes(old, new)
    assert (f"discriminator: {told[0]}", *told[1:]) in [
        (change.message, change.wider, change.narrower) for change in found
    ]


def test_an_alternative_that_gets_another_value_is_both() -> None:
    removed, added = changes(pets({"c": "Cat"}), pets(None))
    assert (added.message, added.wider, added.narrower) == ("discriminator: value Cat added", True, False)
    assert (removed.message, removed.wider, removed.narrower) == ("discriminator: value c removed", False, True)


def test_where_alternatives_are_not_listed_a_value_that_goes_is_replaced() -> None:
    old, new = ({"discriminator": {"propertyName": "kind", "mapping": mapping}} for mapping in ({"c": "Cat"}, {}))
    (change,) = changes(old, new)
    assert (change.wider, change.narrower) == (True, True)


def test_the_property_itself() -> None:
    (change,) = changes(pets(None), pets(None, key="sort"))
    assert (change.message, change.wider, change.narrower) == ("discriminator kind to sort", True, True)
    (change,) = changes({"oneOf": [ref("Cat"), ref("Dog")]}, pets(None))
    assert (change.message, change.wider, change.narrower) == ("discriminator added", False, True)
    (change,) = changes(pets(None), {"oneOf": [ref("Cat"), ref("Dog")]})
    assert (change.message, change.wider, change.narrower) == ("discriminator removed", True, False)


def test_what_else_a_discriminator_says_is_not_understood() -> None:
    old, new = pets(None), pets(None)
    new["discriminator"]["defaultMapping"] = "Cat"
    (change,) = changes(old, new)
    assert (change.message, change.understood) == ("discriminator: defaultMapping none to Cat", False)
