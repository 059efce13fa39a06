"""deskcheck sweep: remove what earlier runs left, by their ledgers."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from harness import settings
from harness.errors import DeskcheckError, LeftoverError, UsageError
from harness.ledger import claim
from harness.ledger.claim import TakenError
from harness.planning import run_options
from harness.run import sweep


def add(parser: ArgumentParser) -> None:
    """Options."""
    parser.add_argument("--run", default="", metavar="ID", help="one run, by its id or folder")
    parser.add_argument("--all", action="store_true", help="every run that left something")
    run_options.add_options(parser.add_argument, ("report_dir",), report_dir="where the runs are; default: reports/")
    parser.add_argument("--dry-run", action="store_true", help="say what would be removed; send nothing")
    run_options.add_options(parser.add_argument, ("timeout",))


def main(parsed: Namespace) -> int:
    """Sweep; 0 when nothing is left, 5 when something is, 4 when that cannot be known yet."""
    if bool(parsed.run) == parsed.all:
        raise UsageError(
            "say which runs: --run ID or --all", remedy="deskcheck sweep --all --dry-run shows what is left."
        )
    options = run_options.from_namespace(parsed)
    reports = Path(options.report_dir).absolute() if options.report_dir else settings.ROOT / "reports"
    if parsed.all:
        return _sweep_all(reports, options.timeout, is_dry=parsed.dry_run)
    folder = sweep.folder_of(parsed.run, reports)
    was_open, left = _sweep(folder, options.timeout, is_dry=parsed.dry_run)
    if not was_open:
        print(f"{folder.name}: nothing left")
    return _print_leftovers(left)


def _sweep_all(reports: Path, timeout: float | None, *, is_dry: bool) -> int:
    """Sweep all runs that are over; one that cannot be swept does not keep the others from it."""
    left: list[str] = []
    any_open, failure = False, 0
    for folder in sweep.recorded(reports):
        was_open = True
        try:
            was_open, lines = _sweep(folder, timeout, is_dry=is_dry)
            left += lines
        except TakenError as error:
            print(f"{folder.name}: {error.what}; left alone")
        except DeskcheckError as error:
            print(f"{folder.name}: {error}")
            failure = failure or error.exit_code
        any_open = any_open or was_open
    if not any_open:
        print(f"No run in {reports} left anything behind; one with --report-dir: deskcheck sweep --run DIR")
    return _print_leftovers(left) or failure


def _sweep(folder: Path, timeout: float | None, *, is_dry: bool) -> tuple[bool, list[str]]:
    """Sweep one run, or say what that would remove: whether anything was open, and what is still there, a line each.

    Its ledger is read when no process of the run is left: until then there may be more to take back.
    """

    def print_wait() -> None:
        print(f"{folder.name}: its controller was killed; waiting for its workers to end", flush=True)

    with claim.take(folder, waits=print_wait) as folder_claim:
        entries, lost = sweep.left_open(folder), sweep.damage(folder)
        if not entries and not lost:
            return False, []
        print(f"{folder.name}: {len(entries)} to take back")
        if lost:
            print(f"  its ledger is damaged: {lost}")
        if not folder_claim.locked:
            print("  this file system knows no locks: make sure that the run is over")
        if is_dry:
            for entry in entries:
                print(f"  {entry.target} {entry.path} {' '.join(entry.left) or '(no answer came)'}")
            return True, [lost] if lost else []
        return True, sweep.sweep(folder, settings.load(), timeout)


def _print_leftovers(left: list[str]) -> int:
    """Name what is still there, and give the exit code."""
    for line in left:
        print(f"  still there: {line}")
    return LeftoverError.exit_code if left else 0
