"""A run's folder may be lost or full before the end: report and ledger still find a place, and the loss is told."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from harness.errors import DeskcheckError, UnfinishedError, UsageError
from harness.ledger import Ledger, LostLedgerError
from harness.ledger.claim import WORKERS
from harness.planning.job import LEDGER, Job, read_manifest
from harness.planning.run_options import RunOptions
from harness.policy.permit import Permit
from harness.resources.cleanup import CleanupStep
from harness.risk.tier import Tier
from harness.run.run_folder import RunFolder

WRITES = Permit(frozenset({Tier.READ, Tier.WRITE}))
UNDO = (CleanupStep("DELETE", "/api/v2/groups/{id}"),)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunFolder:
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    folder = tmp_path / "run"
    folder.mkdir()
    return RunFolder.open(Job("1", folder, RunOptions(), {}, {"zendesk": WRITES}))


def create(ledger: Ledger, record: str) -> None:
    entry = ledger.begin_create("zendesk", "zendesk:CreateGroup", "POST", "/api/v2/groups", ["group"], UNDO)
    ledger.created(entry, record)


def report(folder: Path, trouble: DeskcheckError | None) -> None:
    (folder / "report").write_text("all that was found")


def test_a_folder_that_is_there_gets_the_report(run: RunFolder) -> None:
    create(run.ledger, "7")
    assert run.trouble() is None
    assert run.save(report) == (run.job.folder, None)


def test_a_folder_that_was_deleted_is_made_anew_with_all_that_is_known(run: RunFolder) -> None:
    create(run.ledger, "7")
    shutil.rmtree(run.job.folder)
    trouble = run.trouble()
    assert isinstance(trouble, LostLedgerError)
    assert "1 of them not taken back" in trouble.what
    place, _ = run.save(report)
    assert place == run.job.folder
    assert Ledger.read(place).open_entries()[0].left == ("7",)
    assert read_manifest(place).id == "1"


def test_what_lies_in_the_place_of_the_folder_is_left_alone(run: RunFolder) -> None:
    create(run.ledger, "7")
    folder = run.job.folder
    folder.rename(folder.with_name("moved"))
    other = folder.with_name("somebody else's")
    other.mkdir()
    folder.symlink_to(other)
    assert run.trouble()
    place, _ = run.save(report)
    assert place == folder.with_name("run-rescued")
    assert list(other.iterdir()) == []
    assert Ledger.read(place).open_entries()[0].left == ("7",)


def test_what_an_earlier_run_rescued_is_never_written_over(run: RunFolder) -> None:
    earlier = run.job.folder.with_name("run-rescued")
    earlier.mkdir()
    (earlier / LEDGER).write_text("what nobody has swept yet")
    create(run.ledger, "7")
    run.job.folder.rename(run.job.folder.with_name("moved"))
    run.job.folder.symlink_to("/dev/null")
    assert run.trouble()
    place, _ = run.save(report)
    assert place == earlier.with_name("run-rescued-2")
    assert (earlier / LEDGER).read_text() == "what nobody has swept yet"


def test_no_worker_begins_where_the_folder_is_gone(run: RunFolder) -> None:
    (run.job.folder / WORKERS).touch()
    assert not run.unusable()
    (run.job.folder / WORKERS).unlink()
    assert run.unusable()


@pytest.mark.parametrize("loss", [shutil.rmtree, lambda folder: (folder / LEDGER).unlink()])
def test_a_folder_or_ledger_that_was_deleted_is_gone(run: RunFolder, loss: Callable[[Path], None]) -> None:
    (run.job.folder / WORKERS).touch()
    loss(run.job.folder)
    assert run.unusable()


def test_where_the_folder_takes_no_more_the_report_goes_elsewhere_and_that_is_told(run: RunFolder) -> None:
    def full(folder: Path, trouble: DeskcheckError | None) -> None:
        if folder == run.job.folder:
            raise UnfinishedError("no space")
        report(folder, trouble)

    place, trouble = run.save(full)
    assert place == run.job.folder.with_name("run-rescued")
    assert trouble is not None
    assert trouble.what == "no space"


def test_a_worker_that_never_told_its_last_lines_is_named(run: RunFolder) -> None:
    run.add_worker("gw0")
    run.add_worker("gw1")
    with Ledger.join(run.job.folder / LEDGER, "gw0") as worker:
        create(worker, "7")
        run.receive(worker.unsent_lines(), last=True)
    shutil.rmtree(run.job.folder)
    trouble = run.trouble()
    assert trouble is not None
    assert "gw1" in trouble.what
    place, _ = run.save(report)
    assert place is not None
    assert "gw1" in Ledger.read(place).lost, "a later sweep must not call that clean"


def test_a_run_that_may_only_read_has_nothing_to_lose(run: RunFolder) -> None:
    run.job = replace(run.job, permits={"zendesk": Permit()})
    shutil.rmtree(run.job.folder)
    assert run.trouble() is None


def again(run: RunFolder) -> RunFolder:
    """The next run in the same folder, with a worker of the same name."""
    run.ledger.close()
    later = RunFolder.open(replace(run.job, id="2"))
    later.add_worker("gw0")
    return later


def test_a_folder_may_be_used_again_once_all_is_settled(run: RunFolder) -> None:
    run.add_worker("gw0")
    create(run.ledger, "7")
    run.ledger.removed(run.ledger.open_entries()[0].id)
    later = again(run)
    assert later.ledger.entries() == ()
    create(later.ledger, "8")
    assert later.trouble() is None


def test_what_an_earlier_run_left_is_not_written_over(run: RunFolder) -> None:
    create(run.ledger, "7")
    with pytest.raises(UsageError, match="an earlier run has left something"):
        again(run)
    assert Ledger.read(run.job.folder).open_entries()[0].left == ("7",)
