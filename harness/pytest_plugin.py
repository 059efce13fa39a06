"""The entry point of pytest: options, fixtures and hooks that connect the suites to a run; no logic of its own."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from harness.execution.api_client import ApiClient
from harness.execution.own_record import own_record
from harness.execution.own_ticket import own_ticket
from harness.planning import run_options
from harness.planning.written_tests import REQUESTS_MARK
from harness.risk.tier import Tier
from harness.run import collection, item_outcome, pytest_session, session_guard
from harness.vendors import VENDORS


def pytest_addoption(parser: pytest.Parser) -> None:
    """The same options as `deskcheck run`."""
    group = parser.getgroup("deskcheck", "deskcheck: what may be sent where")
    try:
        run_options.add_options(group.addoption)
    except ValueError as error:
        remedy = "Leave that plugin out (-p no:NAME), or use `deskcheck run`, which loads no other plugin."
        raise pytest.UsageError(f"another plugin of pytest has an option of deskcheck: {error}. {remedy}") from error
    group.addoption("--deskcheck-console", action="store_true", help="progress and a closing table instead of dots")


def pytest_plugin_registered(plugin: object, manager: pytest.PytestPluginManager) -> None:
    """Before the first suite is loaded: whatever would leave past the gate is refused, and reported at the end."""
    if plugin is sys.modules[__name__] and (config := manager.get_plugin("pytestconfig")):
        session_guard.guard_from_start(config)


def pytest_configure(config: pytest.Config) -> None:
    """Register markers: vendor, tier, and the resource's own."""
    for name in ("contract", *VENDORS, *map(str, Tier)):
        config.addinivalue_line("markers", f"{name}: select with -m {name}")
    config.addinivalue_line("markers", "resource(name): the resource that a test is about")
    mark = collection.OPERATIONS_MARK
    config.addinivalue_line("markers", f"{mark}(id, ...): a test runs whenever one of these operations is selected")
    config.addinivalue_line("markers", f"{REQUESTS_MARK}(most): requests that a test sends at most")
    if pytest_session.is_run(config):
        # A warning (a socket that a suite forgot to close) is no verdict on an org, and must not end a run.
        config.addinivalue_line("filterwarnings", "default")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Open a run, or join one as its worker."""
    pytest_session.start(session)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """`pytest suites` tests orgs, as `deskcheck run` does, and not the harness."""
    return pytest_session.leaves_out(config, collection_path) or None


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Tell what an author left out from what is broken."""
    report = yield
    collection.add_mistake(report)
    return report


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Close this process' part of the run."""
    pytest_session.finish(session)


@pytest.hookimpl(trylast=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One item an operation and org. After all other parameters, so that the org stands last in a test's id."""
    collection.parametrize(metafunc)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Only hand-written tests that the run's targets and its selection are about."""
    collection.deselect_tests(config, items)


@pytest.fixture
def target_name(request: pytest.FixtureRequest) -> str:
    """The name of the target that a test is for; a test runs once an org of its vendor."""
    return collection.target_of(request.node, collection.context_of(request.config))


@pytest.fixture
def contract(request: pytest.FixtureRequest, target_name: str) -> Callable[[str], None]:
    """Test one operation by key: skips with the reason where it was not judged, fails with its findings."""
    return partial(item_outcome.run_operation, request.node, target_name)


@pytest.fixture
def client(request: pytest.FixtureRequest, target_name: str) -> ApiClient:
    """An org of this suite's vendor for a hand-written test; each exchange is held to the contract as well."""
    return item_outcome.open_client(request.node, target_name)


@pytest.fixture
def own(client: ApiClient) -> Callable[[str], dict[str, Any]]:
    """`own("/api/v2/groups")` makes a record of a collection and gives it as the org shows it; it is taken back."""
    return partial(own_record, client)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Put the outcome on the report."""
    report = yield
    item_outcome.add_to_report(item, call, report)
    return report


@pytest.fixture
def ticket(client: ApiClient) -> Callable[..., dict[str, Any]]:
    """`ticket(priority="low")` makes a ticket that mails nobody and gives it as the org shows it; it is taken back."""

    def make(**fields: Any) -> dict[str, Any]:
        return own_ticket(client, fields)

    return make


@pytest.fixture
def expected(client: ApiClient) -> Callable[[str], None]:
    """`expected("success_flag")`: the checks must have found this in an answer, and here it is no finding."""
    return client.expect_finding
