"""allure-results/ holds one result an operation, recognised by history and written once."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from believable import believable, two_orgs
from hypothesis import given
from hypothesis import strategies as st

from harness import checks
from harness.exchange import Exchange, Request, Response
from harness.finding import Finding
from harness.report import allure, allure_config
from harness.results.annotations import Annotations, AttachedContent, StepAnnotation
from harness.results.outcome import AgainstBaseline, State, fingerprint

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
    assert (labels["epic"], labels["feature"], labels["tag"]) == ("Zendesk", outcome.resource, "destructive")


@given(st.lists(st.sampled_from([check.name for check in checks.TABLE]), max_size=4))
def test_severity_is_that_of_the_gravest_check(names: list[str]) -> None:
    findings = tuple(Finding("zendesk:ListTickets", name, 200, "", "wrong") for name in names)
    severity = allure.severity_of(replace(SMALL.outcomes[0], findings=findings, waived=()))
    grave = {str(checks.named(name).severity) for name in names} or {"normal"}
    assert severity == next(word for word in ("critical", "normal", "minor") if word in grave)


def test_a_test_may_say_that_it_is_graver() -> None:
    outcome = replace(
        SMALL.outcomes[0], findings=(), waived=(), annotations=Annotations(labels=(("severity", "blocker"),))
    )
    assert allure.severity_of(outcome) == "blocker"
    nonsense = replace(outcome, annotations=Annotations(labels=(("severity", "dire"),)))
    assert allure.severity_of(nonsense) == "normal"


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
    below = [step["name"].split()[0] for step in told["steps"] for step in step["steps"]]
    assert set(map(fingerprint, outcome.findings)) <= set(below)
    assert told["statusDetails"]["message"].startswith(f"{len(outcome.findings)} finding")
    attached = {one["name"]: (folder / one["source"]).read_text() for one in told["steps"][0]["attachments"]}
    assert list(attached) == ["request", "answer", "curl"]
    exchange = outcome.findings[0].exchange
    assert exchange is not None
    assert attached["request"].startswith(f"{exchange.request.method} {exchange.request.url}\n")
    assert attached["answer"].startswith(f"HTTP {exchange.response.status}\n")
    assert "curl -sS" in attached["curl"]
    assert "TOKEN" in attached["curl"]


def test_a_result_with_many_exchanges_shows_the_first_of_each_cause() -> None:
    exchanges = [Exchange(Request("GET", f"https://org.example.com/{number}"), Response(200)) for number in range(90)]
    findings = tuple(
        Finding(
            "zendesk:ListTickets", "body", 200, f"/tickets/0/{'late' if number == 89 else 'early'}", "x", "", "", one
        )
        for number, one in enumerate(exchanges)
    )
    steps = allure.by_exchange(findings)
    assert sum(len(group) for _, group in steps) == allure.STEPS
    assert len([one for one, _ in steps if one is not None]) <= allure.EXCHANGES
    assert exchanges[89] in [one for one, _ in steps]


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
    for name, content in allure_config.files(SMALL).items():
        assert (folder / name).read_text() == content


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


def test_a_vendor_with_one_org_keeps_its_ids_beside_one_with_several() -> None:
    alone = next(outcome for outcome in SMALL.outcomes if outcome.vendor == "zoho")
    orgs = {"eu": "zendesk", "us": "zendesk", "desk": "zoho"}
    beside = allure.result(replace(SMALL, orgs=orgs), replace(alone, target="desk"))
    assert beside.historyId == allure.result(SMALL, alone).historyId
    assert [parameter.name for parameter in beside.parameters] == ["seed"]


def test_results_begin_when_their_tests_did() -> None:
    outcome = SMALL.outcomes[0]
    assert allure.result(SMALL, replace(outcome, at=1_795_762_322.713)).start == 1_795_762_322_713
    unknown = allure.result(SMALL, outcome)
    assert unknown.start == datetime.fromisoformat(SMALL.started).timestamp() * 1000


def test_what_a_test_says_of_itself_is_in_its_result(tmp_path: Path) -> None:
    said = Annotations(
        title="A door is stuck",
        description="What it is about.",
        labels=(("epic", "Doors"), ("tag", "mine"), ("owner", "ann")),
        links=(("issue", "https://example.com/1", "ONE"),),
        parameters=(("size", "3"),),
        steps=(StepAnnotation("open", "passed", steps=(StepAnnotation("push", "failed", "it sticks"),)),),
        attachments=(AttachedContent("photo", "image/png", "png", b"\x89PNG"),),
    )
    outcome = replace(SMALL.outcomes[0], annotations=said)
    run = replace(SMALL, outcomes=(outcome,))
    told = results(allure.write(run, tmp_path))[outcome.key]
    labels = [(one["name"], one["value"]) for one in told["labels"]]
    assert (told["name"], told["description"].splitlines()[0]) == ("A door is stuck", "What it is about.")
    assert {("epic", "Doors"), ("tag", "mine"), ("tag", outcome.tier), ("owner", "ann")} <= set(labels)
    assert [value for name, value in labels if name == "epic"] == ["Doors"], "a result has one epic"
    assert told["links"] == [{"type": "issue", "url": "https://example.com/1", "name": "ONE"}]
    assert told["steps"][0]["steps"][0]["statusDetails"]["message"] == "it sticks"
    assert (tmp_path / allure.FOLDER / told["attachments"][0]["source"]).read_bytes() == b"\x89PNG"
    assert {"name": "size", "value": "3", "excluded": True} in told["parameters"]
    assert told["historyId"] == allure.result(SMALL, SMALL.outcomes[0]).historyId


def test_a_failed_test_says_how_it_is_run_again() -> None:
    key = "zendesk:test_doors[a b]"
    finding = Finding(key, "suite", 0, "", "assert 1 == 2")
    outcome = replace(SMALL.outcomes[0], key=key, state=State.FINDINGS, findings=(finding,))
    step = allure.finding_step(finding, 0, outcome)
    assert step.statusDetails.trace == "again: deskcheck run --only 'zendesk:test_doors[[]a b]'"


def test_what_the_baseline_knows_has_a_message_of_its_own() -> None:
    bad = next(one for one in SMALL.outcomes if one.state is State.FINDINGS)
    known = AgainstBaseline("before", known=tuple(map(fingerprint, bad.findings)))
    value = allure.result(replace(SMALL, against=known), bad)
    assert value.statusDetails.message.startswith("known by the baseline before: ")
    assert value.statusDetails.known
    assert "known" in [label.value for label in value.labels if label.name == "standing"]


def test_with_one_org_a_vendor_a_result_does_not_name_it() -> None:
    outcome = SMALL.outcomes[0]
    named = replace(SMALL, targets={"zendesk": "acme", "zoho": "desk"}, orgs={"acme": "zendesk", "desk": "zoho"})
    moved = allure.result(named, replace(outcome, target="acme"))
    assert moved.historyId == allure.result(SMALL, outcome).historyId
    assert [parameter.name for parameter in moved.parameters] == ["seed"]
