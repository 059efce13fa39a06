"""deskcheck.sarif fits the schema of SARIF 2.1.0 and what code scanning asks beyond it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import jsonschema
import pytest
from believable import HOSTILE, believable, two_orgs
from consumers import sarif_schema
from hypothesis import given
from hypothesis import strategies as st

from harness import checks
from harness.finding import Finding
from harness.report import sarif
from harness.report.text import visible
from harness.results.outcome import AgainstBaseline, Outcome, Run, State, fingerprint

WAIVED = Finding("zoho:A", "body", 200, "/b", "wrong", "type string", waiver="W-1")
KNOWN, NEW = (Finding("zoho:A", "status", code, "", f"{code} is not declared") for code in (404, 418))
SOURCE = "specs/zoho/my desk.json:9"
OUTCOME = Outcome("zoho:A", "zoho", "GET", "/a", "Tickets", "read", "get", State.FINDINGS, source=SOURCE)


def run_of(*findings: Finding, **more: object) -> Run:
    outcome = replace(
        OUTCOME,
        findings=tuple(finding for finding in findings if not finding.waiver),
        waived=tuple(finding for finding in findings if finding.waiver),
    )
    return replace(believable(), outcomes=(outcome,), **more)


def results(run: Run) -> list[dict]:
    return sarif.render(run)["runs"][0]["results"]


@pytest.mark.parametrize("run", [
    believable(zendesk=80, zoho=40), believable(zendesk=80, zoho=40, hostile=True), two_orgs(hostile=True),
    run_of(), run_of(WAIVED), run_of(NEW, started="yesterday", leftovers=("a ticket " + HOSTILE,)),
    run_of(KNOWN, NEW, against=AgainstBaseline("b", new=(fingerprint(NEW),), known=(fingerprint(KNOWN),))),
], ids=["plain", "hostile", "two orgs", "empty", "waived", "leftovers", "baseline"])  # fmt: skip
def test_every_run_fits_the_schema(run: Run) -> None:
    errors = jsonschema.Draft7Validator(sarif_schema()).iter_errors(json.loads(json.dumps(sarif.render(run))))
    assert [f"{error.json_path}: {error.message[:200]}" for error in errors] == []


def test_a_rule_is_a_check_with_its_help() -> None:
    rules = sarif.render(run_of(NEW))["runs"][0]["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [check.name for check in checks.TABLE]
    assert all(rule["help"]["text"] == checks.BY_NAME[rule["id"]].sentence for rule in rules)
    (result,) = results(run_of(NEW))
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == "status"


def test_a_result_stands_at_its_operation() -> None:
    (result,) = results(run_of(NEW))
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "specs/zoho/my%20desk.json"
    assert unquote(place["artifactLocation"]["uri"]) == "specs/zoho/my desk.json"
    assert place["region"] == {"startLine": 9}


def test_an_alert_keeps_its_identity_when_lines_values_and_runs_change() -> None:
    again = replace(NEW, message="other words")
    other = replace(run_of(again), id="another", outcomes=(replace(run_of(again).outcomes[0], source="x.yaml:7"),))
    (first,), (second,) = results(run_of(NEW)), results(other)
    assert first["partialFingerprints"] == second["partialFingerprints"]
    assert first["partialFingerprints"]["primaryLocationLineHash"] == f"{fingerprint(NEW)}:1"


def test_a_finding_of_two_orgs_is_one_result() -> None:
    names = [result["partialFingerprints"]["deskcheckCause/v1"] for result in results(two_orgs())]
    assert len(names) == len(set(names))


def test_a_waived_finding_is_suppressed_and_a_known_one_unchanged() -> None:
    against = AgainstBaseline("b", new=(fingerprint(NEW),), known=(fingerprint(KNOWN),))
    found = results(run_of(WAIVED, KNOWN, NEW, against=against))
    rows = {row["partialFingerprints"]["deskcheckCause/v1"]: row for row in found}
    assert rows[fingerprint(WAIVED)]["suppressions"][0]["justification"] == "waiver W-1"
    assert rows[fingerprint(KNOWN)]["baselineState"] == "unchanged"
    assert rows[fingerprint(NEW)]["baselineState"] == "new"


def test_what_is_no_finding_is_told_beside_them() -> None:
    invocation = sarif.render(run_of(NEW, leftovers=("ticket 7",), exit_code=5))["runs"][0]["invocations"][0]
    assert invocation["executionSuccessful"] is False
    assert invocation["exitCode"] == 5
    assert "ticket 7" in invocation["toolExecutionNotifications"][0]["message"]["text"]


def test_more_results_than_code_scanning_takes_are_cut_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "RESULTS", 1)
    log = sarif.render(run_of(KNOWN, NEW))["runs"][0]
    assert len(log["results"]) == 1
    assert any("1 more" in note["message"]["text"] for note in log["invocations"][0]["toolExecutionNotifications"])


@given(st.text())
def test_a_server_writes_neither_links_nor_control_characters(raw: str) -> None:
    finding = Finding("zoho:A", "body", 200, f"/{raw}", f"{raw}[here](https://evil.example){raw}", raw)
    (result,) = results(run_of(finding))
    assert "](" not in result["message"]["text"]
    assert visible(result["message"]["text"]) == result["message"]["text"]


def test_a_run_without_places_still_has_a_location(tmp_path: Path) -> None:
    run = replace(run_of(NEW), outcomes=(replace(run_of(NEW).outcomes[0], source=""),))
    log = json.loads(sarif.write(run, tmp_path).read_text())
    assert log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] == 1
