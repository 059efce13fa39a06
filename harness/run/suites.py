"""Where the suites that test an org are: a vendor's in the folder of its name, or in the general one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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


def concerns(paths: Sequence[str], *, asked: bool = False) -> bool:
    """Whether suites against an org are among pytest's paths; the harness' own tests need their sockets.

    Where the command line has `asked` for a run, any other suite is one; so is whatever pytest finds without a path.
    """
    if asked and not paths:
        return True
    return any(_concerns(Path(path.split("::")[0]).absolute(), asked) for path in paths)


def _concerns(path: Path, asked: bool) -> bool:
    if path.is_relative_to(OWN):
        return False
    return asked or SUITES.is_relative_to(path) or path.is_relative_to(SUITES)
