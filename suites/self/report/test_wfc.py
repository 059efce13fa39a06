"""wfc-report.json is a report of Web Fuzzing Commons, whose own schema is stated here in facts of ours."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from believable import believable, two_orgs

from harness import checks
from harness.checks.check import NO_CODE
from harness.report import wfc
from harness.results import archive
from harness.results.outcome import Outcome, Run, State, fingerprint

# The facts of `report.yaml` (WebFuzzing/Commons 0.6.0) that bind us: no registry carries the file itself.
_COUNT = {"type": "integer", "minimum": 0}
_TEXT = {"type": "string"}
_TEXTS = {"type": "array", "items": _TEXT, "uniqueItems": True}
_CODE = {"type": "integer", "anyOf": [{"minimum": 100, "maximum": 104}, {"minimum": 200, "maximum": 206},
                                      {"minimum": 900, "maximum": 999}]}  # fmt: skip


def _object(required: dict[str, Any], **optional: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": required | optional}


def _list(of: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": of} | more


_CATEGORY = _object({"code": _CODE}, context=_TEXT)
_FAULT = _object(
    {"endpointId": _TEXT, "testCaseId": _TEXT, "faultCategories": _list(_CATEGORY, minItems=1, uniqueItems=True)},
    operationId=_TEXT,
)
_STATUS = {"type": "integer", "minimum": 0, "maximum": 599}
_COVERED = _object({"endpointId": _TEXT, "testCaseId": _TEXT, "httpStatus": _list(_STATUS, uniqueItems=True)})
_REST = _object({
    "outputHttpCalls": _COUNT, "evaluatedHttpCalls": _COUNT, "endpointIds": _TEXTS, "coveredHttpStatus": _list(_COVERED)
})  # fmt: skip
_TEST = _object({}, id=_TEXT, filePath=_TEXT, name=_TEXT, startLine=_COUNT, endLine=_COUNT)
REPORT = _object({
    "schemaVersion": _TEXT, "toolName": _TEXT, "toolVersion": _TEXT,
    "creationTime": {"type": "string", "format": "date-time", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"},
    "faults": _object({"totalNumber": _COUNT, "foundFaults": _list(_FAULT)}),
    "problemDetails": _object({"rest": _REST}),
    "totalTests": _COUNT, "testFilePaths": _TEXTS, "testCases": _list(_TEST), "executionTimeInSeconds": _COUNT,
}, warnings=_list(_object({}, message=_TEXT, category=_TEXT)))  # fmt: skip


@pytest.mark.parametrize("run", [
    believable(), believable(hostile=True), two_orgs(), two_orgs(hostile=True),
    replace(believable(), outcomes=(), started="yesterday", leftovers=("ticket 7",)),
])  # fmt: skip
def test_every_run_fits_the_form(run: Run) -> None:
    report = json.loads(json.dumps(wfc.render(run)))
    jsonschema.validate(report, REPORT)
    tests = {test["id"] for test in report["testCases"]}
    assert len(tests) == report["totalTests"] == len(run.outcomes)
    told = [*report["faults"]["foundFaults"], *report["problemDetails"]["rest"]["coveredHttpStatus"]]
    assert {row["testCaseId"] for row in told} <= tests


def test_faults_are_counted_by_code_and_context() -> None:
    run = two_orgs()
    report = wfc.render(run)
    kinds = {
        (row["code"], row["context"]) for fault in report["faults"]["foundFaults"] for row in fault["faultCategories"]
    }
    assert report["faults"]["totalNumber"] == len(kinds)
    assert len(kinds) == len({fingerprint(finding) for outcome in run.outcomes for finding in outcome.findings})


def test_a_test_case_is_its_line_of_the_results(tmp_path: Path) -> None:
    run = believable(zendesk=20, zoho=10)
    archive.save(run, tmp_path)
    lines = (tmp_path / archive.RESULTS).read_text().splitlines()
    for test in wfc.render(run)["testCases"]:
        assert json.loads(lines[test["startLine"] - 1])["key"] == test["name"]


def test_every_check_has_a_code_of_its_own_or_of_the_catalogue() -> None:
    assert all(check.wfc_code != NO_CODE for check in checks.TABLE)
    own = [check.wfc_code for check in checks.TABLE if check.wfc_code >= 900]
    assert len(set(own)) == len(own)


def test_a_hand_written_test_goes_by_its_key() -> None:
    written = Outcome("zoho:test_a", "zoho", "", "test_a", "suite", "read", "hand-written", State.PASSED)
    report = wfc.render(replace(believable(), outcomes=(written,)))
    assert report["problemDetails"]["rest"]["endpointIds"] == []
    assert report["testCases"][0]["name"] == "zoho:test_a"
