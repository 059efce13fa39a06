"""Sweeping: what a run that is over left in its orgs, found by its ledger and removed by teardown."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from harness.cases import marks
from harness.errors import UsageError
from harness.formats.shell import command_line
from harness.ledger import SWEEP, Entry, Ledger
from harness.planning import run_context
from harness.planning.job import LEDGER, MANIFEST, read_manifest
from harness.planning.run_options import RunOptions
from harness.planning.targets import with_secrets, with_timeout
from harness.policy.permit import Permit
from harness.settings import Settings, pick
from harness.target import Target


def recorded(reports: Path) -> list[Path]:
    """Folders of runs that have or had a ledger, oldest first. What is open in one is known once the run is over."""
    folders = {path.parent for path in (*reports.glob("*/ledger*.ndjson"), *reports.glob(f"*/{MANIFEST}"))}
    return sorted(folder for folder in folders if not folder.is_symlink())


def unfinished(reports: Path) -> list[Path]:
    """Folders of runs whose ledger still holds something open, or is damaged, oldest first."""
    return [folder for folder in recorded(reports) if left_open(folder) or damage(folder)]


def left_open(folder: Path) -> tuple[Entry, ...]:
    """What the ledger in a folder holds open."""
    return Ledger.read(folder).open_entries()


def damage(folder: Path) -> str:
    """What is missing of the ledger in a folder, or not as it was written; empty where all is there."""
    ledger = Ledger.read(folder)
    if ledger.lost or not (folder / MANIFEST).is_file():
        return ledger.lost
    manifest = read_manifest(folder)
    return f"{LEDGER} holds nothing" if manifest.real and manifest.ledger > 1 and ledger.empty else ""


def folder_of(name: str, reports: Path) -> Path:
    """The folder of a run by path or id; a run that was killed has no results, only its ledger."""
    for folder in (reports / name, Path(name)):
        if any(folder.glob("ledger*.ndjson")) or (folder / MANIFEST).is_file():
            return folder.resolve()
    runs = ", ".join(folder.name for folder in unfinished(reports)[-5:]) or "none"
    raise UsageError(
        f"there is no run {name!r} with a ledger", where=str(reports), remedy=f"Runs that left something: {runs}"
    )


def sweep(folder: Path, settings: Settings, timeout: float | None = None) -> list[str]:
    """Take back what the run in `folder` left; what could not be, a line each.

    The permit is for reading only: the ledger's own cleanup steps pass the guard, nothing else that changes does.
    Raises `UsageError` where the folder or its targets are not known any more.
    """
    manifest = read_manifest(folder)
    named = {name: with_timeout(pick(settings, name), timeout) for name in manifest.real}
    lost = damage(folder)
    with Ledger.open(folder / LEDGER, SWEEP, manifest.id, target_of=manifest.target_of) as ledger:
        for entry in ledger.open_entries():
            # The embedded sandbox keeps everything in memory: its records went with its process.
            if entry.target not in named:
                ledger.removed(entry.id, *entry.left)
        if not named:
            return []
        _check_orgs(folder, ledger, named)
        real = with_secrets(named, settings)
        # What sends takes a while to load, and only now is there something to send.
        from harness.execution.connect import locate
        from harness.run.take_back import take_back

        options = RunOptions(targets=tuple(real), timeout=timeout)
        context = run_context.build(options, settings, targets=real)
        real = {name: locate(target, context) for name, target in real.items()}
        left = take_back(ledger, manifest.id, folder, context, real, {name: Permit() for name in real})
        return [*left, _warning(folder, lost, marks.of_run(manifest.id))] if lost else left


def _check_orgs(folder: Path, ledger: Ledger, targets: Mapping[str, Target]) -> None:
    """Raise `UsageError` where a target is another org by now: the ids of one are not those of another."""
    for org in ledger.orgs:
        target = targets.get(org.target)
        if target and not org.is_org_of(target):
            raise UsageError(
                f"the run was about another org than target {target.name} is now: {org}",
                where=target.base_url,
                remedy="Configure that org as a target, and sweep by the ledger: "
                + command_line("sweep", "--ledger", *sorted(folder.glob("ledger*.ndjson"))),
            )


def _warning(folder: Path, lost: str, mark: str) -> str:
    return (
        f"{folder.name}: what else the run created is not known, since its ledger is damaged: {lost}. "
        f"Look in the org for records with {mark} in a text, then delete the folder."
    )
