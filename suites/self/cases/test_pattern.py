"""A quickened pattern takes exactly what it took before."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.cases.pattern import BEYOND, quick, quicken
from harness.openapi.document_cache import open_documents

PATTERNS = [
    rf"([0-9a-zA-Z_\-\.\$@\?\,\:\'\/\!{BEYOND}\s])+",
    rf"[a-z0-9\/%\-{BEYOND}]+",
    rf"^[\]\\{BEYOND}]*$",
    rf"[\x00-\x7f{BEYOND}]",
    rf"(a|[{BEYOND}])[b-d]",
    r"[0-9]+",
    r"[^a]",
]
TEXT = st.text(st.characters(codec="utf-8") | st.sampled_from("azAZ09-_./\\]['\x00\x7f\x80"), max_size=3)


@given(st.sampled_from(PATTERNS), TEXT)
def test_the_same_texts_fit(pattern: str, text: str) -> None:
    assert bool(re.fullmatch(quick(pattern), text)) == bool(re.fullmatch(pattern, text))


@pytest.mark.parametrize("pattern", PATTERNS)
def test_no_range_beyond_ascii_is_left(pattern: str) -> None:
    assert BEYOND not in quick(pattern)


@given(st.from_regex(r"[a-z]{1,3}@([a-z]{1,5}\.){1,2}[a-z]{2,4}", fullmatch=True))
def test_a_bound_on_the_length_ahead_refuses_no_address_within_it(text: str) -> None:
    pattern = r"^[a-z]+@(?=.{4,256}$)([a-z]+\.)+[a-z]{2,22}$"
    assert quick(pattern) == r"^[a-z]+@([a-z]+\.)+[a-z]{2,22}$"
    assert re.fullmatch(pattern, text)
    assert re.fullmatch(quick(pattern), text)


def test_other_ways_to_look_ahead_stay() -> None:
    for pattern in (r"(?=.*\d)[a-z\d]+", r"(?!.{4,5}$)a+", r"a(?=b{1,2}$)"):
        assert quick(pattern) == pattern


def test_a_tree_is_rewritten_wherever_a_pattern_stands() -> None:
    slow = PATTERNS[0]
    tree = {
        "a": [{"pattern": slow}],
        "patternProperties": {slow: {"pattern": slow}},
        "properties": {"pattern": {"type": slow}},
    }
    quicken(tree)
    fast = quick(slow)
    assert tree == {
        "a": [{"pattern": fast}],
        "patternProperties": {fast: {"pattern": fast}},
        "properties": {"pattern": {"type": slow}},
    }


def test_nothing_slow_is_left_in_what_is_pinned() -> None:
    """The repairs spell all characters beyond ASCII in one way; another spelling would cost seconds an operation."""
    documents = open_documents(Path(os.devnull) / "cache")
    for vendor in ("zendesk", "zoho"):
        for document in documents.documents(vendor):
            wide = [
                text
                for text in texts(document.tree, "pattern")
                if re.search("[\x80-\U0010ffff]-[\u2000-\U0010ffff]", quick(text))
            ]
            assert wide == []


def texts(node: object, key: str) -> list[str]:
    """Every text under `key`, anywhere below `node`."""
    if isinstance(node, list):
        return [text for item in node for text in texts(item, key)]
    if not isinstance(node, dict):
        return []
    own = [node[key]] if isinstance(node.get(key), str) else []
    own += list(node.get("patternProperties") or ())
    return own + [text for value in node.values() for text in texts(value, key)]
