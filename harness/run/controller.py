"""A run from the first question to the last report: targets, permits, plan, the workers' order, and the end."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.checks import waivers
from harness.errors import DeskcheckError, GateError, LeftoverError, UnfinishedError, UsageError
from harness.exchange import Exchange
from harness.execution.blame import where
from harness.execution.connect import beforehand, prove
from harness.ledger import LostLedgerError, claim
from harness.ledger.claim import Claim
from harness.planning import run_context
from harness.planning.job import Job
from harness.planning.plan import Plan
from harness.planning.run_context import RunContext
from harness.planning.run_options import RunOptions
from harness.policy.permit import Permit, grant
from harness.results.outcome import Outcome, Run, State, losses, merge
from harness.run import network_namespace
from harness.run.run_folder import RunFolder
from harness.run.worker import Worker
from harness.settings import ROOT, Credentials, Settings, Target
from harness.traffic.har_merge import conclude
from harness.traffic.recording import RecordingAccount
from harness.transport import egress
from harness.transport.monitor import EgressAttempt

if TYPE_CHECKING:
    from harness.sandbox.server import Running

MANY = 10
"""Operations of which at least one must give a success."""


@dataclass
class Controller:
    """The controller's side: opened before the first test, closed after the last; `held` is its claim on the folder."""

    order: Job
    survey: RunContext
    plan: Plan
    folder: RunFolder
    sandbox: Running | None = None
    held: Claim | None = None
    begun: float = field(default_factory=time.time)
    ticked: float = field(default_factory=time.monotonic)
    outcomes: list[Outcome] = field(default_factory=list)
    trouble: list[DeskcheckError] = field(default_factory=list)
    accounts: list[RecordingAccount] = field(default_factory=list)

    def keep(self, outcome: Outcome) -> None:
        """One operation has ended."""
        self.outcomes.append(outcome)

    def attempted(self, attempts: Iterable[EgressAttempt]) -> None:
        """Something tried to leave past the gate; it was refused, and the run cannot count as clean."""
        for one in dict.fromkeys(attempts):
            self.trouble.append(GateError(f"{one.what} past the guard was refused; {one.caller} wanted it"))

    def close(self) -> Run:
        """Remove what workers left, stop the sandbox, and give the run as a value."""
        try:
            left = self._teardown()
        finally:
            if self.sandbox:
                self.sandbox.stop()
        notes = self._recordings()
        outcomes = merge(self.outcomes)
        self.trouble += fruitless(outcomes)
        unneeded = stale(outcomes) if not self.order.wish.only else ()
        return Run(
            id=self.order.id,
            started=datetime.fromtimestamp(self.begun, UTC).isoformat(timespec="seconds"),
            seconds=round(time.monotonic() - self.ticked, 1),
            seed=self.order.wish.seed,
            targets={vendor: target.name for vendor, target in self.order.targets.items()},
            permit=self._permit(),
            versions=run_context.versions(self.survey),
            exit_code=code(outcomes, left, self.trouble) or int(bool(unneeded) and self.order.wish.strict_waivers),
            outcomes=outcomes,
            leftovers=tuple(left),
            lost=self.lost,
            notes=(
                *(error.what for error in self.trouble),
                *notes,
                *losses(outcomes),
                *(f"waiver {one}: nothing needed it" for one in unneeded),
            ),
        )

    @property
    def lost(self) -> bool:
        """Whether the ledger was lost, so that nothing proves all that was made to be taken back."""
        return any(isinstance(error, LostLedgerError) for error in self.trouble)

    def _teardown(self) -> list[str]:
        """Take back what the ledger knows, in memory where its files are lost; a line for what is still there."""
        worker = Worker(self.order, self.survey, own=self.folder.ledger)
        try:
            left = worker.teardown()
        except Exception as error:  # whatever broke the cleanup, what is still there must be named
            told = f"taking back what the run made: an error of deskcheck itself, {where(error)}"
            self.trouble.append(error if isinstance(error, DeskcheckError) else UnfinishedError(told))
            left = [f"{one.vendor}: {one.path} {' '.join(one.left)}" for one in worker.ledger.open_entries()]
        finally:
            worker.close()
            self.accounts.append(worker.account)
        if lost := self.folder.trouble():
            self.trouble.append(lost)
        return left

    def _recordings(self) -> list[str]:
        """Put together what the processes recorded; notes on what was left out."""
        if not self.order.wish.har:
            return []
        notes, trouble = conclude(self.order.folder, self.order.targets, self.accounts)
        self.trouble += trouble
        return notes

    def _permit(self) -> dict[str, Any]:
        """What was allowed in all, and what on each org and why."""
        tiers = sorted({tier for permit in self.order.permits.values() for tier in permit.tiers})
        return {"tiers": [str(tier) for tier in tiers]} | {
            vendor: {
                "tiers": [str(tier) for tier in sorted(permit.tiers)],
                "operations": sorted(permit.operations),
                "proof": str(permit.proof),
                "confirmed": permit.confirmed,
                "reasons": list(permit.reasons),
            }
            for vendor, permit in self.order.permits.items()
        }


def open_controller(wish: RunOptions, settings: Settings, workers: int = 1) -> Controller:
    """Ask every org what it is, get the permits, make the plan and the run's folder.

    Raises `GateError` where the permit does not follow, `UsageError` for a wrong wish, `UnfinishedError` for an org
    that cannot be reached. Nothing is left running when it raises.
    """
    if wish.sandboxed and not network_namespace.inside():
        raise UsageError("must stand on the command line itself", where="--sandboxed")
    seen = run_context.take(wish, settings)
    # A wrong selection must show before anything is started or asked.
    seen.plan(seen.supposed())
    sandbox = None
    try:
        if any(target.embedded for target in seen.targets.values()):
            from harness.sandbox.server import start

            with egress.starting():
                sandbox = start(faults=wish.faults)
            seen = replace(seen, targets={name: _placed(one, sandbox) for name, one in seen.targets.items()})
        asked: dict[str, list[Exchange]] = {vendor: [] for vendor in seen.targets}
        permits = {vendor: _granted(target, seen, asked[vendor]) for vendor, target in seen.targets.items()}
        name = f"{datetime.now():%Y%m%d-%H%M%S}-{os.getpid()}"
        folder = _folder(wish, name)
        held = claim.begin(folder)
        if not held.locked:
            print(f"deskcheck: {folder}: this file system knows no locks: let nothing else work there", file=sys.stderr)
        order = Job(name, folder, wish, seen.targets, permits, workers)
        accounts = [beforehand(order, asked)]
        return Controller(order, seen, seen.plan(permits), RunFolder.open(order), sandbox, held, accounts=accounts)
    except BaseException:
        if sandbox:
            sandbox.stop()
        raise


def _granted(target: Target, seen: RunContext, asked: list[Exchange]) -> Permit:
    wish = seen.wish
    own = tuple(key for key in wish.operations if key.startswith(f"{target.vendor}:"))
    return grant(target, prove(target, seen, asked.append), wish.allow or (), own, wish.confirm)


def _placed(target: Target, sandbox: Running) -> Target:
    """An embedded target with the address and credentials of the process that serves it."""
    if not target.embedded:
        return target
    known = sandbox.credentials[target.vendor]
    return replace(
        target,
        base_url=sandbox.urls[target.vendor],
        token_url=sandbox.urls.get("accounts", "") if target.vendor == "zoho" else "",
        org_id=str(known.get("org_id", "")),
        credentials=Credentials("zoho", "", known["refresh_token"], known["client_id"], known["client_secret"])
        if target.vendor == "zoho"
        else Credentials("basic", known["user"], known["token"]),
    )


def _folder(wish: RunOptions, name: str) -> Path:
    folder = Path(wish.report_dir).absolute() if wish.report_dir else ROOT / "reports" / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise UsageError(
            f"the report directory cannot be written: {error.strerror}",
            where=str(folder),
            remedy="Give another with --report-dir.",
        ) from error
    return folder


def code(outcomes: Sequence[Outcome], left: Sequence[str], trouble: Sequence[DeskcheckError]) -> int:
    """The exit code of a run, the gravest first: 5 left over, 4 unfinished, 1 findings; 2 when nothing was tested."""
    states = {outcome.state for outcome in outcomes}
    if left or any(isinstance(error, LeftoverError) for error in trouble):
        return LeftoverError.exit_code
    # Whatever else went wrong, a run with trouble did not come to its proper end.
    if State.BROKEN in states or any(not isinstance(error, GateError) for error in trouble):
        return UnfinishedError.exit_code
    if any(isinstance(error, GateError) for error in trouble):
        return GateError.exit_code
    if State.FINDINGS in states:
        return 1
    return 0 if State.PASSED in states else UsageError.exit_code


def fruitless(outcomes: Sequence[Outcome]) -> list[UnfinishedError]:
    """Orgs that gave not one success to many operations: every answer kept its contract, and nothing was tested."""
    trouble = []
    for vendor in sorted({one.vendor for one in outcomes}):
        tried = [one for one in outcomes if one.vendor == vendor and one.method and one.cases]
        if len(tried) >= MANY and all(one.state is State.PASSED and not one.succeeded for one in tried):
            said = f"none of {len(tried)} operations of {vendor} gave a success, so nothing was tested"
            trouble.append(UnfinishedError(said, remedy="May these credentials do anything? Try: deskcheck doctor"))
    return trouble


def stale(outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    """Ids of waivers for operations that were tested, which no finding needed."""
    tested = [one.key for one in outcomes if one.state in (State.PASSED, State.FINDINGS)]
    waived = [finding for one in outcomes for finding in one.waived]
    return tuple(
        one.id
        for one in waivers.stale(waivers.load(), waived)
        if any(fnmatchcase(key, one.operation) for key in tested)
    )
