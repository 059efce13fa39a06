"""Whatever becomes of the run's folder, the controller hears of every test, and comes to its end."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from harness.errors import LeftoverError, UnfinishedError
from harness.ledger import Entry
from harness.ledger.claim import WORKERS
from harness.planning.job import Job
from harness.planning.plan import Plan
from harness.planning.run_context import RunContext
from harness.planning.run_options import RunOptions
from harness.policy.permit import Permit
from harness.results import archive
from harness.results.outcome import Outcome, State
from harness.risk.tier import Tier
from harness.run.controller import Controller
from harness.run.controller_plugin import ControllerPlugin, RunEnd
from harness.run.run_folder import RunFolder

OUTCOME = Outcome("zendesk:ListGroups", "zendesk", "GET", "/api/v2/groups", "groups", "read", "", State.PASSED)
REPORT: Any = SimpleNamespace(deskcheck=archive.encode(OUTCOME).decode(), nodeid="test_operation[zendesk:ListGroups]")


@pytest.fixture
def controller(tmp_path: Path) -> ControllerPlugin:
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / WORKERS).touch()
    job = Job("1", folder, RunOptions(), {}, {"zendesk": Permit(frozenset({Tier.READ, Tier.WRITE}))})
    context = cast(RunContext, SimpleNamespace(plan=Plan((), 1, {})))
    controller = Controller(job, context, RunFolder.open(job))
    config: Any = SimpleNamespace(
        pluginmanager=pytest.PytestPluginManager(), getoption=lambda name: False, stash=pytest.Stash()
    )
    return ControllerPlugin(config, controller)


def worker(name: str) -> Any:
    return SimpleNamespace(gateway=SimpleNamespace(id=name), workerinput={})


def full(folder: Path) -> None:
    (folder / "results.main.part").symlink_to("/dev/full")


def replaced(folder: Path) -> None:
    folder.rename(folder.with_name("moved"))
    folder.symlink_to("/dev/null")


@pytest.mark.parametrize("loss", [full, shutil.rmtree, replaced])
def test_a_disk_that_takes_no_outcome_is_told_once_and_ends_nothing(controller: ControllerPlugin, loss: Any) -> None:
    loss(controller.controller.job.folder)
    for _ in range(3):
        controller.pytest_runtest_logreport(REPORT)
    assert [type(error) for error in controller.controller.trouble] == [UnfinishedError]
    assert controller.controller.outcomes == [OUTCOME] * 3, "what was heard is known, for a report elsewhere"


def test_a_folder_that_was_deleted_is_not_made_anew_while_the_run_lasts(controller: ControllerPlugin) -> None:
    folder = controller.controller.job.folder
    shutil.rmtree(folder)
    controller.pytest_runtest_logreport(REPORT)
    assert not folder.exists()


def test_the_first_worker_that_breaks_off_ends_a_run_whose_folder_is_gone(controller: ControllerPlugin) -> None:
    controller.pytest_configure_node(worker("gw0"))
    shutil.rmtree(controller.controller.job.folder)
    with pytest.raises(RunEnd):
        controller.pytest_testnodedown(worker("gw0"), error="the run's folder is gone")
    assert isinstance(controller.controller.trouble[0], UnfinishedError)


def test_a_worker_that_dies_beside_a_whole_folder_is_replaced(controller: ControllerPlugin) -> None:
    controller.pytest_configure_node(worker("gw0"))
    controller.pytest_testnodedown(worker("gw0"), error="killed")
    controller.pytest_configure_node(worker("gw1"))
    assert controller.controller.trouble == []


@pytest.mark.parametrize("loss", [shutil.rmtree, replaced])
def test_no_worker_is_started_for_a_ledger_that_is_lost(controller: ControllerPlugin, loss: Any) -> None:
    loss(controller.controller.job.folder)
    with pytest.raises(RunEnd):
        controller.pytest_configure_node(worker("gw0"))
    assert isinstance(controller.controller.trouble[0], LeftoverError)


def collected(failed: bool = True, **more: str) -> Any:
    return SimpleNamespace(failed=failed, nodeid="test_a.py", longreprtext="SyntaxError", **more)


def test_a_suite_that_lacks_a_mark_is_told_once_and_is_wrong_use(controller: ControllerPlugin) -> None:
    """Each worker reports it. That no test ran is not said beside it."""
    controller.lost_tests.expected.add("test_b")
    for report in (collected(failed=False), *2 * [collected(deskcheck_suite_mistake="a.py:1: whom?")]):
        controller.pytest_collectreport(report)
    (trouble,) = controller.controller.trouble
    assert (trouble.what, trouble.exit_code) == ("a.py:1: whom?", 2)
    assert controller._ends_for_a_mistake()
    controller.lost_tests.reported.add("test_c")
    assert not controller._ends_for_a_mistake()


def test_a_suite_that_is_broken_leaves_the_run_unfinished(controller: ControllerPlugin) -> None:
    controller.pytest_collectreport(collected())
    (trouble,) = controller.controller.trouble
    assert (trouble.what, trouble.exit_code) == ("test_a.py cannot be collected: SyntaxError", 4)
    assert not controller._ends_for_a_mistake()


def test_a_screen_that_is_gone_keeps_no_record_from_being_removed(controller: ControllerPlugin) -> None:
    def fail(*_: object) -> None:
        raise SystemExit(1)

    shown: Any = SimpleNamespace(removals=1, add_removal=fail)
    controller.progress = shown
    controller._show_removal(Entry("1", "zendesk", "zendesk", "zendesk:CreateGroup", "POST", "/api/v2/groups"))
