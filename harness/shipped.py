"""Where the specs and suites that come with deskcheck lie: folders of a checkout, or the data of an installation."""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
DATA = _PACKAGE / "data"
"""Only a wheel has this folder: pyproject.toml puts `specs/` and the suites of the vendors into it."""


def root() -> Path:
    """The folder that holds `specs/` and `suites/`: the data of an installation, else the checkout."""
    return DATA if DATA.is_dir() else _PACKAGE.parent


def specs() -> Path:
    """The vendors' documents with overlays, waivers, tiers and cleanup steps, and the schema of deskcheck.toml."""
    return root() / "specs"


def suites() -> Path:
    """The suites of the vendors, each in the folder of its name."""
    return root() / "suites"


def is_ours(file: str) -> bool:
    """Whether a file of code is deskcheck's own, and not that of a suite, which in an installation lies inside."""
    return file.startswith(f"{_PACKAGE}{os.sep}") and not is_suite(file)


def is_suite(file: str) -> bool:
    """Whether a file of code is of a shipped suite, which in an installation lies among the libraries."""
    return file.startswith(f"{suites()}{os.sep}")
