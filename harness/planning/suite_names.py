"""What a hand-written test is called in results, reports, waivers and `--only`: the same in every run and process."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from harness import shipped
from harness.vendors import VENDORS

SEPARATOR = "::"
"""Between file, classes and function, as in pytest's ids."""


def suite_name(function: str, path: Path, classes: Sequence[str] = ()) -> str:
    """The name of a test by its function, which may be followed by its parameters.

    A shipped one is called by its function alone; a test holds those to be unlike each other. Any other is called by
    its file as seen from the working directory, where deskcheck.toml lies: suites of a user's may lie in many folders,
    and a name must not change because another file gets a function of the same name.
    """
    file = [] if path == Path() or _is_shipped(path) else [_seen_from_here(path)]
    return SEPARATOR.join([*file, *classes, function])


def _is_shipped(path: Path) -> bool:
    """Whether a file lies in the folder of a vendor among the shipped suites."""
    return any(path.parent == shipped.suites() / vendor for vendor in VENDORS)


def _seen_from_here(path: Path) -> str:
    return Path(os.path.relpath(path)).as_posix()


def short_name(name: str) -> str:
    """The function of a test's name, with its parameters."""
    base, bracket, parameters = name.partition("[")
    return f"{base.rpartition(SEPARATOR)[2]}{bracket}{parameters}"


def fits(names: Iterable[str], patterns: Iterable[str]) -> bool:
    """Whether a pattern fits one of the names, or is one: what a report calls a test may hold brackets."""
    known = list(names)
    return any(name == pattern or fnmatchcase(name, pattern) for pattern in patterns for name in known)


def names_test(pattern: str) -> bool:
    """Whether a pattern of `--only` is about hand-written tests: `zendesk:test_tags*`, `*desk/test_tags.py::*`."""
    return ".py" in pattern or short_name(pattern).rpartition(":")[2].startswith("test_")


def pattern_of(key: str) -> str:
    """The pattern of `--only` that selects what has this key: an operation, or a hand-written test.

    A test that is drawn from an operation runs with that one.
    """
    if not names_test(key):
        return key
    function, _, parameters = key.partition("[")
    drawn = re.match(rf"{re.escape(key.partition(':')[0])}:\w+", parameters)
    return drawn[0] if drawn else function
