"""Java's regular expressions: translated ones mean the same, and every engine of ours takes them."""

from __future__ import annotations

import re

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.openapi.repair.regex import translate

# Java pattern, texts that it finds, texts that it does not.
MEANINGS = [
    (r"^[a-z\P{InBasicLatin}]+$", ["abc", "aé", "日本"], ["A", "", "a1"]),
    (r"^\P{InBasicLatin}$", ["é"], ["e"]),
    (r"^[\p{Alpha}]+$", ["abC"], ["ab1"]),
    (r"^\p{Digit}{2}$", ["12"], ["ab"]),
    (r"^[^\P{InBasicLatin}]+$", ["abc"], ["é"]),
    (r"^(a|\$\{(?i)(Empty)\})$", ["a", "${EMPTY}", "${empty}"], ["A", "$EMPTY"]),
    (r"^a++b$", ["aab"], ["b"]),
    (r"^\Q[x]\E$", ["[x]"], ["x"]),
    (r"\Aab\z", ["ab"], ["xab"]),
    (r"^(?<year>[0-9]{4})$", ["2026"], ["26"]),
    (r"^[a&amp;b]+$", ["a&b"], ["c"]),
    (r"^\x{41}$", ["A"], ["a"]),
    (r"^(?>ab)c$", ["abc"], ["ac"]),
]


@pytest.mark.parametrize(("pattern", "finds", "refuses"), MEANINGS)
def test_translated_patterns_mean_the_same_in_both_engines(pattern: str, finds: list[str], refuses: list[str]) -> None:
    text = translate(pattern)
    assert text is not None
    validator = jsonschema_rs.Draft202012Validator({"pattern": text})
    for value in finds:
        assert re.search(text, value), value
        assert validator.is_valid(value), value
    for value in refuses:
        assert not re.search(text, value), value
        assert not validator.is_valid(value), value


def test_plain_patterns_are_left_alone() -> None:
    for pattern in (r"^[0-9]+$", r"(a|b)*c?", r"^\d{3}-\w+$", r"^(?=.{4,}$)x", r"(?<!a)b"):
        assert translate(pattern) == pattern


def test_negated_classes_that_refuse_every_digit_are_opened_for_numbers_only() -> None:
    assert translate(r"^[^\d<>]+$", digits=True) == "^[^<>]+$"
    assert translate(r"^[^0-9]+$", digits=True) == r"^[\s\S]+$"
    assert translate(r"^[^\d]+$") == r"^[^\d]+$"


def test_what_cannot_be_translated_is_given_up() -> None:
    assert translate(r"\p{NoSuchThing}+") is None
    assert translate("(?z)x") is None
    assert translate("[a-z&&[^b]]") is None


@settings(max_examples=400)
@given(st.text(alphabet="ab[]^\\pP{}InBasicLatinQE(?i)+*|&;amp-d0-9", max_size=30), st.booleans())
def test_any_pattern_gives_one_that_compiles_or_none(pattern: str, digits: bool) -> None:
    text = translate(pattern, digits)
    if text is not None and text != pattern:
        re.compile(text)
