"""A word that nobody knows to the known ones that were likely meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches

SHOWN = 3
"""Names in one suggestion at most."""
_ALIKE = 0.6
"""What `difflib` calls close, between 0 (nothing in common) and 1 (equal)."""
_AS_GOOD = 0.08
"""How much less alike than the best a name may be and still be shown."""


def near(word: str, known: Iterable[str]) -> tuple[str, ...]:
    """The known names that a word was likely meant to be, the likeliest first; case does not count.

    A name of parts (`vendor:Operation`) is also found by its last part, where the word has one part only. Names that
    are much less alike than the best are left out, so that a slip of one letter gets one answer.
    """
    names: dict[str, str] = {}
    for name in known:
        names.setdefault(_comparable(name, word), name)
    wanted = word.lower()
    close = get_close_matches(wanted, names, n=SHOWN, cutoff=_ALIKE)
    if not close:
        close = sorted(name for name in names if len(wanted) > 2 and wanted in name)[:SHOWN]
        return tuple(names[name] for name in close)
    best = _likeness(wanted, close[0])
    return tuple(names[name] for name in close if _likeness(wanted, name) >= best - _AS_GOOD)


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """`Did you mean write?`, or `otherwise` where no known name is near."""
    names = near(word, known)
    return f"Did you mean {' or '.join(names)}?" if names else otherwise


def _comparable(name: str, word: str) -> str:
    return (name if ":" in word else name.rpartition(":")[2]).lower()


def _likeness(word: str, name: str) -> float:
    return SequenceMatcher(None, name, word).ratio()
