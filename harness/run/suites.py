"""Where the suites that test an org are: a vendor's in the folder of its name, or in the general one."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from harness import shipped

SUITES = shipped.suites()
GENERAL = SUITES / "general"
"""What is drawn from the documents alone, for vendors without a folder."""
OWN = SUITES / "self"
"""The tests of the harness, which need no org."""


def folder_of(vendor: str) -> Path:
    """The folder whose suites test this vendor."""
    folder = SUITES / vendor
    return folder if folder.is_dir() else GENERAL


def vendors_of(path: Path, vendors: Iterable[str]) -> list[str]:
    """Those of `vendors` that a suite file tests."""
    return [vendor for vendor in vendors if folder_of(vendor) == path.parent]


ASKING = ("--target", "--allow", "--allow-operation", "--confirm", "--fault")
"""The options that ask for a run: which org, and what may be done there. `--seed` and others are other plugins' too."""


def asks_for_run(arguments: Iterable[str | os.PathLike[str]]) -> bool:
    """Whether one of pytest's arguments asks for a run."""
    return not {str(argument).partition("=")[0] for argument in arguments}.isdisjoint(ASKING)


def concerns(paths: Iterable[str], arguments: Iterable[str | os.PathLike[str]] = ()) -> bool:
    """Whether suites against an org are among pytest's paths; the harness' own tests need their sockets.

    Suites of the user's lie anywhere: where `arguments` ask for a run, they are meant.
    """
    given = list(paths)
    is_own_run = asks_for_run(arguments) and bool(own_of(given))
    return is_own_run or (bool(given) and any(map(_concerns, _places(given))))


def own_of(paths: Iterable[str]) -> tuple[Path, ...]:
    """Those of pytest's paths that are suites of the user's."""
    return tuple(dict.fromkeys(place for place in _places(paths) if not _is_ours(place)))


def _places(paths: Iterable[str]) -> list[Path]:
    """Pytest's paths as files and folders; it takes the current folder where none is given."""
    return [Path(path.split("::")[0]).absolute() for path in paths] or [Path.cwd()]


def _is_ours(place: Path) -> bool:
    return place.is_relative_to(SUITES) or SUITES.is_relative_to(place)


def _concerns(path: Path) -> bool:
    return SUITES.is_relative_to(path) or (path.is_relative_to(SUITES) and not path.is_relative_to(OWN))
