"""A worker has a share of its run's folder, or it ends; without its controller it begins no test."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from harness.errors import OrphanedError, UnfinishedError
from harness.ledger import claim
from harness.run.worker_plugin import WorkerPlugin, join_run

NOBODY = 0
"""The id of no process that a worker could be a child of."""


def config() -> Any:
    return SimpleNamespace(pluginmanager=pytest.PytestPluginManager())


def test_a_worker_holds_its_share_to_the_end(tmp_path: Path) -> None:
    with claim.begin(tmp_path):
        session = config()
        join_run(session, tmp_path, os.getpid())
        plugin = session.pluginmanager.get_plugin("deskcheck-worker")
        assert not claim.Claim().exclude_workers(tmp_path), "the worker is still there"
        plugin.claim.close()


def test_a_worker_whose_folder_is_gone_ends_as_unfinished(tmp_path: Path) -> None:
    with pytest.raises(pytest.exit.Exception, match="the run's folder is gone") as ended:
        join_run(config(), tmp_path / "gone", os.getpid())
    assert ended.value.returncode == UnfinishedError.exit_code


def test_a_worker_of_nobody_gets_no_share(tmp_path: Path) -> None:
    with claim.begin(tmp_path), pytest.raises(pytest.exit.Exception, match="controller of this worker is gone"):
        join_run(config(), tmp_path, NOBODY)


def test_a_test_begins_while_the_controller_lives() -> None:
    WorkerPlugin(claim.Claim(), os.getppid()).pytest_runtest_protocol()


def test_no_test_begins_that_nobody_would_hear_of() -> None:
    with pytest.raises(pytest.exit.Exception) as ended:
        WorkerPlugin(claim.Claim(), NOBODY).pytest_runtest_protocol()
    assert ended.value.returncode == OrphanedError.exit_code
