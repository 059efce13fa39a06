"""deskcheck plan: what would run, what not and why, and what it would cost; nothing is sent."""

from __future__ import annotations

import json

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
