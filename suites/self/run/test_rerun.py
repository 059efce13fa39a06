"""A test of which the network may have lost an answer is run again, and only its last run is reported."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from harness.execution.reproduce import TRIES
from harness.run import rerun
from harness.run.item_outcome import CLIENT, PAST_CLIENTS
from harness.run.rerun import Rerun


class Item:
    """A hand-written test: run number n leaves a client with the doubts of `runs[n]`, the last of them from then on."""

    def __init__(self, *runs: set[str], fixtures: tuple[str, ...] = ("client",), stop: bool = False) -> None:
        self.runs, self.fixturenames = runs, fixtures
        self.stash, self.config = pytest.Stash(), SimpleNamespace(stash=pytest.Stash())
        self.nodeid, self.location = "test_a.py::test_it", ("test_a.py", 1, "test_it")
        self.session = SimpleNamespace(shouldstop=stop)
        self.begun = 0
        self.reported: list[str] = []
        self.ihook = SimpleNamespace(
            pytest_runtest_logstart=lambda **_: self.reported.append("start"),
            pytest_runtest_logreport=lambda report: self.reported.append(report),
            pytest_runtest_logfinish=lambda **_: self.reported.append("finish"),
        )

    def _initrequest(self) -> None:
        """Fixtures are forgotten; this test has none."""

    def run(self) -> list[str]:
        doubts = self.runs[min(self.begun, len(self.runs) - 1)]
        self.begun += 1
        self.stash[CLIENT] = SimpleNamespace(doubts=doubts)  # type: ignore[assignment]
        return [f"run {self.begun}"]


@pytest.fixture(autouse=True)
def phases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rerun, "runtestprotocol", lambda item, log, nextitem: item.run())


def protocol(item: Any) -> bool | None:
    return Rerun().pytest_runtest_protocol(item, None)


def test_a_test_without_a_client_is_left_to_pytest() -> None:
    item = Item({"lost"}, fixtures=("tmp_path",))
    assert protocol(item) is None
    assert item.begun == 0


def test_a_test_without_a_doubt_is_run_once() -> None:
    item = Item(set())
    assert protocol(item) is True
    assert item.reported == ["start", "run 1", "finish"]


def test_a_doubt_that_does_not_show_again_was_the_networks() -> None:
    item = Item({"lost"}, set())
    protocol(item)
    assert item.reported == ["start", "run 2", "finish"]
    assert [client.doubts for client in item.stash[PAST_CLIENTS]] == [{"lost"}]


def test_a_doubt_that_stays_is_reported_after_the_last_try() -> None:
    item = Item({"lost"})
    protocol(item)
    assert item.begun == TRIES
    assert item.reported == ["start", f"run {TRIES}", "finish"]


def test_a_run_that_is_being_stopped_tries_nothing_again() -> None:
    item = Item({"lost"}, stop=True)
    protocol(item)
    assert item.begun == 1
