"""Where the files of a vendor in `specs/` lie: those that are shipped first, then the user's own, which add to them."""

from __future__ import annotations

from pathlib import Path

from harness import shipped
from harness.errors import UsageError

SPECS = shipped.specs()
_own: list[Path] = []
"""The user's folder, once for a process, as `specs` in deskcheck.toml names it."""


def use_own(folder: Path | None) -> None:
    """Let a folder of the user's add to what is shipped, in place of the one before; None for none.

    Raises `UsageError` where a folder in it has the name of no vendor: nothing in there would count.
    """
    if folder is not None:
        known = {path.name for path in SPECS.iterdir() if path.is_dir()}
        for path in sorted(folder.iterdir()):
            if path.is_dir() and path.name not in known:
                remedy = f"Name it for a vendor: {', '.join(sorted(known))}."
                raise UsageError(f"there is no vendor {path.name!r}", where=str(path), remedy=remedy)
    _own[:] = [folder] if folder is not None else []


def folders(specs: Path = SPECS) -> tuple[Path, ...]:
    """The folders that count: `specs` alone, or with the user's own where it is the shipped one."""
    return (specs, *_own) if specs == SPECS else (specs,)


def files(vendor: str, name: str, specs: Path = SPECS) -> tuple[Path, ...]:
    """The files of this name that a vendor has (a pattern, of all vendors), the shipped one first."""
    return tuple(
        path for folder in folders(specs) for path in sorted(folder.glob(f"{vendor}/{name}")) if path.is_file()
    )


def own_files() -> tuple[Path, ...]:
    """Every file of the user's folder that adds to what is shipped."""
    return tuple(path for folder in _own for path in sorted(folder.glob("*/**/*.yaml")))
