"""What stands beside Allure's results tells its two versions the same categories, and is valid for both."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from believable import believable
from hypothesis import given
from hypothesis import strategies as st

from harness.report import allure, allure_config
from harness.results.outcome import AgainstBaseline, State, fingerprint

SMALL = believable(zendesk=140, zoho=60)
BAD = next(outcome for outcome in SMALL.outcomes if outcome.state is State.FINDINGS)
KNOWING = replace(SMALL, against=AgainstBaseline("before", known=tuple(map(fingerprint, BAD.findings))))


def in_allure_2(result) -> list[str]:
    """The categories that Allure 2 puts a result into: the whole message has to match."""
    message = result.statusDetails.message if result.statusDetails else ""
    return [
        rule["name"]
        for rule in json.loads(allure_config.files(SMALL)["categories.json"])
        if result.status in rule["matchedStatuses"] and re.fullmatch(rule.get("messageRegex", "(?s).*"), message)
    ]


def in_allure_3(result) -> str:
    """The category that Allure 3 puts a result into: the first that fits, by labels."""
    message = result.statusDetails.message if result.statusDetails else ""
    for rule in json.loads(allure_config.files(SMALL)["allurerc.json"])["categories"]["rules"]:
        matcher = rule["matchers"]
        labels = {
            name: any(label.name == name and re.search(pattern, label.value) for label in result.labels)
            for name, pattern in matcher["labels"].items()
        }
        says = re.search(matcher.get("message", ""), message)
        if says and result.status in matcher["statuses"] and all(labels.values()):
            return rule["name"]
    return ""


@pytest.mark.parametrize("run", [SMALL, KNOWING], ids=["alone", "with a baseline"])
def test_both_versions_put_every_result_into_the_same_category(run) -> None:
    names = set()
    for outcome in run.outcomes:
        result = allure.result(run, outcome)
        assert in_allure_3(result) == next(iter(in_allure_2(result)), "")
        names.add(in_allure_3(result))
    assert {"Deviations from the contract", "Refused by the gate", "No 2xx"} <= names
    assert ("Known by the baseline" in names) == (run is KNOWING)


@pytest.mark.parametrize("state", [state for state in State if state is not State.PASSED])
def test_every_state_that_is_not_passed_has_a_category(state: State) -> None:
    findings = BAD.findings if state is State.FINDINGS else ()
    assert in_allure_3(allure.result(SMALL, replace(BAD, state=state, findings=findings, waived=(), detail="x")))


def test_regular_expressions_for_allure_3_have_no_flags_inside() -> None:
    """JavaScript refuses `(?s)`, by which Allure 2 reads messages of several lines."""
    assert "(?" not in allure_config.files(SMALL)["allurerc.json"]


def test_history_lies_where_allure_is_started() -> None:
    """Each run has a folder of its own, so a history in it would be of one run."""
    assert json.loads(allure_config.files(SMALL)["allurerc.json"])["historyPath"] == "allure-history.jsonl"


def test_the_environment_is_a_properties_file() -> None:
    environment = allure_config.environment(SMALL).splitlines()
    assert "permit=read, write" in environment
    assert "version.zendesk\\ support=2026-05, sha256 5f0c\\u2026" in environment


@given(st.text(), st.text())
def test_no_text_breaks_the_properties_file(name: str, value: str) -> None:
    environment = allure_config.environment(replace(SMALL, versions={name: value}))
    assert environment.isascii()
    assert len(environment.splitlines()) == len(
        allure_config.environment(replace(SMALL, versions={"a": "b"})).splitlines()
    )


def test_runs_stand_in_their_order() -> None:
    later = replace(SMALL, started="2027-01-01T00:00:00+00:00")
    first, second = (json.loads(allure_config.files(run)["executor.json"]) for run in (SMALL, later))
    assert first["buildOrder"] < second["buildOrder"]
    assert first["buildName"] == SMALL.id


def test_what_is_no_time_is_the_epoch() -> None:
    assert allure_config.milliseconds("yesterday") == 0
