"""The pytest door: options, fixtures and hooks that connect the suites to a campaign; no logic of its own."""

from __future__ import annotations

import sys
import traceback
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from dataclasses import astuple, replace
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from harness import archive, closing, doors, guarding, settings, survey
from harness.again import DESK, FIXTURE, Again, outcome_of
from harness.campaign import Campaign, open_campaign
from harness.crew import Crew
from harness.desk import Desk
from harness.ending import CODE, Attendance, enlist, heed
from harness.errors import DeskcheckError, UnfinishedError
from harness.ledger import Told
from harness.observe.recording import Account
from harness.order import decode, encode
from harness.report.console import Progress, close
from harness.results import Outcome, State
from harness.risk.tier import Tier
from harness.spec.document import VENDORS

CAMPAIGN = pytest.StashKey[Campaign]()
CREW = pytest.StashKey[Crew]()
OUTCOME = pytest.StashKey[Outcome]()
# pytest shows the name of what ends it before the message.
_End = type("deskcheck", (pytest.exit.Exception,), {})
_ORDER = "deskcheck_order"
_LEDGER = "deskcheck_ledger"
_RECORDED = "deskcheck_recorded"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The same options as `deskcheck run`."""
    group = parser.getgroup("deskcheck", "deskcheck: what may be sent where")
    doors.add_run_options(group.addoption)
    group.addoption("--deskcheck-console", action="store_true", help="progress and a closing table instead of dots")


def pytest_plugin_registered(plugin: object, manager: pytest.PytestPluginManager) -> None:
    """Before the first suite is loaded: whatever would leave past the gate is refused, and told at the end."""
    if plugin is sys.modules[__name__] and (config := manager.get_plugin("pytestconfig")):
        guarding.early(config, VENDORS)


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
    if _ORDER in worker:
        order = decode(worker[_ORDER])
        enlist(config, order.folder, order.controller)
        config.stash[CREW] = Crew(order, worker=worker["workerid"])
        config.pluginmanager.register(Again(), "deskcheck-again")
        config.add_cleanup(heed(session, tests_here=True))
        guarding.follow(config, config.stash[CREW].order.folder)
    elif not worker and _wanted(config):
        workers = len(config.getoption("tx", []) or [])
        try:
            campaign = open_campaign(doors.wish(config.option), settings.load(), workers=max(1, workers))
        except DeskcheckError as error:
            # pytest says it on stderr; its reporter would say it a second time.
            _hush(config)
            config.stash[CODE] = error.exit_code
            raise _End(str(error), error.exit_code) from error
        except Exception as error:
            # pytest's own code for this is 3, which says that the gate refused something.
            traceback.print_exc()
            config.stash[CODE] = UnfinishedError.exit_code
            raise _End("that is an error of deskcheck itself", UnfinishedError.exit_code) from error
        config.add_cleanup(heed(session, tests_here=not workers))
        guarding.direct(config, campaign.order.folder, workers=bool(workers))
        config.stash[CAMPAIGN] = campaign
        config.pluginmanager.register(Controller(config, campaign), "deskcheck-controller")
        if not workers:
            config.stash[CREW] = Crew(campaign.order, campaign.survey, own=campaign.folder.ledger)
            config.pluginmanager.register(Again(), "deskcheck-again")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker tells what it recorded and the last lines of its ledger.

    Where there is no report, the exit code tells what was refused.
    """
    config = session.config
    if CREW in config.stash:
        config.stash[CREW].close()
    if CREW in config.stash and hasattr(config, "workeroutput"):
        config.workeroutput[_RECORDED] = astuple(config.stash[CREW].account)
        config.workeroutput[_LEDGER] = _told(config.stash[CREW])
    elif CAMPAIGN not in config.stash and not hasattr(config, "workeroutput"):
        session.exitstatus = guarding.told(config, (), int(session.exitstatus))


def _told(crew: Crew) -> str:
    """What a worker wrote into its ledger since it last told, as text for the channel."""
    return msgspec.json.encode(crew.untold()).decode()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Hand the order to an xdist worker."""
    if CAMPAIGN in node.config.stash:
        campaign = node.config.stash[CAMPAIGN]
        try:
            campaign.folder.enlist(node.gateway.id)
        except DeskcheckError as error:
            raise _End(str(error), error.exit_code) from error
        node.workerinput[_ORDER] = encode(campaign.order)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One item an operation: `operation` in a contract suite runs over its vendor's part of the catalog."""
    if "operation" not in metafunc.fixturenames:
        return
    vendor = Path(str(metafunc.definition.path)).parent.name
    seen = _survey(doors.wish(metafunc.config.option))
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
        outcome = request.config.stash[CREW].run(key)
        request.node.stash[OUTCOME] = outcome
        if outcome.state in (State.REFUSED, State.UNSUPPORTED):
            pytest.skip(f"{outcome.state}: {outcome.detail}")
        if outcome.state is not State.PASSED:
            lines = [f"{one.check} {one.pointer}: {one.message}" for one in outcome.findings]
            pytest.fail("\n".join([f"{key}: {outcome.state} {outcome.detail}", *lines]), pytrace=False)

    return hold


@pytest.fixture
def desk(request: pytest.FixtureRequest) -> Desk:
    """The org of this suite's vendor for a hand-written test; each exchange is held to the contract as well."""
    one = Desk(request.config.stash[CREW].session(request.path.parent.name))
    request.node.stash[DESK] = one
    return one


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Put the outcome on the report, in the form that crosses from a worker to the controller."""
    report = yield
    if hasattr(item.config, "workerinput") and CREW in item.config.stash:
        report.deskcheck_ledger = _told(item.config.stash[CREW])
    # A test that is skipped or refused while it is set up has no call phase.
    if report.when != "call" and not (report.when == "setup" and not report.passed):
        return report
    if DESK in item.stash:
        item.stash[OUTCOME] = outcome_of(item, call, report)
    if OUTCOME in item.stash:
        report.deskcheck = archive.encode(item.stash[OUTCOME]).decode()
    return report


class Controller:
    """Follows a campaign from the first report to the closing table; registered where no worker is."""

    def __init__(self, config: pytest.Config, campaign: Campaign) -> None:
        self.config, self.campaign, self.run = config, campaign, None
        self.writer = archive.Writer(campaign.order.folder)
        self.said = ""
        self.attendance = Attendance()
        config.pluginmanager.register(self.attendance, "deskcheck-attendance")
        self._planned = Counter(step.operation.vendor for step in campaign.plan.running)
        self.progress: Progress | None = None
        if config.getoption("deskcheck_console"):
            self.progress = Progress(self._planned)
            self.progress.__enter__()
            _hush(config)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """Workers know how many hand-written tests there are beside the planned operations."""
        if self.progress:
            # Their ids begin with a path: `suites/zoho/test_pins.py::test_unpin`.
            written = Counter(Path(one.split("::")[0]).parent.name for one in ids if "::test_operation[" not in one)
            self.progress.expected = dict(self._planned + written)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Keep what a worker told at its end."""
        told = getattr(node, "workeroutput", {})
        self.campaign.accounts.append(Account(*told.get(_RECORDED, ())))
        if _LEDGER in told:
            self.campaign.folder.hear(msgspec.json.decode(told[_LEDGER], type=Told), last=True)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep what a test amounts to, and what its worker wrote into the ledger."""
        if told := getattr(report, _LEDGER, ""):
            self.campaign.folder.hear(msgspec.json.decode(told, type=Told))
        text = getattr(report, "deskcheck", "")
        if text:
            outcome = archive.decode(text.encode())
            self.writer.write(outcome)
            self.campaign.keep(outcome)
            if self.progress:
                self.progress.add(outcome)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Take everything back, write the report, say how it ended."""
        if self.progress:
            self.progress.__exit__(None, None, None)
        # Workers have ended by now, their exit handlers included.
        attempts = guarding.attempts(self.config, self.campaign.order.folder)
        self.campaign.attempted(attempts)
        if trouble := self.attendance.trouble():
            self.campaign.trouble.append(trouble)
        if CREW in self.config.stash:
            self.campaign.accounts.append(self.config.stash[CREW].account)
        self.writer.__exit__(None, None, None)
        run, folder = closing.close(self.campaign)
        self.said = f"report in {folder}" if folder else "the report could not be written anywhere"
        run = replace(run, exit_code=guarding.told(self.config, attempts, run.exit_code))
        session.exitstatus = self.config.stash[CODE] = run.exit_code
        if self.progress:
            close(run, folder or self.campaign.order.folder, self.progress.console)

    def pytest_internalerror(self, excrepr: Any) -> None:
        """Show what pytest would have shown: here its own reporter is away. The run is no pass any more."""
        self.campaign.trouble.append(UnfinishedError("an error of deskcheck or of a plugin ended the run"))
        if self.progress:
            print(excrepr, file=sys.stderr)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A suite that cannot be collected must not look like one that passed."""
        if report.failed:
            self.campaign.trouble.append(UnfinishedError(f"{report.nodeid} cannot be collected: {report.longreprtext}"))

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Under plain pytest, say where the report is."""
        for error in self.campaign.trouble:
            terminalreporter.write_line(f"deskcheck: {error.what}")
        terminalreporter.write_line(f"deskcheck: {self.said}")


def _hush(config: pytest.Config) -> None:
    """Leave the screen to our own progress: pytest's reporter goes, and so does what xdist says through it."""
    if reporter := config.pluginmanager.get_plugin("terminalreporter"):
        config.pluginmanager.unregister(reporter)
    if workers := config.pluginmanager.get_plugin("dsession"):
        workers.terminal = None
        config.pluginmanager.unregister(name="terminaldistreporter")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Hand-written tests need an org of their vendor, and where operations are selected they have to be named too."""
    written = [item for item in items if FIXTURE in getattr(item, "fixturenames", ())]
    wish = doors.wish(config.option)
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
    return guarding.concerns(config.args, VENDORS)


@cache
def _survey(wish: doors.Wish) -> survey.Survey:
    return survey.take(wish, settings.load())
