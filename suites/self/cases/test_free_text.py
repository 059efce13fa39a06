"""What the document leaves free: a text without list, format or pattern that refuses it, with room for it."""

from __future__ import annotations

from typing import Any

import pytest

from harness.cases.free_text import texts

TREE = {"components": {"schemas": {"Name": {"type": "string", "maxLength": 40}}}}


def free(schema: Any, value: Any) -> list[tuple[str | int, ...]]:
    return [text.at for text in texts(TREE, schema, value)]


@pytest.mark.parametrize(
    "schema", [{"type": "string"}, {"type": ["null", "string"]}, {}, {"$ref": "#/components/schemas/Name"}]
)
def test_a_plain_text_is_free(schema: dict[str, Any]) -> None:
    assert free({"type": "object", "properties": {"name": schema}}, {"name": "x"}) == [("name",)]


@pytest.mark.parametrize("rule", [{"enum": ["x"]}, {"const": "x"}, {"format": "email"}])
def test_a_text_with_a_form_is_not(rule: dict[str, Any]) -> None:
    assert free({"properties": {"name": {"type": "string", **rule}}}, {"name": "x"}) == []


def test_what_holds_of_one_alternative_holds() -> None:
    """A body that is right by another schema must not become wrong by the one that the case was made for."""
    schema = {"oneOf": [{"properties": {"name": {"type": "string"}}}, {"properties": {"name": {"enum": ["x"]}}}]}
    assert free(schema, {"name": "x"}) == []


def test_texts_are_found_at_any_depth() -> None:
    assert free({}, {"a": {"b": [{"c": "x"}]}}) == [("a", "b", 0, "c")]


def test_a_text_knows_its_bounds() -> None:
    (text,) = texts(TREE, {"properties": {"name": {"$ref": "#/components/schemas/Name"}}}, {"name": "x"})
    assert (text.most, text.bounded, text.declared, text.name) == (40, True, True, "name")


def test_a_pattern_that_fits_the_whole_text_fits_the_new_one() -> None:
    (text,) = texts({}, {"properties": {"name": {"type": "string", "pattern": "[a-z]+"}}}, {"name": "abc"})
    assert text.takes("xyz")
    assert not text.takes("x-1")


def test_a_schema_that_leads_in_a_circle_ends() -> None:
    node: dict[str, Any] = {"properties": {}}
    node["allOf"] = [{"$ref": "#/components/schemas/Loop"}]
    tree = {"components": {"schemas": {"Loop": node}}}
    assert [text.at for text in texts(tree, {"$ref": "#/components/schemas/Loop"}, {"name": "x"})]


def test_a_pattern_with_nested_repetitions_is_judged_without_trying_all_of_them() -> None:
    """An address list as a vendor's document describes it; Python's own engine needs years for this text."""
    pattern = r"(^((.*?)((<)*?[a-zA-Z0-9]([\w\-.+]*)@([\w\-.]*)(\.[a-zA-Z]{2,22})(>)*?(\s)*((,|;)\s*)?))+|^$)"
    (text,) = texts({}, {"type": "string", "pattern": pattern}, "0@.AA" * 40)
    assert text.valid
    assert not text.takes("0@.AA" * 40 + " mark!")


def test_what_is_no_pattern_takes_nothing() -> None:
    (text,) = texts({}, {"type": "string", "pattern": "("}, "a")
    assert not text.valid
