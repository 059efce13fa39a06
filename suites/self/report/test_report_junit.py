"""junit.xml has one test case an operation and is XML whatever a server said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from believable import believable, two_orgs
from hypothesis import given
from hypothesis import strategies as st
from junitparser import Failure, JUnitXml

from harness.finding import Finding
from harness.report import junit
from harness.results.outcome import Outcome, Run, State

OUTCOME = Outcome("zoho:A", "zoho", "GET", "/a", "Tickets", "read", "get", State.PASSED, "why", seconds=1.5)


def case(outcome: Outcome) -> Xml.Element:
    root = Xml.fromstring(junit.render(replace(believable(), outcomes=(outcome,))))
    found = root.find("./testsuite/testcase")
    assert found is not None
    return found


@pytest.mark.parametrize("hostile", [False, True])
def test_the_counts_are_those_of_the_cases(hostile: bool) -> None:
    root = Xml.fromstring(junit.render(believable(hostile=hostile)))
    cases = root.findall("./testsuite/testcase")
    assert root.get("tests") == str(len(cases)) == "1310"
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        assert root.get(name) == str(sum(one.find(tag) is not None for one in cases))
        assert int(root.get(name, "0")) == sum(int(suite.get(name, "0")) for suite in root.findall("testsuite"))


def test_a_case_names_vendor_resource_operation_and_tier() -> None:
    found = case(OUTCOME)
    assert (found.get("classname"), found.get("name"), found.get("time")) == ("zoho.Tickets", "zoho:A", "1.500")
    assert {one.get("name"): one.get("value") for one in found.findall("./properties/property")}["tier"] == "read"


@pytest.mark.parametrize(
    ("state", "tag", "message"),
    [
        (State.REFUSED, "skipped", "refused: why"),
        (State.SKIPPED, "skipped", "skipped: why"),
        (State.UNSUPPORTED, "skipped", "unsupported: why"),
        (State.NO_SUCCESS, "skipped", "no_success: why"),
        (State.ERROR, "error", "why"),
    ],
)
def test_what_has_no_verdict_says_why(state: State, tag: str, message: str) -> None:
    found = case(replace(OUTCOME, state=state)).find(tag)
    assert found is not None
    assert found.get("message") == message


def test_all_findings_of_an_operation_are_one_failure() -> None:
    findings = tuple(Finding("zoho:A", "body", 200, f"/{name}", "wrong", "type string") for name in "abc")
    failures = case(replace(OUTCOME, state=State.FINDINGS, findings=findings)).findall("failure")
    assert [one.get("message") for one in failures] == ["3 findings: wrong"]
    assert (failures[0].text or "").count("(expected: type string)") == 3


@given(st.text())
def test_any_text_gives_well_formed_xml(raw: str) -> None:
    finding = Finding(raw, raw, 200, raw, raw, raw)
    hostile = Outcome(raw, raw, raw, raw, raw, raw, raw, State.FINDINGS, raw, findings=(finding,))
    assert case(hostile).find("failure") is not None


@pytest.mark.parametrize("hostile", [False, True])
def test_each_org_of_a_vendor_is_a_suite(hostile: bool) -> None:
    run = two_orgs(hostile)
    root = Xml.fromstring(junit.render(run))
    suites = {suite.get("name"): len(suite.findall("testcase")) for suite in root.findall("testsuite")}
    assert suites == {junit.legal(name): len(run.of_target(name)) for name in run.orgs}
    names = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("run", [believable(zendesk=80, zoho=40), believable(zendesk=80, zoho=40, hostile=True)])
def test_junitparser_reads_every_case_with_its_result(run: Run, tmp_path: Path) -> None:
    read = JUnitXml.fromfile(str(junit.write(run, tmp_path)))
    cases = [case for suite in read for case in suite]
    assert len(cases) == read.tests == len(run.outcomes)
    failed = [case.name for case in cases if any(isinstance(result, Failure) for result in case.result)]
    assert failed == [junit.legal(outcome.key) for outcome in run.outcomes if outcome.state is State.FINDINGS]


def test_a_case_has_the_file_and_line_of_its_operation() -> None:
    found = case(replace(OUTCOME, source="specs/zoho/desk.json:9"))
    assert (found.get("file"), found.get("line")) == ("specs/zoho/desk.json", "9")
    assert case(OUTCOME).get("file") is None, "an unknown place is none"
