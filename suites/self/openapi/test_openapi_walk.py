"""Pointers and references: what goes in comes out, and examples are data."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.formats.pointer import parts_of_reference, pointer_of
from harness.openapi import walk


@given(st.lists(st.text(alphabet="a/~%{} é", min_size=1, max_size=5), max_size=5))
def test_pointers_are_the_reverse_of_parts(parts: list[str]) -> None:
    pointer = pointer_of(tuple(parts))
    # A percent sign in a pointer inside a URL is escaped by whoever writes the URL.
    if "%" not in pointer:
        assert parts_of_reference("#" + pointer) == tuple(parts)


def test_lookup_finds_values_and_refuses_the_rest() -> None:
    tree = {"a": [{"b/c": 1}]}
    assert walk.lookup(tree, parts_of_reference("#/a/0/b~1c")) == 1
    for wrong in ("#/a/1", "#/a/x", "#/b", "#/a/0/b~1c/d"):
        with pytest.raises(KeyError):
            walk.lookup(tree, parts_of_reference(wrong))


def test_resolve_follows_chains_and_gives_up_on_circles() -> None:
    tree: dict[str, Any] = {"a": {"$ref": "#/b"}, "b": {"$ref": "#/c"}, "c": {"x": 1}, "d": {"$ref": "#/d"}}
    assert walk.resolve(tree, {"$ref": "#/a"}) == {"x": 1}
    assert walk.resolve(tree, {"$ref": "#/d"}) == {}
    assert walk.resolve(tree, {"$ref": "#/nowhere"}) == {}
    assert walk.resolve(tree, [1]) == [1]


def test_references_in_examples_and_names_are_no_references() -> None:
    tree = {
        "properties": {"$ref": {"type": "string"}, "example": {"$ref": "#/one"}},
        "example": {"$ref": "#/data"},
        "examples": {"a": {"$ref": "#/two"}, "b": {"value": {"$ref": "#/data"}}},
        "enum": [{"$ref": "#/data"}],
    }
    assert {node["$ref"] for _, node in walk.refs(tree)} == {"#/one", "#/two"}
    assert {"#/one", "#/two"} <= set(walk.targets(tree))


def test_operations_come_path_by_path() -> None:
    item = {"put": {"operationId": "b"}, "get": {"operationId": "a"}, "parameters": []}
    tree = {"paths": {"/a": item, "/b": None}}
    assert list(walk.operations(tree)) == [("/a", "get", item), ("/a", "put", item)]


def test_keywords_beside_a_reference_count_from_3_1_on() -> None:
    node = {"$ref": "#/a", "minimum": 1}
    assert walk.beside({"openapi": "3.1.0"}, node) == {"minimum": 1}
    assert walk.beside({"openapi": "3.0.3"}, node) == {}
    assert walk.beside({"openapi": "3.1.0"}, {"minimum": 1}) == {}
