"""deskcheck.sarif: findings in SARIF 2.1.0, for code scanning.

What GitHub reads of it, and its limits, are in "SARIF support for code scanning" (GitHub's documentation): identity by
`primaryLocationLineHash`, a location in every result, 25,000 results, one answer for each rule.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from harness import checks
from harness.checks.check import Check, Severity
from harness.report import text
from harness.report.located import NOWHERE, LocatedFinding, located
from harness.report.run_counts import run_counts
from harness.results import archive
from harness.results.outcome import Run, State

FILE = "deskcheck.sarif"
RESULTS = 25_000
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {Severity.CRITICAL: "error", Severity.NORMAL: "warning", Severity.MINOR: "note"}
# GitHub's own words for the weight of a rule that is not about security.
_PROBLEM = {Severity.CRITICAL: "error", Severity.NORMAL: "warning", Severity.MINOR: "recommendation"}
_NAME = "deskcheck"


def write(run: Run, folder: Path) -> Path:
    """Write `deskcheck.sarif` into the folder; raises what `archive.write` raises."""
    return archive.write(folder / FILE, json.dumps(render(run), indent=1))


def render(run: Run) -> dict[str, Any]:
    """The log as plain JSON values."""
    rows = located(run)
    rules = _rules(rows)
    numbers = {check.name: number for number, check in enumerate(rules)}
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": _driver(run, rules)},
                # A part of the run's id behind the last slash; what stands before is the category of the results.
                "automationDetails": {"id": f"{_NAME}/{'-'.join(sorted(set(run.vendors.values())))}/{run.id}"},
                "columnKind": "utf16CodeUnits",
                "invocations": [_invocation(run, len(rows))],
                "properties": asdict(run_counts(run)),
                "results": [_result(run, row, numbers[row.check.name]) for row in rows[:RESULTS]],
            }
        ],
    }


def _rules(rows: tuple[LocatedFinding, ...]) -> list[Check]:
    """The whole table of checks, so that a rule keeps its place, and those of findings that this release lacks."""
    others = {row.check.name: row.check for row in rows if row.check.name not in checks.BY_NAME}
    return [*checks.TABLE, *others.values()]


def _driver(run: Run, rules: list[Check]) -> dict[str, Any]:
    version = run.versions.get(_NAME, "")
    driver: dict[str, Any] = {"name": _NAME, "rules": [_rule(check) for check in rules]}
    return driver | ({"version": version} if version else {})


def _rule(check: Check) -> dict[str, Any]:
    sentence = check.sentence or "A check of another release of deskcheck."
    what, _, remedy = sentence.partition(": ")
    return {
        "id": check.name or "unknown",
        "shortDescription": {"text": what.rstrip(".") + "."},
        "fullDescription": {"text": sentence},
        "help": {"text": sentence, "markdown": _help(check, what, remedy)},
        "defaultConfiguration": {"level": LEVELS[check.severity]},
        "properties": {"problem.severity": _PROBLEM[check.severity], "tags": ["api-contract", str(check.severity)]},
    }


def _help(check: Check, what: str, remedy: str) -> str:
    lines = [f"**{what.rstrip('.')}.**", f"Looks at {check.subject}."]
    if remedy:
        lines.insert(1, f"What to do: {remedy}")
    if check.name:
        lines.append(f"`deskcheck explain {check.name}` tells all of it.")
    return "\n\n".join(lines)


def _result(run: Run, row: LocatedFinding, rule: int) -> dict[str, Any]:
    finding = row.finding
    result: dict[str, Any] = {
        "ruleId": row.check.name or "unknown",
        "ruleIndex": rule,
        "level": LEVELS[row.check.severity],
        "message": {"text": _message(f"{row.sentence}. Send it again: deskcheck replay {row.id}")},
        "locations": [_location(row)],
        # GitHub knows an alert by the first of them, also where the document's lines move.
        "partialFingerprints": {"primaryLocationLineHash": f"{row.id}:1", "deskcheckCause/v1": row.id},
        "properties": {"operation": text.visible(finding.operation), "status": finding.status},
    }
    if run.against:
        result["baselineState"] = "unchanged" if row.is_known else "new"
    if finding.waiver:
        reason = f"waiver {text.visible(finding.waived_by)}"
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": reason}]
    return result


def _message(sentence: str) -> str:
    """Plain text, in which a server cannot write a link (SARIF 2.1.0, 3.11.6)."""
    return sentence.replace("](", "] (")


def _location(row: LocatedFinding) -> dict[str, Any]:
    return {
        "physicalLocation": _physical(row.source.file, row.source.line),
        "logicalLocations": [{"fullyQualifiedName": text.visible(row.finding.operation), "kind": "function"}],
    }


def _physical(file: str, line: int) -> dict[str, Any]:
    artifact = {"uri": quote(file.encode("utf-8", "replace")), "uriBaseId": "%SRCROOT%"}
    return {"artifactLocation": artifact, "region": {"startLine": line}}


def _invocation(run: Run, findings: int) -> dict[str, Any]:
    """How the run ended, and what of it is no finding: records that are still there, operations without a verdict."""
    notifications = [_notification(sentence, level) for level, sentence in _notices(run, findings)]
    invocation: dict[str, Any] = {
        "executionSuccessful": run.exit_code in (0, 1),
        "exitCode": run.exit_code,
        "exitCodeDescription": text.meaning(run),
        "toolExecutionNotifications": notifications,
    }
    return invocation | _times(run)


def _notices(run: Run, findings: int) -> Iterator[tuple[str, str]]:
    for leftover in run.leftovers:
        yield "error", f"still there: {leftover}"
    for outcome in run.outcomes:
        if outcome.state is State.ERROR:
            yield "error", f"{text.key_of(run, outcome)} has no verdict: {outcome.detail}"
    for note in run.notes:
        yield "note", note
    if findings > RESULTS:
        yield "warning", f"{findings - RESULTS:,} more findings are in results.ndjson"


def _notification(sentence: str, level: str) -> dict[str, Any]:
    return {
        "level": level,
        "message": {"text": _message(text.visible(sentence))},
        "locations": [{"physicalLocation": _physical(NOWHERE, 1)}],
    }


def _times(run: Run) -> dict[str, str]:
    """When it began and ended, in UTC as SARIF has it (2.1.0, 3.9); nothing for a start that is no time."""
    try:
        start = datetime.fromisoformat(run.started).astimezone(UTC)
    except ValueError:
        return {}
    end = start + timedelta(seconds=run.seconds)
    return {"startTimeUtc": f"{start:%Y-%m-%dT%H:%M:%S.000Z}", "endTimeUtc": f"{end:%Y-%m-%dT%H:%M:%S.000Z}"}
