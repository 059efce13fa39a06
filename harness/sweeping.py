"""Sweeping: what a run that is over left in its orgs, found by its ledger and removed by teardown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from harness import survey
from harness.campaign import Crew
from harness.doors import Wish
from harness.errors import UsageError
from harness.ledger import Ledger
from harness.order import LEDGER, Order, noted
from harness.policy.permit import Permit
from harness.settings import DEFAULT_TIMEOUT, EMBEDDED, Settings, pick


def unfinished(reports: Path) -> list[Path]:
    """Folders of runs whose ledger still holds something open, oldest first."""
    folders = {path.parent for path in reports.glob("*/ledger*.ndjson") if not path.parent.is_symlink()}
    return sorted(folder for folder in folders if Ledger.read(folder).open_entries())


def folder_of(name: str, reports: Path) -> Path:
    """The folder of a run by path or id; a run that was killed has no results, only its ledger."""
    for folder in (reports / name, Path(name)):
        if any(folder.glob("ledger*.ndjson")):
            return folder.resolve()
    known = ", ".join(one.name for one in unfinished(reports)[-5:]) or "none"
    raise UsageError(
        f"there is no run {name!r} with a ledger", where=str(reports), remedy=f"Runs that left something: {known}"
    )


def sweep(folder: Path, settings: Settings, timeout: float = DEFAULT_TIMEOUT) -> list[str]:
    """Take back what the run in `folder` left; what could not be, a line each.

    The permit is for reading only: the ledger's own undo steps pass the guard, nothing else that changes does.
    Raises `UsageError` where the folder or its targets are not known any more.
    """
    known = noted(folder)
    named = {vendor: pick(settings, name) for vendor, name in known.targets.items() if name != EMBEDDED}
    real = {vendor: replace(target, timeout=timeout) for vendor, target in named.items()}
    with Ledger.open(folder / LEDGER, "sweep") as ledger:
        for entry in ledger.open_entries():
            # The embedded sandbox keeps everything in memory: its records went with its process.
            if entry.vendor not in real:
                ledger.gone(entry.id)
        if not real:
            return []
        wish = Wish(targets=tuple(target.name for target in real.values()))
        order = Order(known.id, folder, wish, real, {vendor: Permit() for vendor in real})
        crew = Crew(order, survey.take(wish, settings), "sweep")
        try:
            return crew.teardown()
        finally:
            crew.close()
