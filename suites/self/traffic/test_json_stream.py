"""A cursor gives the same values whatever the size of its chunks."""

from __future__ import annotations

import contextlib
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.traffic import json_stream
from harness.traffic.json_stream import Cursor, OversizeError, TruncatedError

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=15,
)


def items(text, chunk):
    cursor = Cursor(io.StringIO(text), chunk)
    cursor.take("[")
    if cursor.peek() == "]":
        return
    while True:
        yield cursor.value()
        if cursor.take(",]") == "]":
            return


@given(st.lists(VALUES, max_size=6), st.integers(1, 40), st.sampled_from([None, 1]), st.booleans())
def test_chunks_do_not_matter(values, chunk, indent, ascii_only):
    text = json.dumps(values, indent=indent, ensure_ascii=ascii_only)
    assert list(items(text, chunk)) == values


@given(st.lists(VALUES, min_size=1, max_size=6), st.integers(1, 40), st.data())
def test_a_cut_text_gives_whole_values_and_then_says_so(values, chunk, data):
    text = json.dumps(values)
    cut = text[: data.draw(st.integers(0, len(text) - 1))]
    got: list[object] = []
    with pytest.raises(TruncatedError):
        got.extend(items(cut, chunk))
    # Of a number at the cut nobody can say whether it went on.
    whole = got[:-1] if got and isinstance(got[-1], int | float) else got
    assert whole == values[: len(whole)]


@pytest.mark.parametrize("cut", ["[1e", "[1e-", "[1.", "[-", "[25, -1E+"])
def test_half_a_number_is_a_cut_text(cut):
    with pytest.raises(TruncatedError):
        list(items(cut, 5))


@given(VALUES.filter(lambda value: isinstance(value, dict | list)), st.integers(1, 40))
def test_skipping_leads_behind_the_value(value, chunk):
    cursor = Cursor(io.StringIO(f"[{json.dumps(value)}, 7]"), chunk)
    cursor.take("[")
    cursor.peek()
    cursor.skip()
    cursor.take(",")
    assert cursor.value() == 7


def test_a_value_that_is_too_large_is_left_unread(monkeypatch):
    monkeypatch.setattr(json_stream, "LARGEST", 100)
    cursor = Cursor(io.StringIO(json.dumps(["x" * 500]) + " 7"), 10)
    with pytest.raises(OversizeError):
        cursor.value()
    cursor.skip()
    assert cursor.value() == 7


@pytest.mark.parametrize("text", ["[nonsense, 1, 2, 3, 4, 5, 6]", '["a" "b", "c", "d", "e"]', "[" * 100_000])
def test_what_is_no_json_is_told_at_once(text):
    with pytest.raises((ValueError, TruncatedError)):
        Cursor(io.StringIO(text)).value()


def test_the_end_is_where_nothing_but_space_is_left():
    cursor = Cursor(io.StringIO('{"a": 1}\n{"b": 2} \n\n'), 3)
    values = []
    while not cursor.is_at_end():
        values.append(cursor.value())
    assert values == [{"a": 1}, {"b": 2}]


def test_a_cursor_may_have_a_bound_of_its_own():
    for text in (json.dumps(["x" * 500]), json.dumps(["x" * 5000])):
        with pytest.raises(OversizeError):
            Cursor(io.StringIO(text), 10, largest=100).value()
    assert Cursor(io.StringIO(text), 10, largest=10_000).value() == ["x" * 5000]


@pytest.mark.parametrize("text", ["-}", "-", "- 1", '-"', "-x", "1-", "-\n\n"])
@pytest.mark.parametrize("chunk", [1, 3, 100])
def test_a_sign_without_a_number_is_never_waited_for(text, chunk):
    cursor = Cursor(io.StringIO(text), chunk)
    with contextlib.suppress(ValueError, TruncatedError):
        while not cursor.is_at_end():
            assert cursor.value() == 1
