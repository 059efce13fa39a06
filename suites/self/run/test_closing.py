"""A run's end: whatever breaks on the way is told, and never makes the exit code milder."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from harness.errors import UnfinishedError
from harness.planning.job import LEDGER, Job
from harness.planning.run_context import RunContext
from harness.planning.run_options import RunOptions
from harness.policy.permit import Permit
from harness.results.outcome import Outcome, Run, State
from harness.risk.tier import Tier
from harness.run import closing
from harness.run.controller import Controller
from harness.run.run_folder import RunFolder


@pytest.mark.parametrize(("before", "after"), [(0, 4), (1, 4), (4, 4), (5, 5)])
@pytest.mark.parametrize("error", [RuntimeError("boom"), OSError(28, "No space left"), UnfinishedError("full")])
def test_a_step_that_breaks_leaves_a_note_and_no_milder_code(before: int, after: int, error: Exception) -> None:
    run = Run("1", "now", 0.0, 1, {}, {}, {}, before)
    worse = closing._with_failure(run, "writing the reports", error)
    assert worse.exit_code == after
    assert worse.notes[-1].startswith("writing the reports")


def test_a_report_that_an_id_does_not_find_is_named_by_its_folder(tmp_path: Path) -> None:
    assert closing._place(tmp_path / "20261126-1", "20261126-1", tmp_path) == ""
    assert closing._place(tmp_path, "20261126-1", tmp_path) == str(tmp_path)
    rescued = tmp_path / "20261126-1-rescued"
    assert closing._place(rescued, "20261126-1", tmp_path) == str(rescued)


def test_a_run_whose_end_broke_still_tells_that_its_ledger_was_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last step broke, behind a teardown that took back all that is known."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    folder = tmp_path / "run"
    folder.mkdir()
    permit = Permit(frozenset({Tier.READ, Tier.WRITE}))
    job = Job("1", folder, RunOptions(), {}, {"zendesk": permit})
    controller = Controller(job, cast(RunContext, None), RunFolder.open(job))
    (folder / LEDGER).unlink()
    run = closing._unclosed(controller)
    assert run.exit_code == 5
    assert "the ledger is lost" in run.notes[0]


def test_the_folder_of_alluredir_gets_the_same_results_as_the_folder_of_the_run(tmp_path: Path) -> None:
    outcome = Outcome("zendesk:ListTags", "zendesk", "GET", "/api/v2/tags", "Tags", "read", "get", State.PASSED)
    run = Run("1", "2026-11-27T06:00:00+00:00", 0.0, 1, {"zendesk": "embedded"}, {}, {}, 0, (outcome,))
    controller = cast(
        Controller, SimpleNamespace(job=SimpleNamespace(options=RunOptions()), allure_folder=tmp_path / "X")
    )
    for what, step in closing._steps(controller, tmp_path):
        if "allure" in what:
            step(run)
    written = [{path.name: path.read_bytes() for path in folder.iterdir()} for folder in tmp_path.iterdir()]
    assert sorted(folder.name for folder in tmp_path.iterdir()) == ["X", "allure-results"]
    assert len(written[0]) == 5
    assert written[0] == written[1]
