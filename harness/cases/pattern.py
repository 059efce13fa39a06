"""Regular expressions in the words that the generator is quick with."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import groupby
from typing import Any

# How the repairs spell all characters but ASCII.
BEYOND = "\x80-\ud7ff\ue000-\U0010ffff"
# Text by a pattern is drawn one character at a time: 65,535 of them took 350 MB. Past this many the bound is not tried.
LONGEST = 2000
_LENGTH_AHEAD = re.compile(r"\(\?=\.\{\d+,\d+\}\$\)")
_CLASS = re.compile(r"\[(?!\^)(?:\\.|[^\]\\])*\]", re.DOTALL)


def quicken(tree: Any) -> None:
    """Rewrite every slow `pattern` of a document tree in place, and those that are keys of `patternProperties`."""
    rest = [tree]
    while rest:
        node = rest.pop()
        if isinstance(node, dict):
            if isinstance(pattern := node.get("pattern"), str):
                node["pattern"] = quick(pattern)
                if isinstance(most := node.get("maxLength"), int) and most > LONGEST:
                    del node["maxLength"]
            if isinstance(named := node.get("patternProperties"), dict):
                node["patternProperties"] = {quick(key): value for key, value in named.items()}
            rest.extend(node.values())
        elif isinstance(node, list):
            rest.extend(node)


@lru_cache(maxsize=4096)
def quick(pattern: str) -> str:
    """A pattern that Hypothesis finds matches for without a search.

    It walks through the ranges of a class one character at a time, 6 seconds for all of Unicode, but keeps a negated
    class as it stands: a class that takes all beyond ASCII is written as what it refuses. It cannot see ahead either:
    what only bounds the length there is left out, since `maxLength` says it as well.
    """
    pattern = _LENGTH_AHEAD.sub("", pattern)
    return _CLASS.sub(_refused, pattern) if BEYOND in pattern else pattern


def _refused(found: re.Match[str]) -> str:
    text = found.group()
    if BEYOND not in text:
        return text
    taken = re.compile(text)
    refused = [code for code in range(128) if not taken.fullmatch(chr(code))]
    runs = [[code for _, code in run] for _, run in groupby(enumerate(refused), key=lambda pair: pair[1] - pair[0])]
    inner = "".join(rf"\x{run[0]:02x}-\x{run[-1]:02x}" for run in runs)
    return f"[^{inner}]" if inner else r"[\s\S]"
