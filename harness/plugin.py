"""The pytest door: options, fixtures and hooks that connect the suites to a campaign; no logic of its own."""

from __future__ import annotations

import sys
import traceback
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from harness import archive, closing, doors, settings, survey
from harness.again import DESK, FIXTURE, Again, outcome_of
from harness.campaign import Campaign, Crew, open_campaign
from harness.desk import Desk
from harness.ending import CODE, Attendance, heed
from harness.errors import DeskcheckError, UnfinishedError
from harness.order import decode, encode
from harness.report.console import Progress, close
from harness.results import Outcome, State
from harness.risk.tier import Tier
from harness.spec.document import VENDORS
from harness.wire import sidedoor

SUITES = settings.ROOT / "suites"
CAMPAIGN = pytest.StashKey[Campaign]()
CREW = pytest.StashKey[Crew]()
WATCH = pytest.StashKey[sidedoor.Watch]()
OUTCOME = pytest.StashKey[Outcome]()
# pytest shows the name of what ends it before the message.
_End = type("deskcheck", (pytest.exit.Exception,), {})
_ORDER = "deskcheck_order"
_ATTEMPTS = "deskcheck_attempts"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The same options as `deskcheck run`."""
    group = parser.getgroup("deskcheck", "deskcheck: what may be sent where")
    doors.add_run_options(group.addoption)
    group.addoption("--deskcheck-console", action="store_true", help="progress and a closing table instead of dots")


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
        config.stash[CREW] = Crew(decode(worker[_ORDER]), worker=worker["workerid"])
        config.pluginmanager.register(Again(), "deskcheck-again")
        config.add_cleanup(heed(session, tests_here=True))
        _close_side_doors(config)
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
        config.stash[CAMPAIGN] = campaign
        config.pluginmanager.register(Controller(config, campaign), "deskcheck-controller")
        if not workers:
            config.stash[CREW] = Crew(campaign.order, campaign.survey)
            config.pluginmanager.register(Again(), "deskcheck-again")
            _close_side_doors(config)


def _close_side_doors(config: pytest.Config) -> None:
    """From here on, whatever opens a connection past the chain is refused, and told at the end."""
    doors_closed = ExitStack()
    config.stash[WATCH] = doors_closed.enter_context(sidedoor.closed())
    config.add_cleanup(doors_closed.close)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker tells the controller what tried to go round the chain."""
    if WATCH in session.config.stash and hasattr(session.config, "workeroutput"):
        attempts = session.config.stash[WATCH].attempts
        session.config.workeroutput[_ATTEMPTS] = [[one.address, one.caller] for one in attempts]


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Hand the order to an xdist worker."""
    if CAMPAIGN in node.config.stash:
        node.workerinput[_ORDER] = encode(node.config.stash[CAMPAIGN].order)


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
            written = Counter(_vendor(one) for one in ids if "::test_operation[" not in one)
            self.progress.expected = dict(self._planned + written)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Keep what a worker told at its end."""
        for address, caller in getattr(node, "workeroutput", {}).get(_ATTEMPTS, ()):
            self.campaign.attempted(address, caller)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep what a test amounts to."""
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
        for one in self.config.stash[WATCH].attempts if WATCH in self.config.stash else ():
            self.campaign.attempted(one.address, one.caller)
        if trouble := self.attendance.trouble():
            self.campaign.trouble.append(trouble)
        self.writer.__exit__(None, None, None)
        run = closing.close(self.campaign)
        session.exitstatus = self.config.stash[CODE] = run.exit_code
        if self.progress:
            close(run, self.campaign.order.folder, self.progress.console)

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
        terminalreporter.write_line(f"deskcheck: report in {self.campaign.order.folder}")


def _hush(config: pytest.Config) -> None:
    """Leave the screen to our own progress: pytest's reporter goes, and so does what xdist says through it."""
    if reporter := config.pluginmanager.get_plugin("terminalreporter"):
        config.pluginmanager.unregister(reporter)
    if workers := config.pluginmanager.get_plugin("dsession"):
        workers.terminal = None
        config.pluginmanager.unregister(name="terminaldistreporter")


def _vendor(node: str) -> str:
    """The vendor of a test by its node id: `suites/zoho/test_pins.py::test_unpin`."""
    return Path(node.split("::")[0]).parent.name


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
    paths = [Path(argument.split("::")[0]).absolute() for argument in config.args]
    return any(path.is_relative_to(SUITES / vendor) or (SUITES / vendor).is_relative_to(path)
               for path in paths for vendor in VENDORS)  # fmt: skip


@cache
def _survey(wish: doors.Wish) -> survey.Survey:
    return survey.take(wish, settings.load())
