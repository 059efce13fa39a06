"""The plugin connects pytest to a run: its options, markers and fixtures are there, and do what `harness.run` says."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from harness import pytest_plugin
from harness.planning import run_options
from harness.planning.run_options import RunOptions
from harness.risk.tier import Tier
from harness.run import item_outcome
from harness.vendors import VENDORS


class Parser:
    """Keeps the names of the options that it is given."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def getgroup(self, name: str, description: str) -> Parser:
        return self

    def addoption(self, *names: str, **settings: Any) -> None:
        self.names += names


def test_pytest_knows_every_option_of_a_run() -> None:
    parser, of_a_run = Parser(), Parser()
    pytest_plugin.pytest_addoption(parser)  # type: ignore[arg-type]
    run_options.add_options(of_a_run.addoption)
    assert set(parser.names) == {*of_a_run.names, "--deskcheck-console"}


def test_without_options_pytest_runs_with_the_defaults(pytestconfig: pytest.Config) -> None:
    assert run_options.from_namespace(pytestconfig.option).targets == RunOptions().targets


def test_tests_can_be_selected_by_vendor_and_by_tier(pytestconfig: pytest.Config) -> None:
    markers = {line.split(":")[0] for line in pytestconfig.getini("markers")}
    assert {"contract", "resource(name)", *VENDORS, *map(str, Tier)} <= markers


@pytest.fixture
def target_name() -> str:
    """Here is no run that would give a test its org."""
    return "acme"


@pytest.mark.zendesk
@pytest.mark.read
def test_the_contract_fixture_tests_an_operation_of_this_item(
    request: pytest.FixtureRequest, contract: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert contract.func is item_outcome.run_operation
    assert contract.args == (request.node, "acme")


def test_a_report_gets_its_outcome_and_stays_what_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    monkeypatch.setattr(item_outcome, "add_to_report", lambda *given: told.append(given))
    hook = pytest_plugin.pytest_runtest_makereport("item", "call")  # type: ignore[arg-type]
    next(hook)
    report = SimpleNamespace()
    with pytest.raises(StopIteration) as returned:
        hook.send(report)
    assert returned.value.value is report
    assert told == [("item", "call", report)]


def test_only_the_plugin_itself_closes_the_ways_out(monkeypatch: pytest.MonkeyPatch) -> None:
    guarded: list[Any] = []
    monkeypatch.setattr(pytest_plugin.session_guard, "guard_from_start", guarded.append)
    manager: Any = SimpleNamespace(get_plugin={"pytestconfig": "the configuration"}.get)
    pytest_plugin.pytest_plugin_registered(object(), manager)
    assert guarded == []
    pytest_plugin.pytest_plugin_registered(pytest_plugin, manager)
    assert guarded == ["the configuration"]


def test_an_option_that_another_plugin_has_already_is_named_with_the_way_out() -> None:
    parser = pytest.Parser(_ispytest=True)
    parser.addoption("--timeout")
    with pytest.raises(pytest.UsageError, match=r"--timeout.*-p no:NAME"):
        pytest_plugin.pytest_addoption(parser)


def test_what_a_run_leaves_out_is_left_to_other_plugins_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pytest_plugin.pytest_session, "leaves_out", lambda config, folder: folder.name == "self")
    config: Any = None
    assert pytest_plugin.pytest_ignore_collect(Path("suites/self"), config) is True
    assert pytest_plugin.pytest_ignore_collect(Path("suites/zoho"), config) is None
