"""Rewrites regular expressions into forms for which the generator draws quickly."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import groupby
from typing import Any

# How the repairs of documents write all characters but ASCII.
BEYOND = "\x80-\ud7ff\ue000-\U0010ffff"
# Text by a pattern is drawn one character at a time: 65,535 of them took 350 MB. A larger bound is left out.
LONGEST = 2000
_LENGTH_AHEAD = re.compile(r"\(\?=\.\{\d+,\d+\}\$\)")
_CLASS = re.compile(r"\[(?!\^)(?:\\.|[^\]\\])*\]", re.DOTALL)


def quicken(tree: Any) -> None:
    """Rewrite every slow `pattern` of a document tree in place, and those that are keys of `patternProperties`."""
    nodes = [tree]
    while nodes:
        node = nodes.pop()
        if isinstance(node, dict):
            if isinstance(pattern := node.get("pattern"), str):
                node["pattern"] = quick(pattern)
                if isinstance(most := node.get("maxLength"), int) and most > LONGEST:
                    del node["maxLength"]
            if isinstance(properties := node.get("patternProperties"), dict):
                node["patternProperties"] = {quick(key): value for key, value in properties.items()}
            nodes.extend(node.values())
        elif isinstance(node, list):
            nodes.extend(node)


@lru_cache(maxsize=4096)
def quick(pattern: str) -> str:
    """A pattern that Hypothesis finds matches for without a search.

    It walks through the ranges of a class one character at a time, 6 seconds for all of Unicode, but takes a negated
    class as it is: a class that includes all beyond ASCII is written as the negation of what it excludes. Nor can it
    look ahead: a lookahead that only bounds the length is left out, since `maxLength` has the bound as well.
    """
    pattern = _LENGTH_AHEAD.sub("", pattern)
    return _CLASS.sub(_negated, pattern) if BEYOND in pattern else pattern


def _negated(match: re.Match[str]) -> str:
    text = match.group()
    if BEYOND not in text:
        return text
    compiled = re.compile(text)
    excluded = [code for code in range(128) if not compiled.fullmatch(chr(code))]
    # Consecutive codes have the same difference to their index.
    groups = groupby(enumerate(excluded), key=lambda pair: pair[1] - pair[0])
    ranges = [[code for _, code in group] for _, group in groups]
    inner = "".join(rf"\x{codes[0]:02x}-\x{codes[-1]:02x}" for codes in ranges)
    return f"[^{inner}]" if inner else r"[\s\S]"
