"""Sweeping: what a run that is over left in its orgs, found by its ledger and removed by teardown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from harness.cases import marks
from harness.errors import UsageError
from harness.ledger import SWEEP, Entry, Ledger
from harness.planning import run_context
from harness.planning.job import LEDGER, MANIFEST, read_manifest
from harness.planning.run_options import RunOptions
from harness.policy.permit import Permit
from harness.settings import EMBEDDED, Settings, pick
from harness.target import DEFAULT_TIMEOUT, Target


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
    real = any(name != EMBEDDED for name in manifest.targets.values())
    return f"{LEDGER} holds nothing" if real and manifest.ledger > 1 and ledger.empty else ""


def folder_of(name: str, reports: Path) -> Path:
    """The folder of a run by path or id; a run that was killed has no results, only its ledger."""
    for folder in (reports / name, Path(name)):
        if any(folder.glob("ledger*.ndjson")) or (folder / MANIFEST).is_file():
            return folder.resolve()
    runs = ", ".join(folder.name for folder in unfinished(reports)[-5:]) or "none"
    raise UsageError(
        f"there is no run {name!r} with a ledger", where=str(reports), remedy=f"Runs that left something: {runs}"
    )


def sweep(folder: Path, settings: Settings, timeout: float = DEFAULT_TIMEOUT) -> list[str]:
    """Take back what the run in `folder` left; what could not be, a line each.

    The permit is for reading only: the ledger's own cleanup steps pass the guard, nothing else that changes does.
    Raises `UsageError` where the folder or its targets are not known any more.
    """
    manifest = read_manifest(folder)
    names = {vendor: name for vendor, name in manifest.targets.items() if name != EMBEDDED}
    real = {vendor: replace(pick(settings, name), timeout=timeout) for vendor, name in names.items()}
    lost = damage(folder)
    with Ledger.open(folder / LEDGER, SWEEP, manifest.id) as ledger:
        for entry in ledger.open_entries():
            # The embedded sandbox keeps everything in memory: its records went with its process.
            if entry.vendor not in real:
                ledger.removed(entry.id, *entry.left)
        if not real:
            return []
        _check_orgs(ledger, real)
        # What sends takes a while to load, and only now is there something to send.
        from harness.run.take_back import take_back

        options = RunOptions(targets=tuple(target.name for target in real.values()), timeout=timeout)
        context = run_context.build(options, settings)
        left = take_back(ledger, manifest.id, folder, context, real, {vendor: Permit() for vendor in real})
        return [*left, _warning(folder, lost, marks.of_run(manifest.id))] if lost else left


def _check_orgs(ledger: Ledger, targets: Mapping[str, Target]) -> None:
    """Raise `UsageError` where a target is another org by now: the ids of one are not those of another."""
    for org in ledger.orgs:
        target = targets.get(org.vendor)
        if target and org.target == target.name and not org.is_org_of(target):
            raise UsageError(
                f"the run was about another org than target {target.name} is now: {org}",
                where=target.base_url,
                remedy="Configure that org as a target, and sweep by the ledger: deskcheck sweep --ledger FILE",
            )


def _warning(folder: Path, lost: str, mark: str) -> str:
    return (
        f"{folder.name}: what else the run created is not known, since its ledger is damaged: {lost}. "
        f"Look in the org for records with {mark} in a text, then delete the folder."
    )
