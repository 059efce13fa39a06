"""The table of styles: each with and without `explode`, for a value of each kind."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.contract.parameter_styles import Style, cookies_of, of_names, of_text, pairs_of
from harness.contract.text_values import Shape

WORD = {"type": "string"}
LIST = {"type": "array", "items": {"type": "string"}}
MAP = {"type": "object", "properties": {"r": {"type": "integer"}, "g": {"type": "integer"}}}


def shape(schema: Any) -> Shape:
    return Shape({}, [schema])


@pytest.mark.parametrize(
    ("style", "explode", "schema", "text", "meant"),
    [
        ("simple", False, WORD, "blue", "blue"),
        ("simple", True, WORD, "blue", "blue"),
        ("simple", False, LIST, "a,b", ["a", "b"]),
        ("simple", True, LIST, "a, b", ["a", "b"]),
        ("simple", False, MAP, "r,1,g,2", {"r": "1", "g": "2"}),
        ("simple", True, MAP, "r=1,g=2", {"r": "1", "g": "2"}),
        ("label", False, WORD, ".blue", "blue"),
        ("label", False, LIST, ".a,b", ["a", "b"]),
        ("label", True, LIST, ".a.b", ["a", "b"]),
        ("label", False, MAP, ".r,1,g,2", {"r": "1", "g": "2"}),
        ("label", True, MAP, ".r=1.g=2", {"r": "1", "g": "2"}),
        ("matrix", False, WORD, ";p=blue", "blue"),
        ("matrix", True, WORD, ";p=blue", "blue"),
        ("matrix", False, LIST, ";p=a,b", ["a", "b"]),
        ("matrix", True, LIST, ";p=a;p=b", ["a", "b"]),
        ("matrix", False, MAP, ";p=r,1,g,2", {"r": "1", "g": "2"}),
        ("matrix", True, MAP, ";r=1;g=2", {"r": "1", "g": "2"}),
    ],
)
def test_in_a_path_or_header(style: str, explode: bool, schema: Any, text: str, meant: Any) -> None:
    assert next(iter(of_text(Style(style, explode), "p", shape(schema), text))) == meant


@pytest.mark.parametrize("style", ["label", "matrix"])
def test_a_text_of_another_style_means_nothing(style: str) -> None:
    assert list(of_text(Style(style, False), "p", shape(LIST), "a,b")) == []


def test_a_label_of_3_0_has_dots_between_values_too() -> None:
    assert ["a", "b"] in list(of_text(Style("label", False), "p", shape(LIST), ".a.b"))


@pytest.mark.parametrize(
    ("style", "explode", "schema", "query", "meant"),
    [
        ("form", True, WORD, "p=blue", "blue"),
        ("form", False, WORD, "p=a%2Cb", "a,b"),
        ("form", True, LIST, "p=a&p=b", ["a", "b"]),
        ("form", True, LIST, "p[]=a&p[]=b", ["a", "b"]),
        ("form", False, LIST, "p=a,b", ["a", "b"]),
        ("form", True, MAP, "r=1&g=2&other=3", {"r": "1", "g": "2"}),
        ("form", False, MAP, "p=r,1,g,2", {"r": "1", "g": "2"}),
        ("spaceDelimited", False, LIST, "p=a%20b", ["a", "b"]),
        ("spaceDelimited", False, LIST, "p=a+b", ["a", "b"]),
        ("spaceDelimited", True, LIST, "p=a&p=b", ["a", "b"]),
        ("spaceDelimited", False, MAP, "p=r%201%20g%202", {"r": "1", "g": "2"}),
        ("pipeDelimited", False, LIST, "p=a|b", ["a", "b"]),
        ("pipeDelimited", False, LIST, "p=a%7Cb", ["a", "b"]),
        ("pipeDelimited", True, LIST, "p=a&p=b", ["a", "b"]),
        ("pipeDelimited", False, MAP, "p=r|1|g|2", {"r": "1", "g": "2"}),
        ("deepObject", True, MAP, "p[r]=1&p[g]=2", {"r": "1", "g": "2"}),
        ("deepObject", False, MAP, "p%5Br%5D=1", {"r": "1"}),
        ("deepObject", True, {"type": "object"}, "p[a][b]=1", {"a": {"b": "1"}}),
        ("deepObject", True, {"type": "object", "properties": {"ids": LIST}}, "p[ids][]=1&p[ids][]=2",
         {"ids": ["1", "2"]}),
        ("deepObject", True, {"type": "object", "properties": {"ids": LIST}}, "p[ids][0]=1", {"ids": ["1"]}),
        ("deepObject", True, {"type": "object", "properties": {"ids": LIST}}, "p[ids]=1", {"ids": ["1"]}),
    ],
)  # fmt: skip
def test_in_a_query(style: str, explode: bool, schema: Any, query: str, meant: Any) -> None:
    assert meant in list(of_names(Style(style, explode), "p", shape(schema), pairs_of(query)))


@pytest.mark.parametrize("query", ["", "q=1", "pp=1", "p2[r]=1"])
def test_what_was_not_sent_means_nothing(query: str) -> None:
    assert list(of_names(Style("form", True), "p", shape(MAP), pairs_of(query))) == []


def test_the_names_of_neighbours_are_not_an_objects_own() -> None:
    sent = pairs_of("r=1&g=2")
    assert list(of_names(Style("form", True), "p", shape(MAP), sent, frozenset({"g"}))) == [{"r": "1"}]


def test_a_delimiter_counts_escaped_or_not_whichever_fits() -> None:
    meant = list(of_names(Style("form", False), "p", shape(LIST), pairs_of("p=a,b%2Cc")))
    assert meant == [["a", "b", "c"], ["a", "b,c"]]


def test_brackets_without_end_are_no_value() -> None:
    assert list(of_names(Style("deepObject", True), "p", shape({}), pairs_of("p" + "[a]" * 5000 + "=1"))) == []


def test_cookies_by_name() -> None:
    assert cookies_of('a=1; b="x y";c') == {"a": ["1"], "b": ["x y"]}


def test_a_place_has_its_usual_style() -> None:
    assert Style.usual("query") == Style("form", True)
    assert Style.usual("path") == Style("simple", False)
    assert Style.usual("query", "pipeDelimited") == Style("pipeDelimited", False)
    assert Style.usual("query", None, False) == Style("form", False)


WORDS = st.text("abcxyz0189_", min_size=1, max_size=6)
VALUES = st.one_of(
    st.lists(WORDS, min_size=1, max_size=4), st.dictionaries(st.sampled_from(["r", "g"]), WORDS, min_size=1)
)


def serialized(style: str, explode: bool, value: Any) -> str:
    """The value as OpenAPI's table of styles has it, for a parameter `p` of a query."""
    pairs = value.items() if isinstance(value, dict) else [("p", item) for item in value]
    if style == "deepObject":
        return "&".join(f"p[{key}]={item}" for key, item in pairs)
    if explode:
        return "&".join(f"{key}={item}" for key, item in pairs)
    delimiter = {"form": ",", "spaceDelimited": "%20", "pipeDelimited": "%7C"}[style]
    pieces = [piece for pair in pairs for piece in pair] if isinstance(value, dict) else value
    return f"p={delimiter.join(pieces)}"


@given(VALUES, st.sampled_from(["form", "spaceDelimited", "pipeDelimited", "deepObject"]), st.booleans())
def test_what_was_written_in_a_style_is_read_in_it(value: Any, style: str, explode: bool) -> None:
    if style == "deepObject":
        value = value if isinstance(value, dict) else {"r": "x"}
    explode = explode and (style == "form" or isinstance(value, list))
    words = {"type": "object", "properties": {"r": {"type": "string"}, "g": {"type": "string"}}}
    made = shape(words if isinstance(value, dict) else LIST)
    assert value in list(of_names(Style(style, explode), "p", made, pairs_of(serialized(style, explode, value))))
