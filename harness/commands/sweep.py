"""deskcheck sweep: remove what earlier runs left, by their ledgers."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from harness import settings
from harness.errors import LeftoverError, UsageError
from harness.ledger import Ledger


def add(parser: ArgumentParser) -> None:
    """Options."""
    parser.add_argument("--run", default="", metavar="ID", help="one run, by its id or folder")
    parser.add_argument("--all", action="store_true", help="every run in reports/ that left something")
    parser.add_argument("--dry-run", action="store_true", help="say what would be removed; send nothing")


def main(options: Namespace) -> int:
    """Sweep; 0 when nothing is left, 5 when something is."""
    from harness import sweeping

    if bool(options.run) == options.all:
        raise UsageError(
            "say which runs: --run ID or --all", remedy="deskcheck sweep --all --dry-run shows what is left."
        )
    reports = settings.ROOT / "reports"
    folders = sweeping.unfinished(reports) if options.all else [sweeping.folder_of(options.run, reports)]
    left: list[str] = []
    for folder in folders:
        entries = Ledger.read(folder).open_entries()
        print(f"{folder.name}: {len(entries)} to take back" if entries else f"{folder.name}: nothing left")
        if options.dry_run:
            for entry in entries:
                print(f"  {entry.vendor} {entry.path} {' '.join(entry.left) or '(no answer came)'}")
        elif entries:
            left += sweeping.sweep(folder, settings.load())
    for line in left:
        print(f"  still there: {line}")
    if not folders:
        print("No run left anything behind.")
    return LeftoverError.exit_code if left else 0
