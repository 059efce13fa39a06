"""Closing: the end of a run, step by step; whatever fails on the way is noted, and the exit code is never too mild."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from harness.checks import waivers
from harness.errors import DeskcheckError, LeftoverError, UnfinishedError
from harness.execution.blame import where
from harness.masking import printable
from harness.report.run_counts import run_counts
from harness.results import archive
from harness.results.outcome import Run
from harness.run.controller import Controller, leftover_line
from harness.run.exit_code import graver


def close(controller: Controller) -> tuple[Run, Path | None]:
    """Take everything back and write all reports; the run as it ended, and the folder that took the report.

    What went wrong on the way is in the run's notes and its code.
    """
    try:
        closed = controller.close()
    except Exception as error:
        closed = _with_failure(_unclosed(controller), "taking back what the run made", error)
    run = closed

    def write(folder: Path, trouble: DeskcheckError | None) -> None:
        nonlocal run
        run = _write(controller, _with_failure(closed, "writing the report", trouble) if trouble else closed, folder)

    folder, trouble = controller.folder.save(write)
    if folder is None and trouble is not None:
        return replace(_with_failure(closed, "writing the report", trouble), place=str(controller.job.folder)), None
    return run, folder


def _write(controller: Controller, run: Run, folder: Path) -> Run:
    """Write the reports, and the results last: `run.json` says that the run is complete.

    A report that breaks does not keep the others from being written. Raises where the results cannot be.
    """
    run = replace(run, place=_place(folder, run.id, controller.context.settings.reports))
    for what, step in _steps(controller, folder):
        try:
            step(run)
        except Exception as error:
            run = _with_failure(run, what, error)
    archive.save(run, folder, run_counts(run))
    if folder == controller.job.folder:
        archive.point_latest(folder)
    return run


def _place(folder: Path, name: str, reports: Path) -> str:
    """The folder as a command would name it, empty where the run's id is enough: `--report-dir`, a rescued report."""
    return "" if folder == reports / name else str(folder)


def _steps(controller: Controller, folder: Path) -> list[tuple[str, Callable[[Run], object]]]:
    # Templates take a while to load, and no run needs them before its end.
    from harness.report import allure
    from harness.report.formats import of_run

    steps: list[tuple[str, Callable[[Run], object]]] = [
        (f"writing the report {report.name}", partial(_report, report.write, folder))
        for report in of_run(controller.job.options.formats)
    ]
    if results := controller.allure_folder:
        steps.append(("writing the results for --alluredir", lambda run: allure.write_results(run, results)))
    if controller.job.options.propose_waivers:
        steps.append(("proposing waivers", lambda run: _propose(run, folder)))
    return steps


def _report(report: Callable[[Run, Path], Path], folder: Path, run: Run) -> Path:
    return report(run, folder)


def _propose(run: Run, folder: Path) -> None:
    new = [finding for outcome in run.outcomes for finding in outcome.findings]
    archive.write(folder / "waivers-proposed.yaml", waivers.propose(new, date.today()))


def _with_failure(run: Run, what: str, error: Exception) -> Run:
    """The run with a note on a step that failed, and no milder exit code than for a run that did not finish."""
    if isinstance(error, DeskcheckError):
        note = f"{what}: {error.where}: {error.what}" if error.where else f"{what}: {error.what}"
    else:
        print(printable("".join(traceback.format_exception(error))), file=sys.stderr)
        note = f"{what}: an error of deskcheck itself, {where(error)}"
    code = graver(run.exit_code, UnfinishedError.exit_code)
    return replace(run, exit_code=code, notes=(*run.notes, note))


def _unclosed(controller: Controller) -> Run:
    """As much of the run as is known without any request: what is still there says the ledger."""
    if not controller.lost and (lost := controller.folder.trouble()):
        controller.trouble.append(lost)
    entries = controller.folder.ledger.open_entries()
    left = tuple(f"{leftover_line(entry)} (made by {entry.operation})" for entry in entries)
    return Run(
        id=controller.job.id,
        started=controller.started,
        seconds=0.0,
        seed=controller.job.options.seed,
        targets=controller.target_names,
        orgs=controller.job.vendors,
        permit={},
        versions={},
        exit_code=(LeftoverError if left or controller.lost else UnfinishedError).exit_code,
        outcomes=tuple(controller.outcomes),
        leftovers=left,
        lost=controller.lost,
        notes=(*(error.what for error in controller.trouble), "`deskcheck sweep` removes what the run left"),
    )
