"""deskcheck sweep: remove what earlier runs left, by their ledgers."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from harness import settings
from harness.cli.activity import shown
from harness.errors import DeskcheckError, LeftoverError, UnfinishedError, UsageError
from harness.formats.shell import command_line
from harness.ledger import Entry, claim
from harness.ledger.claim import TakenError
from harness.planning import run_options
from harness.planning.run_options import RunOptions
from harness.report.text import many
from harness.run import ledger_sweep, sweep
from harness.run.ledger_sweep import CarriedLedger

if TYPE_CHECKING:
    from harness.run.orphan_sweep import Orphans


def add(parser: ArgumentParser) -> None:
    """Options."""
    parser.add_argument("--run", default="", metavar="ID", help="one run, by its id or folder")
    parser.add_argument("--all", action="store_true", help="every run that left something")
    parser.add_argument(
        "--ledger",
        nargs="+",
        action="extend",
        default=[],
        metavar="FILE",
        help="one run by its ledger files alone (ledger.ndjson, ledger-gw0.ndjson, ...), wherever they lie",
    )
    parser.add_argument(
        "--orphans", action="store_true", help="records with a run's mark in the org of --target that no ledger knows"
    )
    run_options.add_options(parser.add_argument, ("report_dir",), report_dir="where the runs are; default: reports/")
    parser.add_argument("--dry-run", action="store_true", help="say what would be removed; send nothing")
    run_options.add_options(
        parser.add_argument,
        ("targets", "allow", "confirm", "timeout"),
        targets="with --ledger: the org that it is about (repeatable); default: the target that is that org. "
        "With --orphans: the org to look into",
        allow="with --orphans: destructive, to remove what was found",
    )


def main(parsed: Namespace) -> int:
    """Sweep; 0 when nothing is left, 5 when something is, 4 when that cannot be known yet."""
    if sum((bool(parsed.run), parsed.all, bool(parsed.ledger), parsed.orphans)) != 1:
        raise UsageError(
            "say which runs: --run ID, --all, --ledger FILE, or --orphans",
            remedy="deskcheck sweep --all --dry-run shows what is left.",
        )
    options = run_options.from_namespace(parsed)
    if parsed.ledger:
        return _sweep_files([Path(name) for name in parsed.ledger], options, is_dry=parsed.dry_run)
    reports = Path(options.report_dir).absolute() if options.report_dir else settings.load().reports
    if parsed.orphans:
        return _sweep_orphans(options, reports, is_dry=parsed.dry_run)
    if options.targets or options.confirm or options.allow:
        raise UsageError(
            "--target, --allow and --confirm go with --ledger or --orphans",
            where="--target",
            remedy="A run's folder says which orgs it was about.",
        )
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
        print(f"No run in {reports} left anything behind; one with --report-dir is named by its folder: --run DIR")
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
            _print_entries(entries)
            return True, [lost] if lost else []
        with shown("sweep") as activity:
            activity.at(f"{folder.name}, {many(len(entries), 'entry', 'entries')}")
            return True, sweep.sweep(folder, settings.load(), timeout)


def _sweep_files(paths: Sequence[Path], options: RunOptions, *, is_dry: bool) -> int:
    """Sweep one run by its ledger files."""
    with ExitStack() as claims:
        carried = ledger_sweep.read(paths, claims)
        warning = [_unknown(carried)] if carried.lost else []
        if not carried.open_entries:
            if not warning:
                print(f"{carried.name}: nothing left")
            return _print_leftovers(warning)
        chosen = ledger_sweep.choose_targets(carried, options.targets, settings.load())
        print(f"{carried.name}: {len(carried.open_entries)} to take back")
        for line in chosen.assumed:
            print(f"  {line}")
        if is_dry:
            _print_entries(carried.open_entries)
            return _print_leftovers(warning)
        with shown("sweep") as activity:
            activity.at(f"{carried.name}, {many(len(carried.open_entries), 'entry', 'entries')}")
            left = ledger_sweep.sweep(carried, chosen.by_name, options.confirm, settings.load(), options.timeout)
        return _print_leftovers([*left, *warning])


def _sweep_orphans(options: RunOptions, reports: Path, *, is_dry: bool) -> int:
    """Look for records of lost runs in one org, show them, and remove them where that is allowed."""
    # What sends takes a while to load.
    from harness.run import orphan_sweep

    with shown("sweep") as activity:
        activity.at("looking for records with a run's mark")
        found = orphan_sweep.find(options, settings.load(), reports)
    _print_orphans(found)
    if is_dry:
        return 0
    if not found.ours:
        return _end_of_search(found, [])
    permit = orphan_sweep.permit_for(found, options)
    with shown("sweep") as activity:
        activity.at(f"removing {many(len(found.ours), 'record')}")
        folder, left = orphan_sweep.remove(found, permit, reports)
    print(f"{len(found.ours) - len(left)} removed, written down in {folder}")
    return _end_of_search(found, left)


def _print_orphans(found: Orphans) -> None:
    """Every record with a mark: what it is, whose, since when, and where."""
    base, runs = found.target.base_url, len({judged.record.run for judged in found.ours})
    print(f"{found.target.name}: {len(found.ours)} records of {runs} lost runs")
    for title, group in (("", found.ours), ("may be ours: ", found.unclear), ("left alone: ", found.spared)):
        for judged in group:
            record = judged.record
            created = f"{record.created:%Y-%m-%d %H:%M:%S}" if record.created else "at an unknown time"
            kind = record.collection.rpartition("/")[2]
            print(f"  {title}{kind} {record.id} {record.run} created {created} {base}{record.path}: {judged.why}")
    if found.unlisted:
        print(f"  not looked for, since no list shows all of them: {', '.join(found.unlisted)}")


def _end_of_search(found: Orphans, left: Sequence[str]) -> int:
    """Name what is still there or may be, and give the exit code."""
    base = found.target.base_url
    unclear = [f"{base}{judged.record.path} may be ours: {judged.why}" for judged in found.unclear]
    code = _print_leftovers([*left, *unclear])
    for path in found.unread:
        print(f"  not read to its end: {base}{path}")
    return code or (UnfinishedError.exit_code if found.unread else 0)


def _unknown(carried: CarriedLedger) -> str:
    """What cannot be known of a run, and how to look for it."""
    mark = ledger_sweep.mark_of(carried)
    by_mark = f" by its mark {mark}" if mark else ""
    targets = [org.target for org in carried.ledger.orgs if not org.embedded]
    commands = " and ".join(command_line("sweep", "--orphans", "--target", name) for name in targets)
    return (
        f"what else the run created is not known, since of its ledger something is missing: {carried.lost}. "
        f"Give the whole ledger, or look{by_mark}: {commands or 'deskcheck sweep --orphans, with --target'}"
    )


def _print_entries(entries: Sequence[Entry]) -> None:
    for entry in entries:
        print(f"  {entry.target} {entry.path} {' '.join(entry.left) or '(no answer came)'}")


def _print_leftovers(left: list[str]) -> int:
    """Name what is still there, and give the exit code."""
    for line in left:
        print(f"  still there: {line}")
    return LeftoverError.exit_code if left else 0
