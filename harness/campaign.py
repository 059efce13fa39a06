"""A run from the first question to the last report: targets, permits, plan, the workers' order, and the end."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness import __version__, archive, survey, teardown, waivers
from harness.blame import where
from harness.doors import Wish
from harness.errors import DeskcheckError, GateError, LeftoverError, UnfinishedError, UsageError
from harness.ledger import Ledger
from harness.order import LEDGER, Order, note
from harness.org import connect, prove
from harness.plan import Plan, Step
from harness.policy.permit import Permit, grant
from harness.results import Outcome, Run, State, losses, merge
from harness.session import Session
from harness.settings import ROOT, Credentials, Settings, Target
from harness.survey import Survey

if TYPE_CHECKING:
    from harness.sandbox.server import Running

MANY = 10
"""Operations of which at least one must give a success."""
LIBRARIES = ("schemathesis", "hypothesis", "httpx", "jsonschema-rs", "pytest")


@dataclass
class Campaign:
    """The controller's side: opened before the first test, closed after the last; `held` is its claim on the folder."""

    order: Order
    survey: Survey
    plan: Plan
    sandbox: Running | None = None
    held: int = -1
    begun: float = field(default_factory=time.time)
    outcomes: list[Outcome] = field(default_factory=list)
    trouble: list[DeskcheckError] = field(default_factory=list)

    def keep(self, outcome: Outcome) -> None:
        """One operation has ended."""
        self.outcomes.append(outcome)

    def attempted(self, address: str, caller: str) -> None:
        """Something tried to open a connection past the chain; it was refused, and the run cannot count as clean."""
        what = f"a connection to {address} past the chain was refused; {caller} wanted it"
        self.trouble.append(GateError(what))

    def close(self) -> Run:
        """Remove what workers left, stop the sandbox, and give the run as a value."""
        try:
            left = self._sweep()
        finally:
            if self.sandbox:
                self.sandbox.stop()
        outcomes = merge(self.outcomes)
        self.trouble += fruitless(outcomes)
        unneeded = stale(outcomes) if not self.order.wish.only else ()
        return Run(
            id=self.order.id,
            started=datetime.fromtimestamp(self.begun, UTC).isoformat(timespec="seconds"),
            seconds=round(time.time() - self.begun, 1),
            seed=self.order.wish.seed,
            targets={vendor: target.name for vendor, target in self.order.targets.items()},
            permit=self._permit(),
            versions=versions(self.survey),
            exit_code=code(outcomes, left, self.trouble) or int(bool(unneeded) and self.order.wish.strict_waivers),
            outcomes=outcomes,
            leftovers=tuple(left),
            notes=(
                *(error.what for error in self.trouble),
                *losses(outcomes),
                *(f"waiver {one}: nothing needed it" for one in unneeded),
            ),
        )

    def _sweep(self) -> list[str]:
        """What workers that ended well have removed is gone already; this is for those that did not."""
        crew = Crew(self.order, self.survey)
        try:
            return crew.teardown()
        except Exception as error:  # whatever broke the way back, what is still there must be named
            told = f"taking back what the run made: an error of deskcheck itself, {where(error)}"
            self.trouble.append(error if isinstance(error, DeskcheckError) else UnfinishedError(told))
            return [f"{one.vendor}: {one.path} {' '.join(one.left)}" for one in crew.ledger.open_entries()]
        finally:
            crew.close()

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


def open_campaign(wish: Wish, settings: Settings, workers: int = 1) -> Campaign:
    """Ask every org what it is, get the permits, make the plan and the run's folder.

    Raises `GateError` where the permit does not follow, `UsageError` for a wrong wish, `UnfinishedError` for an org
    that cannot be reached. Nothing is left running when it raises.
    """
    seen = survey.take(wish, settings)
    # A wrong selection must show before anything is started or asked.
    seen.plan(seen.supposed())
    sandbox = None
    try:
        if any(target.embedded for target in seen.targets.values()):
            from harness.sandbox.server import start

            sandbox = start(faults=wish.faults)
            seen = replace(seen, targets={name: _placed(one, sandbox) for name, one in seen.targets.items()})
        permits = {vendor: _granted(target, seen) for vendor, target in seen.targets.items()}
        name = f"{datetime.now():%Y%m%d-%H%M%S}-{os.getpid()}"
        folder = _folder(wish, name)
        held = archive.claim(folder)
        order = Order(name, folder, wish, seen.targets, permits, workers)
        note(order)
        return Campaign(order, seen, seen.plan(permits), sandbox, held)
    except BaseException:
        if sandbox:
            sandbox.stop()
        raise


def _granted(target: Target, seen: Survey) -> Permit:
    wish = seen.wish
    own = tuple(key for key in wish.operations if key.startswith(f"{target.vendor}:"))
    return grant(target, prove(target, seen), wish.allow or (), own, wish.confirm)


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


def _folder(wish: Wish, name: str) -> Path:
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


@dataclass
class Crew:
    """A worker's side: one session an org, opened when the first of its operations comes."""

    order: Order
    known: Survey | None = None
    worker: str = ""
    stopped: str = ""
    _sessions: dict[str, Session] = field(default_factory=dict)

    @cached_property
    def survey(self) -> Survey:
        """The same survey that the controller made, from the cache that it filled."""
        from harness import settings

        if self.known:
            return self.known
        return replace(survey.take(self.order.wish, settings.load()), targets=self.order.targets)

    @cached_property
    def steps(self) -> Mapping[str, Step]:
        """The plan's steps by operation key."""
        return {step.operation.key: step for step in self.survey.plan(self.order.permits).steps}

    @cached_property
    def ledger(self) -> Ledger:
        """This process' own file in the run's folder; it knows what the others wrote."""
        return Ledger.open(self.order.folder / LEDGER, self.worker)

    def session(self, vendor: str) -> Session:
        """The session for a vendor's org."""
        if vendor not in self._sessions:
            self._sessions[vendor] = connect(self.order, self.survey, vendor, self.ledger)
        return self._sessions[vendor]

    def run(self, key: str) -> Outcome:
        """Test one operation; after an outage, say of the rest that they were not tried."""
        from harness import runner

        step = self.steps[key]
        if self.stopped and step.decision == "run":
            return runner.broken(step, f"not tried: {self.stopped}")
        try:
            session = self.session(step.operation.vendor)
            outcome = runner.run(step, session)
        except Exception as error:  # nothing must vanish, nor end the run
            return runner.broken(step, runner.fault(error))
        self.stopped = session.stopped
        return outcome

    def teardown(self) -> list[str]:
        """Take back what the ledger says is still there; what could not be, one line each."""
        return teardown.sweep(self.ledger, self.session)

    def close(self) -> None:
        """Close all connections."""
        for session in self._sessions.values():
            session.client.close()


def code(outcomes: Sequence[Outcome], left: Sequence[str], trouble: Sequence[DeskcheckError]) -> int:
    """The exit code of a run, the gravest first: 5 left over, 4 unfinished, 1 findings; 2 when nothing was tested."""
    states = {outcome.state for outcome in outcomes}
    if left:
        return LeftoverError.exit_code
    if State.BROKEN in states or any(isinstance(error, UnfinishedError) for error in trouble):
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


def versions(seen: Survey) -> dict[str, str]:
    """What the run was made with: deskcheck, its libraries, and every document with its sha256."""
    found = {"deskcheck": __version__}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found | {f"specs/{name}": digest for name, digest in seen.shelf.hashes().items()}
