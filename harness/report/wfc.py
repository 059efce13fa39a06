"""wfc-report.json: the run in the report form of Web Fuzzing Commons, by which fuzzers are compared.

The form is `report.yaml` of WebFuzzing/Commons, of version 0.6.0. A test case there is an operation or a hand-written
test here, and its lines are those of `results.ndjson` beside the report.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harness import checks
from harness.finding import Finding, general
from harness.report import text
from harness.results import archive
from harness.results.outcome import Outcome, Run, fingerprint

FILE = "wfc-report.json"
SCHEMA_VERSION = "0.6.0"


def write(run: Run, folder: Path) -> Path:
    """Write `wfc-report.json` into the folder; raises what `archive.write` raises."""
    return archive.write(folder / FILE, json.dumps(render(run), indent=1))


def render(run: Run) -> dict[str, Any]:
    """The report as plain JSON values. Waived findings are none."""
    faults = [_fault(run, outcome) for outcome in run.outcomes if outcome.findings]
    distinct = {fingerprint(finding) for outcome in run.outcomes for finding in outcome.findings}
    sent = sum(outcome.requests for outcome in run.outcomes)
    return {
        "schemaVersion": SCHEMA_VERSION,
        "toolName": "deskcheck",
        "toolVersion": run.versions.get("deskcheck", "unknown"),
        "creationTime": _time(run.started),
        "faults": {"totalNumber": len(distinct), "foundFaults": faults},
        "problemDetails": {
            "rest": {
                "outputHttpCalls": sent,
                "evaluatedHttpCalls": sent,
                "endpointIds": list(dict.fromkeys(_endpoint(outcome) for outcome in run.outcomes if outcome.method)),
                "coveredHttpStatus": [_covered(run, outcome) for outcome in run.outcomes if _is_covered(outcome)],
            }
        },
        "totalTests": len(run.outcomes),
        "testFilePaths": [archive.RESULTS],
        "testCases": [_test(run, outcome, line) for line, outcome in enumerate(run.outcomes, 1)],
        "executionTimeInSeconds": round(run.seconds),
        "warnings": [{"message": text.visible(note), "category": "note"} for note in (*run.leftovers, *run.notes)],
    }


def _fault(run: Run, outcome: Outcome) -> dict[str, Any]:
    endpoint = _endpoint(outcome)
    categories = {fingerprint(finding): _category(finding) for finding in outcome.findings}
    return {
        # The schema describes `operationId` and requires `endpointId`, so both say the same.
        "operationId": endpoint,
        "endpointId": endpoint,
        "testCaseId": _id(run, outcome),
        "faultCategories": list(categories.values()),
    }


def _category(finding: Finding) -> dict[str, Any]:
    """A fault goes by code and context, so that the context has all that makes two findings two."""
    place = general(finding.pointer) or f"answer {finding.status}"
    context = f"{fingerprint(finding)} {finding.operation} {finding.check} {finding.status} {place}"
    return {"code": checks.named(finding.check).wfc_code, "context": text.visible(context)}


def _endpoint(outcome: Outcome) -> str:
    """`GET:/api/v2/tickets`; a hand-written test goes by its key."""
    return text.visible(f"{outcome.method}:{outcome.path}" if outcome.method else outcome.key)


def _id(run: Run, outcome: Outcome) -> str:
    return text.visible(f"{archive.RESULTS}#{text.key_of(run, outcome)}")


def _is_covered(outcome: Outcome) -> bool:
    return bool(outcome.method and outcome.statuses)


def _covered(run: Run, outcome: Outcome) -> dict[str, Any]:
    statuses = sorted({int(status) for status in outcome.statuses if status.isdecimal() and int(status) < 600})
    return {"endpointId": _endpoint(outcome), "testCaseId": _id(run, outcome), "httpStatus": statuses}


def _test(run: Run, outcome: Outcome, line: int) -> dict[str, Any]:
    name = text.visible(text.key_of(run, outcome))
    return {"id": _id(run, outcome), "filePath": archive.RESULTS, "name": name, "startLine": line, "endLine": line}


def _time(stamp: str) -> str:
    """The stamp in UTC, as JSON Schema's date-time has it; the epoch for what is none."""
    try:
        moment = datetime.fromisoformat(stamp)
    except ValueError:
        moment = datetime.fromtimestamp(0, UTC)
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
