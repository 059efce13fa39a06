"""allure-results/ holds one result an operation, recognised by history and written once."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from believable import believable, two_orgs

from harness.report import allure
from harness.results.outcome import State
from harness.results.totals import TIERS

SMALL = believable(zendesk=140, zoho=60)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return allure.write(SMALL, tmp_path_factory.mktemp("allure"))


def results(folder: Path) -> dict[str, dict]:
    found = [json.loads(path.read_text()) for path in folder.glob("*-result.json")]
    return {one["fullName"]: one for one in found}


def test_there_is_one_result_an_operation(folder: Path) -> None:
    assert sorted(results(folder)) == sorted(one.key for one in SMALL.outcomes)


def test_states_become_statuses(folder: Path) -> None:
    told = results(folder)
    fits = {
        "passed": "passed",
        "findings": "failed",
        "refused": "skipped",
        "no_success": "skipped",
        "skipped": "skipped",
        "unsupported": "skipped",
        "error": "broken",
    }
    assert all(told[one.key]["status"] == fits[one.state] for one in SMALL.outcomes)


def test_labels_carry_vendor_resource_and_tier(folder: Path) -> None:
    outcome = next(one for one in SMALL.outcomes if one.tier == "destructive")
    labels = {one["name"]: one["value"] for one in results(folder)[outcome.key]["labels"]}
    assert (labels["epic"], labels["feature"], labels["tag"], labels["severity"]) == (
        "Zendesk",
        outcome.resource,
        "destructive",
        "blocker",
    )
    assert sorted(allure.SEVERITIES) == sorted(TIERS)
    assert len(set(allure.SEVERITIES.values())) == len(TIERS)


def test_history_depends_on_the_operation_alone() -> None:
    outcome = SMALL.outcomes[0]
    one = allure.result(SMALL, outcome)
    two = allure.result(replace(SMALL, id="other", seed=99), replace(outcome, state=State.ERROR))
    assert one.historyId == two.historyId
    assert one.uuid != two.uuid
    assert all(parameter.excluded for parameter in one.parameters)


def test_a_failure_has_its_steps_and_its_exchange(folder: Path) -> None:
    outcome = next(one for one in SMALL.outcomes if one.state is State.FINDINGS)
    told = results(folder)[outcome.key]
    assert len(told["steps"]) == len(outcome.findings)
    assert told["statusDetails"]["message"].startswith(f"{len(outcome.findings)} finding")
    attached = (folder / told["attachments"][0]["source"]).read_text()
    assert "curl -sS" in attached
    assert "TOKEN" in attached


def test_only_what_is_waived_as_a_whole_counts_as_known() -> None:
    bad = next(one for one in SMALL.outcomes if one.state is State.FINDINGS)
    mixed = allure.result(SMALL, replace(bad, waived=bad.findings)).statusDetails
    waived = allure.result(SMALL, replace(bad, state=State.PASSED, waived=bad.findings, findings=())).statusDetails
    assert (mixed.known, waived.known) == (None, True)


def test_writing_again_adds_nothing(folder: Path) -> None:
    before = sorted(path.name for path in folder.iterdir())
    allure.write(SMALL, folder.parent)
    assert sorted(path.name for path in folder.iterdir()) == before


def test_the_files_beside_the_results_are_there(folder: Path) -> None:
    environment = (folder / "environment.properties").read_text().splitlines()
    assert "permit=read, write" in environment
    assert "version.zendesk\\ support=2026-05, sha256 5f0c\\u2026" in environment
    assert [one["name"] for one in json.loads((folder / "categories.json").read_text())][2] == "Refused by the gate"
    assert json.loads((folder / "executor.json").read_text())["buildName"] == SMALL.id


def test_hostile_text_is_still_json(tmp_path: Path) -> None:
    folder = allure.write(believable(zendesk=60, zoho=0, hostile=True), tmp_path)
    assert len(results(folder)) == 60
    assert all("\x1b" not in path.read_text() for path in folder.iterdir())


def test_each_org_of_a_vendor_has_a_result_and_a_history_of_its_own(tmp_path: Path) -> None:
    run = two_orgs()
    told = [json.loads(path.read_text()) for path in allure.write(run, tmp_path).glob("*-result.json")]
    assert len(told) == len(run.outcomes)
    key = next(outcome.key for outcome in run.outcomes if outcome.target == "us")
    pair = [one for one in told if one["fullName"] == key]
    targets = [row["value"] for one in pair for row in one["parameters"] if row["name"] == "target"]
    assert sorted(targets) == ["eu", "us"]
    assert len({one["historyId"] for one in pair}) == 2
    assert len({one["testCaseId"] for one in pair}) == 1, "it is one test, with a parameter"


def test_with_one_org_a_vendor_a_result_does_not_name_it() -> None:
    outcome = SMALL.outcomes[0]
    named = replace(SMALL, targets={"zendesk": "acme", "zoho": "desk"}, orgs={"acme": "zendesk", "desk": "zoho"})
    moved = allure.result(named, replace(outcome, target="acme"))
    assert moved.historyId == allure.result(SMALL, outcome).historyId
    assert [parameter.name for parameter in moved.parameters] == ["seed"]
