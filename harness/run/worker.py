"""Crew: what one process of a run needs to test its share: a session an org, and its file of the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from harness import settings
from harness.errors import UnfinishedError
from harness.execution import executor, teardown
from harness.execution.connect import connect
from harness.execution.session import Session
from harness.ledger import Ledger, LostLedgerError, Told
from harness.planning import run_context
from harness.planning.job import LEDGER, Job
from harness.planning.plan import PlanStep
from harness.planning.run_context import RunContext
from harness.results.outcome import Outcome
from harness.traffic.recording import RecordingAccount, account
from harness.transport import egress


@dataclass
class Worker:
    """A worker's side: one session an org, opened when the first of its operations comes."""

    order: Job
    known: RunContext | None = None
    worker: str = ""
    own: Ledger | None = None
    stopped: str = ""
    _sessions: dict[str, Session] = field(default_factory=dict)

    @cached_property
    def survey(self) -> RunContext:
        """The same survey that the controller made, from the cache that it filled."""
        if self.known:
            return self.known
        return replace(run_context.take(self.order.wish, settings.load()), targets=self.order.targets)

    @cached_property
    def steps(self) -> Mapping[str, PlanStep]:
        """The plan's steps by operation key."""
        return {step.operation.key: step for step in self.survey.plan(self.order.permits).steps}

    @cached_property
    def ledger(self) -> Ledger:
        """This process' own file in the run's folder; it knows what the others wrote. Raises `LostLedgerError`."""
        return self.own or Ledger.join(self.order.folder / LEDGER, self.worker, self.order.files)

    def session(self, vendor: str) -> Session:
        """The session for a vendor's org."""
        if vendor not in self._sessions:
            self._sessions[vendor] = connect(self.order, self.survey, vendor, self.ledger)
        return self._sessions[vendor]

    def run(self, key: str) -> Outcome:
        """Test one operation; after an outage, say of the rest that they were not tried."""
        step = self.steps[key]
        if self.stopped and step.decision == "run":
            return executor.broken(step, f"not tried: {self.stopped}")
        try:
            session = self.session(step.operation.vendor)
            outcome = executor.run(step, session)
        except (UnfinishedError, LostLedgerError) as error:
            self.stopped = error.what
            return executor.broken(step, error.what)
        except egress.EgressError as error:
            return executor.broken(step, str(error))
        except Exception as error:  # one operation that we cannot handle must neither vanish nor end the run
            return executor.broken(step, executor.fault(error))
        self.stopped = session.stopped
        return outcome

    def untold(self) -> Told:
        """What this process wrote into its ledger since the last call."""
        return self.ledger.untold() if "ledger" in self.__dict__ else Told(self.worker, 1, ())

    def teardown(self) -> list[str]:
        """Take back what the ledger says is still there; what could not be, one line each."""
        return teardown.sweep(self.ledger, self.session, self.survey.undo)

    @property
    def account(self) -> RecordingAccount:
        """What was recorded; asked after `close`."""
        return account(session.recording for session in self._sessions.values())

    def close(self) -> None:
        """Close all connections and recordings."""
        for session in self._sessions.values():
            session.close()
