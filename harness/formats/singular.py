"""English plurals to singulars, as far as the names of APIs need it."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=8192)
def singular(word: str) -> str:
    """`policies` -> policy, `addresses` -> address, `statuses` -> status; what ends like `status` is no plural."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "uses")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is", "news")):
        return word[:-1]
    return word
