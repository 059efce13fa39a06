"""What one process of a run needs to test its share: its orgs, connected when needed, and its file of the ledger."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from harness import masking, settings
from harness.errors import UnfinishedError
from harness.execution import executor, teardown
from harness.execution.connect import connect
from harness.execution.org_under_test import OrgUnderTest
from harness.ledger import Entry, Ledger, LedgerLines, LostLedgerError
from harness.planning import run_context
from harness.planning.amount import Amount, Amounts, total
from harness.planning.forecast import END, REPEATS, Forecaster
from harness.planning.job import LEDGER, Job
from harness.planning.plan import PlanStep
from harness.planning.run_context import RunContext
from harness.results.outcome import Outcome
from harness.traffic.recording import RecordingAccount, account
from harness.transport import egress
from harness.vendors.obstacle import OrgError


def context_for(job: Job) -> RunContext:
    """The controller's context in another process, read from the cache that the controller filled."""
    for target in job.targets.values():
        masking.remember(*target.secrets)
    context = run_context.build(job.options, settings.load(), job.changed, job.targets, job.parts)
    return context.granted(job.targets, job.permits)


@dataclass(frozen=True, slots=True)
class Stop:
    """Why nothing more can be sent to an org; `obstacle` is the word for it where one is known."""

    why: str
    obstacle: str = ""


@dataclass
class Worker:
    """A process that tests: each org is connected when the first of its operations comes.

    `open_ledger` is the run's own, where the controller itself tests or takes back; any other worker joins by `name`.
    `stopped` says why nothing more can be sent to an org, by the name of its target: the others are tested on.
    With `keeps_forecast` it sends no more requests than the run's forecast has for its tests.
    """

    job: Job
    context: RunContext
    name: str = ""
    open_ledger: Ledger | None = None
    keeps_forecast: bool = False
    stopped: dict[str, Stop] = field(default_factory=dict)
    _orgs: dict[str, OrgUnderTest] = field(default_factory=dict)
    _forecasters: dict[str, Forecaster] = field(default_factory=dict)
    _takes_back: bool = False

    @cached_property
    def steps(self) -> Mapping[tuple[str, str], PlanStep]:
        """The plan's steps by the name of the target and operation key."""
        return {(step.target, step.operation.key): step for step in self.context.plan.steps}

    @cached_property
    def ledger(self) -> Ledger:
        """This process' own file in the run's folder; it knows what the others wrote. Raises `LostLedgerError`."""
        return self.open_ledger or Ledger.join(self.job.folder / LEDGER, self.name, self.job.files)

    def org(self, target: str) -> OrgUnderTest:
        """The org of the target with this name."""
        if target not in self._orgs:
            self._orgs[target] = connect(self.job, self.context, target, self.ledger)
            if self.keeps_forecast:
                self._orgs[target].client.ceiling.begin(self._first_requests(target))
        return self._orgs[target]

    def org_for_test(self, target: str, name: str, key: str) -> OrgUnderTest:
        """The same for a test of a suite, which brings the requests that are forecast for it.

        `name` is what results call the test, without its parameters, `key` that of what it is drawn from.
        """
        org = self.org(target)
        if self.keeps_forecast:
            self._bring(org, self._forecaster(target).suite_test(name, key), REPEATS)
        return org

    def _first_requests(self, target: str) -> int:
        """Requests that may be sent before the first test or the first record brings its own."""
        return END if self._takes_back else self._forecaster(target).first_requests // self.job.workers

    def _forecaster(self, target: str) -> Forecaster:
        if target not in self._forecasters:
            self._forecasters[target] = Forecaster(self.context, target)
        return self._forecasters[target]

    @staticmethod
    def _bring(org: OrgUnderTest, needs: Amounts, repeats: int) -> None:
        own = needs.get("cases", Amount()).plus(needs.get("repeats", Amount()))
        org.client.ceiling.add(int(total(needs).requests), repeats, kept=int(own.requests))

    def run(self, target: str, key: str) -> Outcome:
        """Test one operation on one org; after an outage of the org, the rest are reported as not tried."""
        step = self.steps[target, key]
        if step.decision == "run" and (stop := self.stopped.get(target)):
            return executor.errored(step, f"not tried: {stop.why}", stop.obstacle)
        try:
            org = self.org(target)
            if self.keeps_forecast and step.decision == "run":
                self._bring(org, self._forecaster(target).operation(step), REPEATS)
            outcome = executor.run(step, org)
        except LostLedgerError as error:
            # Without the ledger nothing may be created in any org.
            self.stopped = dict.fromkeys(self.job.targets, Stop(error.what))
            return executor.errored(step, error.what)
        except OrgError as error:
            self.stopped[target] = Stop(error.what, str(error.obstacle))
            return executor.errored(step, error.what, str(error.obstacle))
        except UnfinishedError as error:
            self.stopped[target] = Stop(error.what)
            return executor.errored(step, error.what)
        except egress.EgressError as error:
            return executor.errored(step, str(error))
        except Exception as error:  # an operation that we cannot handle must neither vanish nor end the run
            return executor.errored(step, executor.fault(error))
        if org.client.stopped:
            self.stopped[target] = Stop(org.client.stopped, outcome.obstacle)
        return outcome

    def unsent_lines(self) -> LedgerLines:
        """What this process wrote into its ledger since the last call."""
        if "ledger" not in self.__dict__:
            return LedgerLines(self.name, 1, ())
        return self.ledger.unsent_lines()

    def teardown(self, show: Callable[[Entry], None] | None = None) -> list[str]:
        """Take back what the ledger says is still there; what could not be, one line each.

        Each record brings the requests of its removal, which were kept for it when it was created. `show` gets each
        entry before it is taken back.
        """
        self._takes_back = True

        def org_to_clean(target: str) -> OrgUnderTest:
            org = self.org(target)
            org.client.take_back()
            return org

        def begin(entry: Entry) -> None:
            if self.keeps_forecast:
                self.org(entry.target).client.ceiling.add(teardown.requests_of(entry))
            if show is not None:
                show(entry)

        return teardown.sweep(self.ledger, org_to_clean, self.context.cleanup, begin)

    @property
    def account(self) -> RecordingAccount:
        """What was recorded; complete after `close`."""
        return account([org.client.recording for org in self._orgs.values()])

    def close(self) -> None:
        """Close all connections and recordings."""
        for org in self._orgs.values():
            org.client.close()
