"""Sweeping orphans: what runs left in one org whose ledgers are lost, found by their marks, removed by a new ledger."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from harness.cases import marks
from harness.errors import GateError, UsageError
from harness.execution import org_choice, orphans
from harness.execution.connect import ask_org, connect_reader, prove
from harness.execution.orphans import JudgedRecord, Search, Standing
from harness.formats.shell import command_line
from harness.ledger import Ledger, claim, live_runs
from harness.ledger.claim import TakenError
from harness.openapi.graph import graph_of
from harness.planning import run_context
from harness.planning.job import Job
from harness.planning.run_context import RunContext
from harness.planning.run_options import RunOptions
from harness.planning.targets import with_secrets, with_timeout
from harness.policy.permit import Permit, grant
from harness.risk.tier import Tier
from harness.run.run_folder import RunFolder
from harness.run.take_back import take_back
from harness.settings import Settings, pick
from harness.target import Target
from harness.vendors.evidence import Evidence

MOST_PAGES = 400
"""Pages of a list that are read: 40,000 rows; a sandbox copy of an org has some 10,000 tickets (vendor page)."""
NEEDED = Tier.DESTRUCTIVE
"""No ledger proves what is removed, so it takes what it takes to remove anything else."""


@dataclass(frozen=True)
class Orphans:
    """What was found in one org. `ours` is to be removed, `unclear` may be, `spared` are left alone, each with why.

    `unread` are lists that were not read to their end, `unlisted` collections that no list shows whole.
    """

    target: Target
    context: RunContext
    evidence: Evidence
    ours: tuple[JudgedRecord, ...] = ()
    unclear: tuple[JudgedRecord, ...] = ()
    spared: tuple[JudgedRecord, ...] = ()
    unread: tuple[str, ...] = ()
    unlisted: tuple[str, ...] = ()


def find(options: RunOptions, settings: Settings, reports: Path) -> Orphans:
    """Read the org's lists and judge what carries a mark; records of live runs, and those of ledgers, are spared.

    Raises `UsageError` unless one org is named, and what `ask_org` raises where it cannot be asked.
    """
    if len(options.targets) != 1:
        raise UsageError("--orphans looks into one org", where="--target", remedy="Name it: --target NAME.")
    named = with_timeout(pick(settings, options.targets[0]), options.timeout)
    targets = with_secrets({named.name: named}, settings)
    context = run_context.build(options, settings, targets=targets)
    answers = ask_org(targets[named.name], context)
    target, _ = org_choice.locate(targets[named.name], answers.first, settings.state)
    evidence = prove(target, answers)
    org = connect_reader(target, context, MOST_PAGES)
    try:
        found = orphans.search(org, context.cleanup)
    finally:
        org.client.close()
    return _without_known(Orphans(target, context, evidence), found, settings.state, reports)


def _without_known(empty: Orphans, found: Search, state: Path, reports: Path) -> Orphans:
    """What was found, without the records of runs that go on or whose ledgers are there."""
    runs = {judged.record.run for judged in found.records if judged.standing is not Standing.FOREIGN}
    known = _known_runs(runs, state, reports)
    spared = list(found.of(Standing.FOREIGN))
    kept: dict[Standing, list[JudgedRecord]] = {Standing.OURS: [], Standing.UNCLEAR: []}
    for standing, judged_records in kept.items():
        for judged in found.of(standing):
            if why := known.get(judged.record.run, _NOT_KNOWN).why_spared(judged.record.id):
                spared.append(replace(judged, why=why))
            else:
                judged_records.append(judged)
    ours = sorted(
        kept[Standing.OURS], key=lambda judged: (judged.record.created or datetime.now(UTC), judged.record.id)
    )
    return replace(
        empty,
        ours=tuple(ours),
        unclear=tuple(kept[Standing.UNCLEAR]),
        spared=tuple(spared),
        unread=found.unread,
        unlisted=found.unlisted,
    )


@dataclass(frozen=True, slots=True)
class _KnownRun:
    """A run of which something is known here: that it goes on, or the ids that its ledger in `folder` has open."""

    live: bool = False
    folder: str = ""
    ids: frozenset[str] = frozenset()

    def why_spared(self, record: str) -> str:
        """Why a record of the run is left alone; empty where it is not."""
        if self.live:
            return "its run still goes on"
        return f"its ledger is there: {command_line('sweep', '--run', self.folder)}" if record in self.ids else ""


_NOT_KNOWN = _KnownRun()


def _known_runs(wanted: set[str], state: Path, reports: Path) -> Mapping[str, _KnownRun]:
    """Those of the wanted runs, by their marks, that go on or whose ledger lies in the reports."""
    known = {run: _KnownRun(live=True) for run in wanted if live_runs.is_live(state, run)}
    for folder in _folders(reports):
        ledger = Ledger.read(folder)
        run = marks.of_run(ledger.run or folder.name)
        if run in wanted and run not in known:
            ids = frozenset(record for entry in ledger.open_entries() for record in entry.left)
            known[run] = _KnownRun(_is_taken(folder), str(folder), ids)
    return known


def _folders(reports: Path) -> Iterator[Path]:
    """Folders of runs that have a ledger, in the reports or as the reports themselves."""
    yield from sorted(
        {path.parent for pattern in ("ledger*.ndjson", "*/ledger*.ndjson") for path in reports.glob(pattern)}
    )


def _is_taken(folder: Path) -> bool:
    try:
        claim.take(folder).close()
    except TakenError:
        return True
    return False


def permit_for(found: Orphans, options: RunOptions) -> Permit:
    """The permit to remove what is ours: that of a run which may destroy.

    Raises `GateError` that says which flag is missing, or that no flag helps.
    """
    if NEEDED not in (options.allow or ()):
        # What the org is counts more than what was typed: production would not be helped by a flag.
        grant(found.target, found.evidence, (NEEDED,), (), (found.target.org,))
        confirm = "" if found.target.org in options.confirm else f" --confirm {found.target.org}"
        raise GateError(
            f"{len(found.ours)} records are not removed, since no ledger proves that a run created them",
            where=f"target {found.target.name}",
            remedy=f"Look at them; then add --allow {NEEDED}{confirm} to remove them.",
        )
    granted = grant(found.target, found.evidence, (NEEDED,), (), options.confirm)
    return Permit(proof=granted.proof, confirmed=granted.confirmed, reasons=granted.reasons)


def remove(found: Orphans, permit: Permit, reports: Path) -> tuple[Path, list[str]]:
    """Write what is ours into a new ledger and take it back as a teardown does: the ledger's folder, what is left.

    Where this is broken off, `deskcheck sweep --run` goes on with that folder.
    """
    name = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{os.getpid()}-orphans"
    folder = reports / name
    folder.mkdir(parents=True, exist_ok=True)
    targets, permits = {found.target.name: found.target}, {found.target.name: permit}
    job = Job(name, folder, found.context.options, targets, permits)
    with claim.begin(folder), RunFolder.open(job).ledger as ledger:
        _write_down(found.ours, ledger, found)
        left = take_back(ledger, name, folder, found.context, targets, permits)
    return folder, left


def _write_down(records: Sequence[JudgedRecord], ledger: Ledger, found: Orphans) -> None:
    vendor = found.target.vendor
    graph = graph_of(found.context.documents.catalog.of(vendor).operations)
    for judged in records:
        record = judged.record
        create = graph.at(record.collection).create
        operation = create.key if create else f"{vendor}:?"
        home = {"home": record.collection}
        entry = ledger.begin_create(
            found.target.name, operation, "POST", record.collection, (), record.steps, record.run, home
        )
        ledger.created(entry, record.id)
