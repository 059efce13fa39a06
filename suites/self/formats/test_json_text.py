"""What is JSON is read, and what is none is told in one way, however broken it is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.formats.json_text import DEEPEST, NOT_JSON, NotJsonError, json_or, read_json

VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(-1e300, 1e300) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(VALUES)
def test_every_value_comes_back_from_its_text(value: Any) -> None:
    assert read_json(json.dumps(value)) == value
    assert json_or(json.dumps(value).encode(), NOT_JSON) == value


@given(st.binary(max_size=40) | st.text('[]{}",:1eE-.NanInfity\\u0d8 \n', max_size=40))
def test_whatever_the_text_is_there_is_a_value_or_one_kind_of_error(text: bytes | str) -> None:
    try:
        value = read_json(text)
    except NotJsonError:
        assert json_or(text, NOT_JSON) is NOT_JSON
    else:
        assert json_or(text, NOT_JSON) == value


@pytest.mark.parametrize(
    "text",
    [b"", b"{", b"<html>", b"\xff", b"NaN", b"[Infinity]", b'{"a": -Infinity}', b"9" * 5_000,
     b"[" * (DEEPEST + 1) + b"1" + b"]" * (DEEPEST + 1), b"[" * 200_000, '{"a":' * 200_000],
)  # fmt: skip
def test_what_is_no_json_is_none(text: bytes | str) -> None:
    with pytest.raises(NotJsonError):
        read_json(text)


def test_null_is_a_value() -> None:
    assert json_or("null", NOT_JSON) is None


def test_words_like_nan_inside_a_text_do_no_harm() -> None:
    assert read_json(b'{"NaN": "Infinity"}') == {"NaN": "Infinity"}


def test_whoever_must_know_of_keys_that_stand_twice_builds_the_objects() -> None:
    assert read_json('{"a": 1, "a": 2}', list) == [("a", 1), ("a", 2)]
