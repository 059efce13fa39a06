"""A pattern of `--only` that selects nothing, to the pattern that was likely meant."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from fnmatch import fnmatchcase

from harness.formats.suggestion import did_you_mean, near

GRAMMAR = "Patterns match keys (VENDOR:OPERATION), paths (/api/*/tickets*) or tags. See: deskcheck plan --list"
_WILD = re.compile(r"[*?\[\]]+")
# Where a name is put together: `ListTicketForms`, `/api/v2/ticket_forms/{id}`, `Ticket Forms`.
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def hint(pattern: str, names: Collection[str]) -> str:
    """What to type in place of a pattern that fits none of `names` (keys, ids, paths and tags of operations)."""
    if any(name.startswith(f"{pattern}:") for name in names):
        return f"Did you mean '{pattern}:*'?"
    if spelled := [name for name in names if fnmatchcase(name.lower(), pattern.lower())]:
        return f"Upper and lower case count: {did_you_mean(pattern, spelled) or f'for example {spelled[0]}.'}"
    if not _WILD.search(pattern):
        return did_you_mean(pattern, names, GRAMMAR)
    meant = next(_corrected(pattern, names), "")
    return f"Did you mean '{meant}'?" if meant else GRAMMAR


def _corrected(pattern: str, names: Collection[str]) -> Iterator[str]:
    """The pattern with one of its words replaced by a near one, where it selects something then."""
    words = {word for name in names for word in _WORDS.findall(name)}
    for word in sorted(set(_WORDS.findall(pattern)) - words, key=len, reverse=True):
        alike = {name.lower() for name in near(word, words)}
        for known in sorted(name for name in words if name.lower() in alike):
            candidate = pattern.replace(word, known)
            if any(fnmatchcase(name, candidate) for name in names):
                yield candidate
