"""deskcheck sweep: remove what earlier runs left, by their ledgers."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from pathlib import Path

from harness import archive, doors, settings
from harness.errors import LeftoverError, UsageError
from harness.ledger import Ledger


def add(parser: ArgumentParser) -> None:
    """Options."""
    parser.add_argument("--run", default="", metavar="ID", help="one run, by its id or folder")
    parser.add_argument("--all", action="store_true", help="every run in reports/ that left something")
    parser.add_argument("--dry-run", action="store_true", help="say what would be removed; send nothing")
    doors.add_timeout(parser.add_argument)


def main(options: Namespace) -> int:
    """Sweep; 0 when nothing is left, 5 when something is."""
    from harness import sweeping

    if bool(options.run) == options.all:
        raise UsageError(
            "say which runs: --run ID or --all", remedy="deskcheck sweep --all --dry-run shows what is left."
        )
    timeout = doors.timeout(options)
    reports = settings.ROOT / "reports"
    folders = sweeping.unfinished(reports) if options.all else [sweeping.folder_of(options.run, reports)]
    left: list[str] = []
    for folder in folders:
        try:
            held = archive.claim(folder)
        except UsageError as error:
            if options.run:
                raise
            print(f"{folder.name}: {error.what}; left alone")
            continue
        try:
            left += _take_back(folder, timeout, dry=options.dry_run)
        finally:
            os.close(held)
    for line in left:
        print(f"  still there: {line}")
    if not folders:
        print(f"No run in {reports} left anything behind; one with --report-dir: deskcheck sweep --run DIR")
    return LeftoverError.exit_code if left else 0


def _take_back(folder: Path, timeout: float, *, dry: bool) -> list[str]:
    """Sweep one run, or say what that would remove; what is still there, a line each."""
    from harness import sweeping

    entries = Ledger.read(folder).open_entries()
    print(f"{folder.name}: {len(entries)} to take back" if entries else f"{folder.name}: nothing left")
    if dry:
        for entry in entries:
            print(f"  {entry.vendor} {entry.path} {' '.join(entry.left) or '(no answer came)'}")
        return []
    return sweeping.sweep(folder, settings.load(), timeout) if entries else []
