"""What one process of a run needs to test its share: its orgs, connected when needed, and its file of the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from harness import settings
from harness.errors import UnfinishedError
from harness.execution import executor, teardown
from harness.execution.connect import connect
from harness.execution.org_under_test import OrgUnderTest
from harness.ledger import Ledger, LedgerLines, LostLedgerError
from harness.planning import run_context
from harness.planning.job import LEDGER, Job
from harness.planning.plan import PlanStep
from harness.planning.run_context import RunContext
from harness.results.outcome import Outcome
from harness.traffic.recording import RecordingAccount, account
from harness.transport import egress
from harness.vendors.obstacle import OrgError


def context_for(job: Job) -> RunContext:
    """The controller's context in another process, read from the cache that the controller filled."""
    return run_context.build(job.options, settings.load(), job.changed).granted(job.targets, job.permits)


@dataclass
class Worker:
    """A process that tests: each org is connected when the first of its operations comes.

    `open_ledger` is the run's own, where the controller itself tests or takes back; any other worker joins by `name`.
    """

    job: Job
    context: RunContext
    name: str = ""
    open_ledger: Ledger | None = None
    stopped: str = ""
    obstacle: str = ""
    _orgs: dict[str, OrgUnderTest] = field(default_factory=dict)

    @cached_property
    def steps(self) -> Mapping[str, PlanStep]:
        """The plan's steps by operation key."""
        return {step.operation.key: step for step in self.context.plan.steps}

    @cached_property
    def ledger(self) -> Ledger:
        """This process' own file in the run's folder; it knows what the others wrote. Raises `LostLedgerError`."""
        return self.open_ledger or Ledger.join(self.job.folder / LEDGER, self.name, self.job.files)

    def org(self, vendor: str) -> OrgUnderTest:
        """A vendor's org."""
        if vendor not in self._orgs:
            self._orgs[vendor] = connect(self.job, self.context, vendor, self.ledger)
        return self._orgs[vendor]

    def run(self, key: str) -> Outcome:
        """Test one operation; after an outage, the rest are reported as not tried."""
        step = self.steps[key]
        if self.stopped and step.decision == "run":
            return executor.errored(step, f"not tried: {self.stopped}", self.obstacle)
        try:
            org = self.org(step.operation.vendor)
            outcome = executor.run(step, org)
        except OrgError as error:
            self.stopped, self.obstacle = error.what, str(error.obstacle)
            return executor.errored(step, error.what, self.obstacle)
        except (UnfinishedError, LostLedgerError) as error:
            self.stopped = error.what
            return executor.errored(step, error.what)
        except egress.EgressError as error:
            return executor.errored(step, str(error))
        except Exception as error:  # an operation that we cannot handle must neither vanish nor end the run
            return executor.errored(step, executor.fault(error))
        self.stopped, self.obstacle = org.client.stopped, outcome.obstacle
        return outcome

    def unsent_lines(self) -> LedgerLines:
        """What this process wrote into its ledger since the last call."""
        if "ledger" not in self.__dict__:
            return LedgerLines(self.name, 1, ())
        return self.ledger.unsent_lines()

    def teardown(self) -> list[str]:
        """Take back what the ledger says is still there; what could not be, one line each."""
        return teardown.sweep(self.ledger, self.org, self.context.cleanup)

    @property
    def account(self) -> RecordingAccount:
        """What was recorded; complete after `close`."""
        return account([org.client.recording for org in self._orgs.values()])

    def close(self) -> None:
        """Close all connections and recordings."""
        for org in self._orgs.values():
            org.client.close()
