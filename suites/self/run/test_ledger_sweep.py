"""A ledger that was carried elsewhere: what is missing of it, which targets are its orgs, and what they must prove."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from harness.cases import marks
from harness.errors import GateError, UsageError
from harness.execution import connect
from harness.execution.org_questions import OrgAnswers
from harness.ledger import Ledger, claim
from harness.ledger.claim import TakenError
from harness.ledger.org_identity import of_target
from harness.resources.cleanup import CleanupStep
from harness.run import ledger_sweep, take_back
from harness.run.ledger_sweep import CarriedLedger, choose_targets, mark_of, read
from harness.settings import Settings
from harness.target import Credentials, Target
from harness.vendors.evidence import Evidence, Proof

RUN = "20260101-120000-1"
ACME = Target("acme", "zendesk", "https://acme.zendesk.example", Credentials("none"), org="acme")
DESK = Target("desk", "zoho", "https://desk.zoho.example", Credentials("none"), org_id="700", org="desk")
EMBEDDED = replace(ACME, name="embedded", embedded=True)
STEP = CleanupStep("DELETE", "/api/v2/tickets/{id}")


def written(folder: Path, *targets: Target, names: tuple[str, ...] = (), workers: int = 0) -> Path:
    """The controller's file of a run that created one record in each target's org, and has so many workers.

    `names` are the targets' names where no header says which orgs they are.
    """
    with Ledger.open(folder / "ledger.ndjson", run=RUN, orgs=map(of_target, targets)) as ledger:
        for number in range(workers):
            ledger.add_writer(f"gw{number}", RUN)
        for name in names or [target.name for target in targets]:
            vendor = next((target.vendor for target in targets if target.name == name), "zendesk")
            ledger.created(ledger.begin_create(name, f"{vendor}:X", "POST", "/x", ["ticket"], [STEP]), "35")
    return folder / "ledger.ndjson"


@pytest.fixture
def claims() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def settings_of(*targets: Target) -> Settings:
    return Settings({target.name: target for target in targets}, Path("cache"))


def chosen(carried: CarriedLedger, *targets: Target, names: tuple[str, ...] = ()) -> tuple[dict[str, str], str]:
    """The chosen targets' names by those in the ledger, and what was assumed."""
    choice = choose_targets(carried, names, settings_of(*targets))
    return {name: target.name for name, target in choice.by_name.items()}, " ".join(choice.assumed)


def test_a_whole_ledger_lacks_nothing(tmp_path: Path, claims: ExitStack) -> None:
    carried = read([written(tmp_path, ACME)], claims)
    assert (carried.name, carried.lost, len(carried.open_entries)) == (RUN, "", 1)
    assert mark_of(carried) == marks.of_run(RUN)


def test_each_file_that_is_missing_is_named(tmp_path: Path, claims: ExitStack) -> None:
    main = written(tmp_path, ACME, workers=2)
    moved = main.rename(tmp_path / "moved.ndjson")
    assert read([moved], claims).lost == "not given: moved-gw0.ndjson, moved-gw1.ndjson"


def test_a_workers_file_alone_says_that_the_controllers_is_missing(tmp_path: Path, claims: ExitStack) -> None:
    written(tmp_path, ACME, workers=1).unlink()
    carried = read([tmp_path / "ledger-gw0.ndjson"], claims)
    assert carried.lost == "not given: ledger.ndjson"
    assert carried.ledger.orgs == (of_target(ACME),), "each file names the orgs"


def test_a_file_that_was_cut_or_changed_is_told(tmp_path: Path, claims: ExitStack) -> None:
    file = written(tmp_path, ACME)
    whole = file.read_bytes()
    file.write_bytes(whole[:-20])
    assert "ledger.ndjson breaks off in the middle of a line" in read([file], claims).lost


def test_a_changed_id_is_not_believed(tmp_path: Path, claims: ExitStack) -> None:
    file = written(tmp_path, ACME)
    file.write_bytes(file.read_bytes().replace(b'["35"]', b'["1"]'))
    carried = read([file], claims)
    assert "is not as it was written" in carried.lost
    assert [entry.left for entry in carried.open_entries] == [()]


def test_a_run_that_goes_on_is_left_alone(tmp_path: Path, claims: ExitStack) -> None:
    file = written(tmp_path, ACME)
    with claim.begin(tmp_path), pytest.raises(TakenError):
        read([file], claims)


def test_the_target_is_the_org_whatever_it_is_called_here(tmp_path: Path, claims: ExitStack) -> None:
    carried = read([written(tmp_path, ACME)], claims)
    here = replace(ACME, name="customer")
    other = replace(ACME, base_url="https://other.zendesk.example")
    assert chosen(carried, other, here) == ({"acme": "customer"}, "")
    assert chosen(carried, here, ACME) == ({"acme": "acme"}, ""), "the same name comes first"


def test_another_org_is_refused_and_named(tmp_path: Path, claims: ExitStack) -> None:
    carried = read([written(tmp_path, ACME)], claims)
    other = replace(ACME, base_url="https://other.zendesk.example")
    with pytest.raises(UsageError, match=r"zendesk https://acme\.zendesk\.example"):
        chosen(carried, other)
    with pytest.raises(UsageError, match="target desk is not an org of this ledger"):
        chosen(carried, ACME, DESK, names=("acme", "desk"))


def test_every_org_of_the_ledger_needs_its_target(tmp_path: Path, claims: ExitStack) -> None:
    carried = read([written(tmp_path, ACME, DESK)], claims)
    with pytest.raises(UsageError, match="zoho org 700"):
        chosen(carried, ACME)
    assert chosen(carried, ACME, DESK)[0] == {"acme": "acme", "desk": "desk"}


def test_an_org_in_which_nothing_is_left_needs_no_target(tmp_path: Path, claims: ExitStack) -> None:
    carried = read([written(tmp_path, ACME, DESK, names=("acme",))], claims)
    assert chosen(carried, ACME)[0] == {"acme": "acme"}


def test_an_org_id_that_only_one_side_has_is_told_as_assumed(tmp_path: Path, claims: ExitStack) -> None:
    carried = read([written(tmp_path, DESK)], claims)
    with pytest.raises(UsageError, match="no target is the org"):
        chosen(carried, replace(DESK, org_id="701"))
    assert "target desk names no org id" in chosen(carried, replace(DESK, org_id=""))[1]


def test_a_ledger_that_names_no_org_needs_a_target_and_says_what_is_assumed(tmp_path: Path, claims: ExitStack) -> None:
    carried = read([written(tmp_path, names=("zendesk",))], claims)
    with pytest.raises(UsageError, match="names no target of zendesk"):
        chosen(carried, ACME)
    by_name, assumed = chosen(carried, ACME, names=("acme",))
    assert by_name == {"zendesk": "acme"}
    assert "assumed that it is target acme: https://acme.zendesk.example" in assumed


def test_what_was_in_the_embedded_sandbox_went_with_it(tmp_path: Path, claims: ExitStack) -> None:
    assert read([written(tmp_path, EMBEDDED)], claims).open_entries == ()


def test_copies_of_a_live_run_s_files_take_nothing_back(
    tmp_path: Path, claims: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    carried = read([written(tmp_path, ACME)], claims)
    monkeypatch.setattr(ledger_sweep.live_runs, "is_live", lambda state, mark: mark == marks.of_run(RUN))
    with pytest.raises(TakenError, match="still goes on"):
        take_from(carried, Proof.SANDBOX, monkeypatch)


def take_from(carried: CarriedLedger, proof: Proof, monkeypatch: pytest.MonkeyPatch, target: Target = ACME) -> None:
    """Sweep with an org that proves to be this; what would be sent is not."""
    monkeypatch.setattr(connect, "ask_org", lambda target, context: OrgAnswers())
    monkeypatch.setattr(connect, "prove", lambda target, answers: Evidence(proof, "it says so"))
    monkeypatch.setattr(take_back, "take_back", lambda *arguments: [])
    ledger_sweep.sweep(carried, {target.name: target}, (), settings_of(target), 5.0)


def test_an_org_must_prove_that_a_run_may_create_there(
    tmp_path: Path, claims: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    carried = read([written(tmp_path, ACME)], claims)
    take_from(carried, Proof.SANDBOX, monkeypatch)
    with pytest.raises(GateError, match="production"):
        take_from(carried, Proof.PRODUCTION, monkeypatch)
    with pytest.raises(GateError, match="does not prove to be a sandbox"):
        take_from(carried, Proof.UNPROVEN, monkeypatch)
    with pytest.raises(GateError, match="was not typed"):
        take_from(carried, Proof.UNPROVEN, monkeypatch, replace(ACME, disposable=True))
