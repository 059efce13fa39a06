"""The pytest door: options, fixtures and hooks that connect the suites to a campaign; no logic of its own."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Generator, Sequence
from dataclasses import astuple
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from harness import settings
from harness.errors import DeskcheckError, UnfinishedError
from harness.execution.api_client import ApiClient
from harness.openapi.document import VENDORS
from harness.planning import run_context, run_options
from harness.planning.job import decode
from harness.results import archive
from harness.results.outcome import Outcome, State
from harness.risk.tier import Tier
from harness.run import session_guard
from harness.run.controller import Controller, open_controller
from harness.run.controller_plugin import LEDGER, ORDER, RECORDED, WORKER, ControllerPlugin, End, hush
from harness.run.rerun import CLIENT, FIXTURE, Rerun, outcome_of
from harness.run.shutdown import CODE, enlist, heed
from harness.run.worker import Worker

CONTROLLER = pytest.StashKey[Controller]()
OUTCOME = pytest.StashKey[Outcome]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The same options as `deskcheck run`."""
    group = parser.getgroup("deskcheck", "deskcheck: what may be sent where")
    run_options.add_run_options(group.addoption)
    group.addoption("--deskcheck-console", action="store_true", help="progress and a closing table instead of dots")


def pytest_plugin_registered(plugin: object, manager: pytest.PytestPluginManager) -> None:
    """Before the first suite is loaded: whatever would leave past the gate is refused, and told at the end."""
    if plugin is sys.modules[__name__] and (config := manager.get_plugin("pytestconfig")):
        session_guard.early(config, VENDORS)


def pytest_configure(config: pytest.Config) -> None:
    """Register markers: vendor, tier, and the resource's own."""
    for name in ("contract", *VENDORS, *(str(tier) for tier in Tier)):
        config.addinivalue_line("markers", f"{name}: select with -m {name}")
    config.addinivalue_line("markers", "resource(name): the resource that a test is about")
    if hasattr(config, "workerinput") or _wanted(config):
        # A warning (a socket that a suite forgot to close) is no verdict on an org, and must not end a run.
        config.addinivalue_line("filterwarnings", "default")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Open the campaign where suites against an org will run; workers get the order for it."""
    config = session.config
    worker: dict[str, Any] = getattr(config, "workerinput", {})
    if ORDER in worker:
        order = decode(worker[ORDER])
        enlist(config, order.folder, order.controller)
        config.stash[WORKER] = Worker(order, worker=worker["workerid"])
        config.pluginmanager.register(Rerun(), "deskcheck-again")
        config.add_cleanup(heed(session, tests_here=True))
        session_guard.follow(config, config.stash[WORKER].order.folder)
    elif not worker and _wanted(config):
        workers = len(config.getoption("tx", []) or [])
        try:
            controller = open_controller(run_options.wish(config.option), settings.load(), workers=max(1, workers))
        except DeskcheckError as error:
            # pytest says it on stderr; its reporter would say it a second time.
            hush(config)
            config.stash[CODE] = error.exit_code
            raise End(str(error), error.exit_code) from error
        except Exception as error:
            # pytest's own code for this is 3, which says that the gate refused something.
            traceback.print_exc()
            config.stash[CODE] = UnfinishedError.exit_code
            raise End("that is an error of deskcheck itself", UnfinishedError.exit_code) from error
        config.add_cleanup(heed(session, tests_here=not workers))
        session_guard.direct(config, controller.order.folder, workers=bool(workers))
        config.stash[CONTROLLER] = controller
        config.pluginmanager.register(ControllerPlugin(config, controller), "deskcheck-controller")
        if not workers:
            config.stash[WORKER] = Worker(controller.order, controller.survey, own=controller.folder.ledger)
            config.pluginmanager.register(Rerun(), "deskcheck-again")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker tells what it recorded and the last lines of its ledger.

    Where there is no report, the exit code tells what was refused.
    """
    config = session.config
    if WORKER in config.stash:
        config.stash[WORKER].close()
    if WORKER in config.stash and hasattr(config, "workeroutput"):
        config.workeroutput[RECORDED] = astuple(config.stash[WORKER].account)
        config.workeroutput[LEDGER] = _told(config.stash[WORKER])
    elif CONTROLLER not in config.stash and not hasattr(config, "workeroutput"):
        session.exitstatus = session_guard.told(config, (), int(session.exitstatus))


def _told(worker: Worker) -> str:
    """What a worker wrote into its ledger since it last told, as text for the channel."""
    return msgspec.json.encode(worker.untold()).decode()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One item an operation: `operation` in a contract suite runs over its vendor's part of the catalog."""
    if "operation" not in metafunc.fixturenames:
        return
    vendor = Path(str(metafunc.definition.path)).parent.name
    seen = _survey(run_options.wish(metafunc.config.option))
    chosen = seen.plan(seen.supposed()).steps if vendor in seen.targets else ()
    metafunc.parametrize(
        "operation",
        [
            pytest.param(step.operation.key, id=step.operation.key, marks=_marks(vendor, step.assessment.tier))
            for step in chosen
            if step.operation.vendor == vendor
        ],
    )


def _marks(vendor: str, tier: Tier) -> list[pytest.MarkDecorator]:
    return [getattr(pytest.mark, vendor), getattr(pytest.mark, str(tier))]


@pytest.fixture
def contract(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Test one operation by key: skips with the reason where it was refused, fails with its findings."""

    def hold(key: str) -> None:
        outcome = request.config.stash[WORKER].run(key)
        request.node.stash[OUTCOME] = outcome
        if outcome.state in (State.REFUSED, State.UNSUPPORTED):
            pytest.skip(f"{outcome.state}: {outcome.detail}")
        if outcome.state is not State.PASSED:
            lines = [f"{one.check} {one.pointer}: {one.message}" for one in outcome.findings]
            pytest.fail("\n".join([f"{key}: {outcome.state} {outcome.detail}", *lines]), pytrace=False)

    return hold


@pytest.fixture
def client(request: pytest.FixtureRequest) -> ApiClient:
    """The org of this suite's vendor for a hand-written test; each exchange is held to the contract as well."""
    one = ApiClient(request.config.stash[WORKER].org(request.path.parent.name))
    request.node.stash[CLIENT] = one
    return one


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Put the outcome on the report, in the form that crosses from a worker to the controller."""
    report = yield
    if hasattr(item.config, "workerinput") and WORKER in item.config.stash:
        report.deskcheck_ledger = _told(item.config.stash[WORKER])
    # A test that is skipped or refused while it is set up has no call phase.
    if report.when != "call" and not (report.when == "setup" and not report.passed):
        return report
    if CLIENT in item.stash:
        item.stash[OUTCOME] = outcome_of(item, call, report)
    if OUTCOME in item.stash:
        report.deskcheck = archive.encode(item.stash[OUTCOME]).decode()
    return report


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Hand-written tests need an org of their vendor, and where operations are selected they have to be named too."""
    written = [item for item in items if FIXTURE in getattr(item, "fixturenames", ())]
    wish = run_options.wish(config.option)
    targets = _survey(wish).targets if written else {}
    kept = [one for one in written if one.path.parent.name in targets and (not wish.only or _named(one, wish.only))]
    if dropped := [item for item in written if item not in kept]:
        config.hook.pytest_deselected(items=dropped)
        items[:] = [item for item in items if item not in dropped]


def _named(item: pytest.Item, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(f"{item.path.parent.name}:{item.name}", pattern) for pattern in patterns)


def _wanted(config: pytest.Config) -> bool:
    """Whether suites against an org are among the arguments; the harness' own tests never open a campaign."""
    if config.option.collectonly:
        return False
    return session_guard.concerns(config.args, VENDORS)


@cache
def _survey(wish: run_options.RunOptions) -> run_context.RunContext:
    return run_context.take(wish, settings.load())
