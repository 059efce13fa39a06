"""Controller: the state of a run in the process that directs it, from the granted permits to the run as a value."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harness.errors import DeskcheckError, GateError, UnfinishedError
from harness.execution.blame import where
from harness.ledger import Entry, LostLedgerError
from harness.ledger.claim import Claim
from harness.ledger.live_runs import LiveRun
from harness.openapi import positions
from harness.planning import run_context
from harness.planning.job import Job
from harness.planning.partial import reasons
from harness.planning.run_context import RunContext
from harness.quota.limiter import problem as quota_problem
from harness.results.baseline import Baseline
from harness.results.outcome import Outcome, Run, losses, merge, obstacle_notes, unjudged
from harness.run import known_findings, session_guard
from harness.run.applied_corrections import with_corrections
from harness.run.exit_code import exit_code, orgs_without_success, unneeded_waivers
from harness.run.run_folder import RunFolder
from harness.run.worker import Worker
from harness.sandbox.process import Running
from harness.settings import Settings, secret_variable
from harness.target import EMBEDDED, org_labels
from harness.traffic.har_merge import conclude
from harness.traffic.recording import RecordingAccount
from harness.transport.monitor import EgressAttempt
from harness.unjudged import closing_line
from harness.vendors import VENDORS


@dataclass
class Controller:
    """Opened before the first test, closed after the last; `claim` holds the folder for it.

    `baseline` is what was known beforehand, where the options name one; `live` tells other processes that the run goes
    on.
    `allure_folder` is where pytest's `--alluredir` wants the results of Allure beside those of the run's folder.
    `started_at` is by the wall clock, `started_tick` by the monotonic one. `trouble` is what counts against the run
    beside its outcomes. `show_removal` gets each entry of the ledger before it is taken back.
    """

    job: Job
    context: RunContext
    folder: RunFolder
    sandbox: Running | None = None
    claim: Claim | None = None
    baseline: Baseline | None = None
    live: LiveRun | None = None
    started_at: float = field(default_factory=time.time)
    started_tick: float = field(default_factory=time.monotonic)
    outcomes: list[Outcome] = field(default_factory=list)
    trouble: list[DeskcheckError] = field(default_factory=list)
    accounts: list[RecordingAccount] = field(default_factory=list)
    allure_folder: Path | None = None
    show_removal: Callable[[Entry], None] | None = None

    def add_attempts(self, attempts: Iterable[EgressAttempt]) -> None:
        """Something tried to leave past the gate; it was refused, and the run cannot count as clean."""
        self.trouble += [GateError(session_guard.message(attempt)) for attempt in dict.fromkeys(attempts)]

    def close(self) -> Run:
        """Remove what workers left, stop the sandbox, and give the run as a value."""
        try:
            leftovers = self._teardown()
        finally:
            if self.live:
                self.live.end()
            if self.sandbox:
                self.sandbox.stop()
        notes = self._merge_recordings()
        outcomes = with_corrections(self._with_sources(merge(self.outcomes)), self.context)
        self.trouble += orgs_without_success(outcomes)
        options = self.job.options
        unneeded = unneeded_waivers(outcomes) if not (options.only or options.changed_since) else ()
        known = self.baseline.ids if self.baseline else frozenset[str]()
        code = exit_code(outcomes, leftovers, self.trouble, known)
        run = Run(
            id=self.job.id,
            started=self.started,
            seconds=round(time.monotonic() - self.started_tick, 1),
            seed=options.seed,
            targets=self.target_names,
            permit=self._permit(),
            orgs=self.job.vendors,
            secret_variables=_secret_variables(self.job, self.context.settings),
            versions=run_context.versions(self.context),
            exit_code=code or int(bool(unneeded) and options.strict_waivers),
            outcomes=outcomes,
            leftovers=tuple(leftovers),
            lost=self.lost,
            notes=(
                *(error.what for error in self.trouble),
                *notes,
                *filter(None, map(quota_problem, self.job.targets.values())),
                *([self.job.changed.sentence] if self.job.changed else ()),
                *_deprecations(self.job),
                *reasons(self.job.parts),
                *obstacle_notes(outcomes),
                *losses(outcomes),
                *filter(None, [closing_line(unjudged(outcomes))]),
                *(f"waiver {waiver}: nothing needed it" for waiver in unneeded),
            ),
        )
        return self._held_to_baseline(run)

    def _with_sources(self, outcomes: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
        """The outcomes of operations with file and line of their documents; tests bring their own."""
        documents = self.context.documents
        by_key = documents.catalog.by_key
        tested = [by_key[outcome.key] for outcome in outcomes if outcome.key in by_key]
        sources = positions.sources(documents, tested)
        return tuple(replace(outcome, source=outcome.source or sources.get(outcome.key, "")) for outcome in outcomes)

    def _held_to_baseline(self, run: Run) -> Run:
        """The run with what its baseline says of its findings."""
        if self.baseline is None:
            return run
        keys = self.context.documents.catalog.by_key
        notes = (*run.notes, *known_findings.notes(self.baseline, run))
        return replace(run, against=known_findings.against(self.baseline, run, keys), notes=notes)

    @property
    def started(self) -> str:
        """When the run began, as `run.json` says it."""
        return datetime.fromtimestamp(self.started_at, UTC).isoformat(timespec="seconds")

    @property
    def target_names(self) -> dict[str, str]:
        """The names of the run's targets, by what outputs call their orgs; `embedded` is each of the sandbox's own."""
        labels = org_labels(self.job.vendors)
        return {labels[name]: EMBEDDED if target.embedded else name for name, target in self.job.targets.items()}

    @property
    def lost(self) -> bool:
        """Whether the ledger was lost, so that nothing proves all that was made to be taken back."""
        return any(isinstance(error, LostLedgerError) for error in self.trouble)

    def _teardown(self) -> list[str]:
        """Take back what the ledger knows, in memory where its files are lost; a line for what is still there."""
        worker = Worker(self.job, self.context, open_ledger=self.folder.ledger, keeps_forecast=True)
        try:
            leftovers = worker.teardown(self.show_removal)
        except Exception as error:  # whatever broke the cleanup, what is still there must be named
            message = f"taking back what the run made: an error of deskcheck itself, {where(error)}"
            self.trouble.append(error if isinstance(error, DeskcheckError) else UnfinishedError(message))
            leftovers = [leftover_line(entry) for entry in worker.ledger.open_entries()]
        finally:
            worker.close()
            self.accounts.append(worker.account)
        if lost := self.folder.trouble():
            self.trouble.append(lost)
        return leftovers

    def _merge_recordings(self) -> list[str]:
        """Put together what the processes recorded; notes on what was left out."""
        if not self.job.options.har:
            return []
        notes, trouble = conclude(self.job.folder, org_labels(self.job.vendors).values(), self.accounts)
        self.trouble += trouble
        return notes

    def _permit(self) -> dict[str, Any]:
        """What was allowed in all, and what on each org and why."""
        tiers = sorted({tier for permit in self.job.permits.values() for tier in permit.tiers})
        labels = org_labels(self.job.vendors)
        return {"tiers": [str(tier) for tier in tiers]} | {
            labels[name]: {
                "tiers": [str(tier) for tier in sorted(permit.tiers)],
                "operations": sorted(permit.operations),
                "proof": str(permit.proof),
                "confirmed": permit.confirmed,
                "reasons": list(permit.reasons),
            }
            for name, permit in self.job.permits.items()
        }


def _secret_variables(job: Job, settings: Settings) -> dict[str, str]:
    """The environment variable of each target's secret, of those that have one."""
    variables = {name: secret_variable(settings, target) for name, target in job.targets.items()}
    return {name: variable for name, variable in variables.items() if variable}


def _deprecations(job: Job) -> list[str]:
    """A note for each org whose way to log in will end."""
    kinds = {
        target.name: VENDORS[target.vendor].auth_kind(target.credentials.kind)
        for target in job.targets.values()
        if not target.embedded
    }
    return [f"{name}: auth {kind.name}: {kind.deprecated}" for name, kind in kinds.items() if kind.deprecated]


def leftover_line(entry: Entry) -> str:
    """What a ledger entry holds open, where nobody could look whether it is still there."""
    return f"{entry.target}: {entry.path} {' '.join(entry.left)}"
