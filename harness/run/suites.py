"""Where the suites that test an org are: a vendor's in the folder of its name, or in the general one."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from harness import shipped
from harness.pytest_entry import asks_for_run

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


def concerns(paths: Iterable[str], arguments: Iterable[str | os.PathLike[str]] = ()) -> bool:
    """Whether suites against an org are among pytest's paths; the harness' own tests need their sockets.

    Suites of the user's lie anywhere: where `arguments` ask for a run, they are meant.
    """
    places = _places(paths)
    if any(map(_concerns, places)):
        return True
    return asks_for_run(arguments) and (not places or any(not _is_ours(place) for place in places))


def own_of(paths: Iterable[str]) -> tuple[Path, ...]:
    """Those of pytest's paths that are suites of the user's."""
    return tuple(dict.fromkeys(place for place in _places(paths) if not _is_ours(place)))


def _places(paths: Iterable[str]) -> list[Path]:
    """Pytest's paths as files and folders."""
    return [Path(path.split("::")[0]).absolute() for path in paths]


def _is_ours(place: Path) -> bool:
    return place.is_relative_to(SUITES) or SUITES.is_relative_to(place)


def leaves_out(path: Path, arguments: Iterable[str]) -> bool:
    """Whether a run does not collect this folder: the harness' own tests, where pytest's paths do not name them."""
    named = (Path(argument.split("::")[0]).absolute() for argument in arguments)
    return path == OWN and not any(argument.is_relative_to(OWN) for argument in named)


def _concerns(path: Path) -> bool:
    return SUITES.is_relative_to(path) or (path.is_relative_to(SUITES) and not path.is_relative_to(OWN))
