"""deskcheck plan: what would run, what not and why, and what it would cost; nothing is sent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.cli.main import main

ORG = ["--target", "embedded", "--only", "zendesk:*Group*"]


@pytest.fixture(autouse=True)
def configured(configure) -> None:
    """No target of the machine's own."""
    configure("")


def lines_of(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    assert main(["plan", *words]) == 0
    return capsys.readouterr().out.splitlines()


def test_a_program_gets_the_whole_plan(capsys: pytest.CaptureFixture[str]) -> None:
    plan = json.loads("\n".join(lines_of(capsys, "--json", *ORG)))
    assert plan["totals"]["zendesk/read"]["run"] > 0
    assert plan["totals"]["zendesk/destructive"]["run"] == 0


def test_the_scopes_that_a_plan_needs_are_shown_as_consent_takes_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert "  zendesk: an OAuth token needs read" in lines_of(capsys, *ORG, "--allow", "read")
    words = ("--only", "zoho:getTicket", "--only", "zoho:getAccount", "--allow", "read")
    needed = "Desk.basic.READ,Desk.contacts.READ,Desk.tickets.READ"
    assert f"  zoho: an OAuth token needs {needed}" in lines_of(capsys, *words)
    shown = json.loads("\n".join(lines_of(capsys, "--json", *words)))["scopes"]["zoho"]
    assert shown["consent"] == needed
    assert {"any_of": ["Desk.tickets.READ"], "operations": ["zoho:getTicket"]} in shown["needed"]


def test_many_scopes_do_not_fill_the_screen(capsys: pytest.CaptureFixture[str]) -> None:
    (line,) = [line for line in lines_of(capsys, "--only", "zoho:*") if "OAuth token" in line]
    assert line.endswith(" scopes, shown by: deskcheck plan --json")


def test_each_operation_has_a_line_with_its_rule_and_why_it_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    rows = {line.split()[2]: line for line in lines_of(capsys, "--list", *ORG)}
    assert rows["zendesk:ListGroups"].split()[:2] == ["run", "read"]
    assert rows["zendesk:DeleteGroup"].split()[:2] == ["refused", "destructive"]
    assert all(":" in key and "Group" in key for key in rows)


def test_the_totals_name_tiers_refusals_and_the_cost(capsys: pytest.CaptureFixture[str]) -> None:
    lines = lines_of(capsys, *ORG)
    tiers = [line.split()[1] for line in lines if line.startswith("zendesk ")]
    order = ["read", "write", "admin", "outbound", "destructive"]
    assert tiers == sorted(tiers, key=order.index)
    assert any("operations would run" in line for line in lines)
    assert any(line.startswith("at most zendesk") and line.endswith("requests") for line in lines)


def test_what_is_permitted_as_well_runs_as_well(capsys: pytest.CaptureFixture[str]) -> None:
    rows = {line.split()[2]: line for line in lines_of(capsys, "--list", "--allow", "read,write,destructive", *ORG)}
    assert rows["zendesk:DeleteGroup"].startswith("run")


def test_a_selection_of_nothing_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "--only", "zendesk:Nonsense*"]) == 2
    assert capsys.readouterr().out == ""


def test_since_the_same_document_there_is_nothing_to_test(capsys: pytest.CaptureFixture[str]) -> None:
    assert lines_of(capsys, "--changed-since", "zendesk/support") == [
        "nothing to test again: no operation differs from zendesk/support"
    ]
    plan = json.loads("\n".join(lines_of(capsys, "--changed-since", "zendesk/support", "--json")))
    assert plan["operations"] == []
    assert plan["changed_since"] == {"old": "zendesk/support", "vendor": "zendesk", "keys": [], "removed": []}


def versions(folder: Path) -> list[str]:
    """The words for an older document of two lists, and a newer one in which one of them has a parameter more."""
    lists = {f"/api/v2/{name}": {"get": {"operationId": f"List_{name}", "responses": {}}} for name in ("doors", "keys")}
    old = {"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": lists}
    (folder / "old.json").write_text(json.dumps(old))
    lists["/api/v2/doors"]["get"]["parameters"] = [{"name": "colour", "in": "query", "schema": {"type": "string"}}]
    (folder / "new.json").write_text(json.dumps(old))
    return ["--changed-since", str(folder / "old.json"), "--document", str(folder / "new.json"), "--vendor", "zendesk"]


def test_only_what_changed_since_an_older_document_is_planned(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = versions(tmp_path)
    (row,) = lines_of(capsys, "--list", *words)
    assert row.split()[2] == "zendesk:List_doors"
    assert lines_of(capsys, *words)[0] == f"changed since {words[1]}: 1 of zendesk's operations"


def test_of_what_changed_a_pattern_leaves_a_part(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = versions(tmp_path)
    assert len(lines_of(capsys, "--list", *words, "--only", "*doors")) == 1
    (line,) = lines_of(capsys, *words, "--only", "*keys")
    assert line == "none of the 1 changed operations is selected (zendesk *keys)"


def test_an_older_document_of_a_vendor_without_a_target_is_wrong_use(
    capsys: pytest.CaptureFixture[str], configure
) -> None:
    configure('[targets.acme]\nvendor = "zendesk"\nbase_url = "https://acme.example"')
    assert main(["plan", "--target", "acme", "--changed-since", "zoho/desk"]) == 2
    assert "the older document is one of zoho" in capsys.readouterr().err


def test_the_forecast_is_a_row_an_org(capsys: pytest.CaptureFixture[str]) -> None:
    lines = lines_of(capsys, "--only", "zoho:*Ticket*")
    (row,) = (line.split() for line in lines if line.startswith("  zoho "))
    estimate = json.loads("\n".join(lines_of(capsys, "--json", "--only", "zoho:*Ticket*")))["estimate"]
    shown = [estimate["requests"]["zoho"], estimate["expected"]["zoho"], estimate["credits"]["zoho"]]
    assert row == ["zoho", *(f"{number:,}" for number in shown)]


def test_a_plan_that_does_not_fit_says_so_and_shows_the_part_that_does(
    capsys: pytest.CaptureFixture[str], configure
) -> None:
    configure('[targets.desk]\nvendor = "zoho"\nbase_url = "https://desk.zoho.eu"\norg_id = "1"\ncredits = 300\n')
    words = ("--target", "desk", "--only", "zoho:*Ticket*")
    assert any("does not fit" in line and "300 are left" in line for line in lines_of(capsys, *words))
    part = json.loads("\n".join(lines_of(capsys, "--json", "--partial", *words)))
    assert part["estimate"]["left"] == {"zoho": 300}
    assert part["estimate"]["credits"]["zoho"] * 1.1 <= 300
    assert {row["decision"] for row in part["operations"] if row["tier"] == "read"} == {"run", "skipped"}
    assert any(line.startswith("--partial: ") for line in lines_of(capsys, "--partial", *words))
