"""Orphans of one org: which records are spared, what a removal needs, and that it goes by a ledger of its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.cases import marks
from harness.errors import GateError, UsageError
from harness.execution.orphans import JudgedRecord, MarkedRecord, Search, Standing
from harness.ledger import Ledger, claim, live_runs
from harness.planning.run_options import RunOptions
from harness.policy.permit import Permit
from harness.resources.cleanup import CleanupStep
from harness.risk.tier import Tier
from harness.run import orphan_sweep
from harness.run.orphan_sweep import Orphans, find, permit_for
from harness.settings import Settings
from harness.target import Credentials, Target
from harness.vendors.evidence import Evidence, Proof

ACME = Target("acme", "zendesk", "https://acme.zendesk.example", Credentials("none"), org="acme")
NAME = "20261127-030000-4711"
RUN = marks.of_run(NAME)
STEPS = (CleanupStep("DELETE", "/api/v2/tickets/{id}"),)
SANDBOX = Evidence(Proof.SANDBOX, "account.sandbox is true")


def judged(record: str, standing: Standing = Standing.OURS) -> JudgedRecord:
    return JudgedRecord(MarkedRecord("/api/v2/tickets", record, RUN, RUN, {}, STEPS), standing, "why")


def found(evidence: Evidence = SANDBOX, target: Target = ACME) -> Orphans:
    nothing: Any = None
    return Orphans(target, nothing, evidence, ours=(judged("35"),))


def known(tmp_path: Path, *records: str) -> Orphans:
    """What is left of records that were found, with the state and the reports of this folder."""
    search = Search(tuple(judged(record) for record in records))
    return orphan_sweep._without_known(replace(found(), ours=()), search, tmp_path / "state", tmp_path / "reports")


def test_what_no_ledger_knows_is_to_be_removed(tmp_path: Path) -> None:
    assert [one.record.id for one in known(tmp_path, "35", "36").ours] == ["35", "36"]


def test_records_of_a_run_that_goes_on_are_spared(tmp_path: Path) -> None:
    live = live_runs.begin(tmp_path / "state", RUN)
    assert live
    spared = known(tmp_path, "35")
    assert (spared.ours, [one.why for one in spared.spared]) == ((), ["its run still goes on"])
    live.end()
    assert known(tmp_path, "35").ours


def test_records_that_a_ledger_knows_are_left_to_its_own_sweep(tmp_path: Path) -> None:
    folder = tmp_path / "reports" / NAME
    with Ledger.open(folder / "ledger.ndjson", run=NAME) as ledger:
        ledger.created(ledger.begin_create("zendesk", "zendesk:X", "POST", "/api/v2/tickets", (), STEPS), "35")
    kept = known(tmp_path, "35", "36")
    assert [one.record.id for one in kept.ours] == ["36"], "the ledger may have lost a line about it"
    assert [one.why for one in kept.spared] == [f"its ledger is there: deskcheck sweep --run {folder}"]
    with claim.begin(folder):
        assert known(tmp_path, "36").ours == ()


@pytest.mark.parametrize("targets", [(), ("acme", "desk")])
def test_one_org_is_looked_into_at_a_time(tmp_path: Path, targets: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match="one org"):
        find(RunOptions(targets=targets), Settings({"acme": ACME}, tmp_path), tmp_path)


@pytest.mark.parametrize(
    ("options", "needs"),
    [
        (RunOptions(), "--allow destructive --confirm acme"),
        (RunOptions(confirm=("acme",)), "--allow destructive"),
        (RunOptions(allow=(Tier.WRITE,), confirm=("acme",)), "--allow destructive"),
        (RunOptions(allow=(Tier.DESTRUCTIVE,)), "--confirm acme"),
        (RunOptions(allow=(Tier.DESTRUCTIVE,), confirm=("desk",)), "--confirm acme"),
    ],
)
def test_each_missing_flag_is_named(options: RunOptions, needs: str) -> None:
    with pytest.raises(GateError) as refused:
        permit_for(found(), options)
    assert needs in refused.value.remedy
    assert refused.value.remedy.count("--confirm") == needs.count("--confirm")


@pytest.mark.parametrize("allow", [None, (Tier.DESTRUCTIVE,)])
def test_production_and_an_org_that_proves_nothing_are_never_swept(allow: tuple[Tier, ...] | None) -> None:
    options = RunOptions(allow=allow, confirm=("acme",))
    with pytest.raises(GateError, match="production is only ever read"):
        permit_for(found(Evidence(Proof.PRODUCTION, "account.sandbox is false")), options)
    with pytest.raises(GateError, match="does not prove to be a sandbox"):
        permit_for(found(Evidence(Proof.UNPROVEN, "nothing is known")), options)


def test_the_permit_is_for_reading_alone_since_the_ledger_s_steps_pass_by_themselves() -> None:
    permit = permit_for(found(), RunOptions(allow=(Tier.DESTRUCTIVE,), confirm=("acme",)))
    assert permit == Permit(proof=Proof.SANDBOX, confirmed="acme", reasons=("account.sandbox is true",))
