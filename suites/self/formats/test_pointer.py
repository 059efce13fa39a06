"""Pointers go apart and together as RFC 6901 says, whatever the names in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.formats.pointer import parts_of, parts_of_reference, pointer_of


@pytest.mark.parametrize(
    ("pointer", "parts"),
    [
        ("", ()),
        ("/", ("",)),
        ("/foo", ("foo",)),
        ("/foo/0", ("foo", "0")),
        ("/a~1b", ("a/b",)),
        ("/m~0n", ("m~n",)),
        ("/~01", ("~1",)),
        ("//a", ("", "a")),
        ("/c%d", ("c%d",)),
        ('/k"l', ('k"l',)),
        ("/ ", (" ",)),
    ],
)
def test_the_examples_of_the_standard(pointer: str, parts: tuple[str, ...]) -> None:
    assert parts_of(pointer) == parts
    assert pointer_of(parts) == pointer


@pytest.mark.parametrize(
    ("reference", "parts"),
    [
        ("#", ()),
        ("#/components/schemas/A%20b", ("components", "schemas", "A b")),
        ("#/paths/~1api~1v2/get", ("paths", "/api/v2", "get")),
        ("#/a%7E1b", ("a/b",)),
        ("other.json#/a", ("a",)),
    ],
)
def test_a_reference_is_unquoted_first(reference: str, parts: tuple[str, ...]) -> None:
    assert parts_of_reference(reference) == parts


@given(st.lists(st.text(max_size=8), max_size=6).map(tuple))
def test_what_is_put_together_comes_apart_again(parts: tuple[str, ...]) -> None:
    assert parts_of(pointer_of(parts)) == parts
