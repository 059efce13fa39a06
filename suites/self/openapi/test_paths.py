"""The trie of path templates finds what one regular expression for each template finds."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.openapi.paths import PathTrie, named_values, parameter_names, segments_of

TEMPLATE_SEGMENTS = st.sampled_from(["a", "B", "{x}", "{y}", "{x}.{y}", "pre-{x}", "{x}S", "{}", "a{b"])
TEMPLATES = st.lists(TEMPLATE_SEGMENTS, max_size=4).map(lambda parts: "/" + "/".join(parts))
PATH_SEGMENTS = st.lists(st.text("aAbB.-sS1/\n", max_size=5), min_size=1, max_size=4)
METHODS = st.sampled_from(["GET", "PUT"])


def trie_of(templates: list[tuple[str, str]], *, ignore_case: bool = False) -> PathTrie[str]:
    trie: PathTrie[str] = PathTrie(ignore_case=ignore_case)
    for method, template in templates:
        trie.add(template, method, f"{method} {template}")
    return trie


def naive_match(template: str, segments: list[str], *, ignore_case: bool) -> list[str] | None:
    """The parameters' values, by one regular expression for each segment; nothing where one does not fit."""
    parts = segments_of(template)
    if len(parts) != len(segments):
        return None
    values: list[str] = []
    for part, segment in zip(parts, segments, strict=True):
        pattern = "(.+)".join(map(re.escape, re.split(r"{[^{}]+}", part)))
        match = re.fullmatch(pattern, segment, re.DOTALL | (re.IGNORECASE if ignore_case else 0))
        if not match:
            return None
        values += match.groups()
    return values


def shape(template: str) -> str:
    return re.sub(r"{[^{}]+}", "*", template)


@given(
    st.lists(st.tuples(METHODS, TEMPLATES), max_size=8, unique_by=lambda row: (row[0], shape(row[1]).casefold())),
    PATH_SEGMENTS,
    st.booleans(),
)
def test_it_finds_what_regular_expressions_find(
    templates: list[tuple[str, str]], segments: list[str], ignore_case: bool
) -> None:
    found = [
        (name, list(values))
        for operations, values in trie_of(templates, ignore_case=ignore_case).find(segments)
        for name in operations.values()
    ]
    assert sorted(found) == sorted(
        (f"{method} {template}", values)
        for method, template in templates
        if (values := naive_match(template, segments, ignore_case=ignore_case)) is not None
    )


@given(st.lists(TEMPLATES, min_size=1, max_size=8), PATH_SEGMENTS)
def test_a_fixed_word_comes_before_a_mixed_segment_before_a_parameter(
    templates: list[str], segments: list[str]
) -> None:
    trie = trie_of([("GET", template) for template in templates])
    found = [operations["GET"].removeprefix("GET ") for operations, _ in trie.find(segments)]
    ranks = [[_rank(part) for part in segments_of(template)] for template in found]
    assert ranks == sorted(ranks)


def _rank(segment: str) -> int:
    if re.fullmatch(r"{[^{}]+}", segment):
        return 2
    return 1 if "{" in segment else 0


def test_of_two_operations_on_one_template_the_first_is_kept() -> None:
    trie = trie_of([("GET", "/a/{x}"), ("GET", "/a/{y}"), ("PUT", "/a/{y}")])
    ((operations, values),) = trie.find(["a", "7"])
    assert (operations, values) == ({"GET": "GET /a/{x}", "PUT": "PUT /a/{y}"}, ("7",))


def test_a_value_may_hold_a_slash_that_was_encoded() -> None:
    assert [values for _, values in trie_of([("GET", "/a/{x}.{y}")]).find(["a", "b/c.d"])] == [("b/c", "d")]


@pytest.mark.parametrize("segments", [["a"], ["a", ""], ["a", "7", "8"], ["", "a", "7"], ["A", "7"]])
def test_what_no_template_has_is_not_found(segments: list[str]) -> None:
    assert list(trie_of([("GET", "/a/{x}")]).find(segments)) == []


def test_names_are_given_to_values_in_the_order_of_the_template() -> None:
    assert parameter_names("/a/{x}.{y}/b/{z}") == ("x", "y", "z")
    assert named_values("/a/{x}.{y}/b/{z}", ["1", "2", "3"]) == {"x": "1", "y": "2", "z": "3"}
