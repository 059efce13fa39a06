"""Sweeping by ledger files alone, wherever they lie: the orgs are known by what the files say of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from harness.cases import marks
from harness.errors import UsageError
from harness.ledger import SWEEP, Entry, Ledger, claim, live_runs
from harness.ledger.claim import TakenError
from harness.ledger.given_files import GivenFiles, open_given
from harness.ledger.org_identity import OrgIdentity
from harness.planning import run_context
from harness.planning.run_options import RunOptions
from harness.planning.targets import with_secrets, with_timeout
from harness.policy.permit import Permit, grant
from harness.risk.tier import Tier
from harness.settings import Settings, pick
from harness.target import Target


@dataclass(frozen=True)
class CarriedLedger:
    """The ledger of one run as its files show it. `lost` says what is missing or not as written, empty for nothing."""

    files: GivenFiles
    ledger: Ledger
    lost: str

    @property
    def name(self) -> str:
        """The run, as far as the files say."""
        return self.ledger.run or self.files.main.name

    @property
    def open_entries(self) -> tuple[Entry, ...]:
        """What is to be taken back; what was in the embedded sandbox went with its process."""
        return tuple(entry for entry in self.ledger.open_entries() if not self._is_embedded(entry))

    @property
    def orgs(self) -> tuple[OrgIdentity, ...]:
        """The orgs in which something is left, as far as the files name them."""
        names = {entry.target for entry in self.open_entries}
        return tuple(org for org in self.ledger.orgs if not org.embedded and org.target in names)

    def _is_embedded(self, entry: Entry) -> bool:
        return any(org.embedded and org.target == entry.target for org in self.ledger.orgs)


@dataclass(frozen=True, slots=True)
class LedgerTargets:
    """The targets in which to take back, by the names that the ledger gives them, whatever they are called here.

    `assumed` says what no file proves, a line each.
    """

    by_name: Mapping[str, Target]
    assumed: tuple[str, ...] = ()


def read(paths: Sequence[Path], claims: ExitStack) -> CarriedLedger:
    """The ledger of these files, whose folders are taken until `claims` ends: a run that goes on is left alone.

    Raises `UsageError` for what is no ledger, `TakenError` where a run or a sweep works there.
    """
    files = open_given(paths)
    for folder in files.folders:
        claims.enter_context(claim.take(folder))
    # Written to until the claims were taken: what stands there now is all.
    files = open_given(paths)
    ledger = Ledger.read_files(files.main, files.by_writer)
    return CarriedLedger(files, ledger, "; ".join(_damage(files, ledger)))


def _damage(files: GivenFiles, ledger: Ledger) -> Iterator[str]:
    if ledger.missing and not _is_first_version(ledger):
        yield f"not given: {', '.join(ledger.missing)}"
    elif ledger.lost:
        yield ledger.lost
    for path in files.cut:
        yield f"{path.name} breaks off in the middle of a line"


def _is_first_version(ledger: Ledger) -> bool:
    """Whether no file has a header: then none names the others."""
    return not ledger.run and not ledger.lost


def choose_targets(carried: CarriedLedger, names: Sequence[str], settings: Settings) -> LedgerTargets:
    """The targets that are the orgs of the ledger: of those in `names`, or of all that are configured.

    Raises `UsageError` where an org has no target, or a named target is none of the orgs.
    """
    named = [pick(settings, name) for name in names]
    if carried.orgs:
        chosen = {org: _target_of(org, named or [*settings.targets.values()], settings) for org in carried.orgs}
        _check_all_used(named, chosen, carried)
        assumed = [_assumed_id(org, target) for org, target in chosen.items() if not org.is_known_for_certain(target)]
        by_name = {org.target: target for org, target in chosen.items()}
        return LedgerTargets(by_name, tuple(assumed))
    by_name = {entry.target: _only_one(entry.vendor, named) for entry in carried.open_entries}
    return LedgerTargets(by_name, tuple(_assumed_org(target) for target in by_name.values()))


def _target_of(org: OrgIdentity, candidates: Sequence[Target], settings: Settings) -> Target:
    """The target that is this org; one of the same name before others."""
    fitting = [target for target in candidates if org.is_org_of(target)]
    if not fitting:
        given = ", ".join(f"{target.name} ({target.base_url})" for target in candidates) or "none"
        raise UsageError(
            f"no target is the org that the ledger is about: {org}",
            where=str(settings.config or ""),
            remedy=f"Configure that org as a target, and give it with --target. Looked at: {given}",
        )
    return min(fitting, key=lambda target: target.name != org.target)


def _check_all_used(named: Sequence[Target], chosen: Mapping[OrgIdentity, Target], carried: CarriedLedger) -> None:
    for target in named:
        if not any(org.is_org_of(target) for org in carried.ledger.orgs):
            orgs = " and ".join(str(org) for org in chosen)
            raise UsageError(
                f"target {target.name} is not an org of this ledger, which is about {orgs}",
                where=target.base_url,
                remedy="Nothing was sent. Give the target that is that org.",
            )


def _assumed_id(org: OrgIdentity, target: Target) -> str:
    missing = "the ledger" if target.org_id else f"target {target.name}"
    return f"{missing} names no org id; assumed that target {target.name} is the org of the ledger: {org}"


def _assumed_org(target: Target) -> str:
    return (
        f"the ledger does not say which org it is about, since an older version wrote it; "
        f"assumed that it is target {target.name}: {target.base_url}"
    )


def _only_one(vendor: str, named: Sequence[Target]) -> Target:
    """The named target of a vendor, where the ledger itself says nothing."""
    fitting = [target for target in named if target.vendor == vendor]
    if len(fitting) != 1:
        number = "several targets" if fitting else "no target"
        raise UsageError(
            f"the ledger does not say which org of {vendor} it is about, and --target names {number} of {vendor}",
            where="--ledger",
            remedy="An older version wrote it. Name the org with --target.",
        )
    return fitting[0]


def sweep(
    carried: CarriedLedger,
    targets: Mapping[str, Target],
    confirm: tuple[str, ...],
    settings: Settings,
    timeout: float | None,
) -> list[str]:
    """Take back what is open; what could not be, a line each. What is removed is written down beside the files.

    Each org has to prove first that a run may create something there: a ledger that was carried about may have been
    made by anybody. Raises `GateError` where it does not, `UnfinishedError` where it cannot be reached, `TakenError`
    where the run goes on: these files may be copies of its own.
    """
    if live_runs.is_live(settings.state, mark_of(carried)):
        raise TakenError("its run still goes on", where=carried.name, remedy="Wait for its end.")
    # What sends takes a while to load.
    from harness.execution.connect import ask_org, locate, prove
    from harness.run.take_back import take_back

    targets = _usable(targets, settings, timeout)
    options = RunOptions(targets=tuple(targets), confirm=confirm, timeout=timeout)
    context = run_context.build(options, settings, targets=targets)
    targets = {name: locate(target, context) for name, target in targets.items()}
    permits: dict[str, Permit] = {}
    for name, target in targets.items():
        granted = grant(target, prove(target, ask_org(target, context)), (Tier.WRITE,), (), confirm)
        permits[name] = Permit(proof=granted.proof, confirmed=granted.confirmed, reasons=granted.reasons)
    files = carried.files
    run = carried.ledger.run
    with Ledger.open(files.main, SWEEP, run, carried.ledger.orgs, files.by_writer) as ledger:
        for entry in ledger.open_entries():
            if entry.target not in targets:
                # The embedded sandbox keeps everything in memory: its records went with its process.
                ledger.removed(entry.id, *entry.left)
        return take_back(ledger, run, files.main.parent, context, targets, permits)


def _usable(targets: Mapping[str, Target], settings: Settings, timeout: float | None) -> dict[str, Target]:
    """The targets with their secrets and time limit, under the names that the ledger gives them."""
    complete = with_secrets(targets, settings)
    return {name: replace(with_timeout(target, timeout), name=name) for name, target in complete.items()}


def mark_of(carried: CarriedLedger) -> str:
    """The mark of the run; empty where no file says which run it was."""
    return marks.of_run(carried.ledger.run) if carried.ledger.run else ""
