"""Runs that left something are found by their ledgers, oldest first, and a ledger that is damaged counts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.ledger import Ledger
from harness.planning.job import LEDGER, Job, write_manifest
from harness.planning.run_options import RunOptions
from harness.resources.cleanup import CleanupStep
from harness.run.run_folder import RunFolder
from harness.run.sweep import damage, folder_of, left_open, recorded, sweep, unfinished
from harness.settings import Settings
from harness.target import EMBEDDED, Credentials, Target

DELETE = (CleanupStep("DELETE", "/api/v2/tickets/{id}"),)


def run_folder(reports: Path, name: str, *, created: str = "", target: str = EMBEDDED) -> Path:
    """The folder of a run on a Zendesk org, with what it created and did not take back."""
    folder = reports / name
    folder.mkdir(parents=True)
    name = "embedded-zendesk" if target == EMBEDDED else target
    org = Target(name, "zendesk", "https://acme.zendesk.example", Credentials("none"))
    with Ledger.open(folder / LEDGER, run=name) as ledger:
        write_manifest(Job(name, folder, RunOptions(), {name: org}, {}), folder)
        if created:
            entry = ledger.begin_create(name, "zendesk:CreateTicket", "POST", "/", ["ticket"], DELETE)
            ledger.created(entry, created)
    return folder


def test_every_run_with_a_ledger_is_recorded_oldest_first(tmp_path: Path) -> None:
    later, earlier = run_folder(tmp_path, "20260102"), run_folder(tmp_path, "20260101")
    (tmp_path / "20260103").mkdir()
    (tmp_path / "latest").symlink_to(later)
    assert recorded(tmp_path) == [earlier, later]


def test_only_what_still_holds_something_open_is_unfinished(tmp_path: Path) -> None:
    run_folder(tmp_path, "clean")
    left = run_folder(tmp_path, "left", created="35")
    assert unfinished(tmp_path) == [left]
    assert [entry.left for entry in left_open(left)] == [("35",)]


def test_a_ledger_that_is_missing_beside_its_manifest_is_damage(tmp_path: Path) -> None:
    folder = run_folder(tmp_path, "lost", target="acme")
    assert damage(folder) == ""
    (folder / LEDGER).unlink()
    assert damage(folder) == "ledger.ndjson holds nothing"
    assert unfinished(tmp_path) == [folder]


def test_a_lost_ledger_of_the_embedded_sandbox_is_no_damage(tmp_path: Path) -> None:
    folder = run_folder(tmp_path, "embedded")
    (folder / LEDGER).unlink()
    assert damage(folder) == "", "its records went with its process"


def test_a_run_is_found_by_its_id_or_by_its_path(tmp_path: Path) -> None:
    folder = run_folder(tmp_path / "reports", "20260101")
    assert folder_of("20260101", tmp_path / "reports") == folder
    assert folder_of(str(folder), tmp_path / "elsewhere") == folder


def test_an_unknown_run_is_told_those_that_left_something(tmp_path: Path) -> None:
    run_folder(tmp_path, "clean")
    run_folder(tmp_path, "left", created="35")
    with pytest.raises(UsageError, match="there is no run 'nope'") as unknown:
        folder_of("nope", tmp_path)
    assert unknown.value.remedy == "Runs that left something: left"


def test_what_was_in_the_embedded_sandbox_is_gone_without_a_request(tmp_path: Path) -> None:
    folder = run_folder(tmp_path, "embedded", created="35")
    assert sweep(folder, Settings({}, tmp_path / "cache")) == []
    assert left_open(folder) == ()


def test_a_target_that_is_not_configured_any_more_is_named(tmp_path: Path) -> None:
    folder = run_folder(tmp_path, "acme", created="35", target="acme")
    with pytest.raises(UsageError, match="acme"):
        sweep(folder, Settings({}, tmp_path / "cache"))
    assert left_open(folder), "nothing is forgotten"


def test_a_target_that_is_another_org_by_now_gets_no_request(tmp_path: Path) -> None:
    folder = tmp_path / "moved"
    folder.mkdir()
    org = Target("acme", "zendesk", "https://acme.zendesk.example", Credentials("none"))
    with RunFolder.open(Job("moved", folder, RunOptions(), {"acme": org}, {})).ledger as ledger:
        entry = ledger.begin_create("acme", "zendesk:CreateTicket", "POST", "/", ["ticket"], DELETE)
        ledger.created(entry, "35")
    other = Settings({"acme": replace(org, base_url="https://other.zendesk.example")}, tmp_path / "cache")
    with pytest.raises(UsageError, match=r"about another org than target acme is now: zendesk https://acme\.zendesk"):
        sweep(folder, other)
