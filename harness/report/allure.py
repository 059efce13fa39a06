"""allure-results/: one Allure result an operation, with the files that Allure shows beside them.

Written from the run and not by allure-pytest: one result an operation whatever worker ran it, an id that history
recognises, and no value in it that was not masked.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import attr
from allure_commons.model2 import Attachment, Label, Parameter, Status, StatusDetails, TestResult, TestStepResult

from harness.checks.run_findings import SERVER_ERROR
from harness.exchange import Exchange
from harness.finding import Finding
from harness.report import curl, excerpt, text
from harness.results import archive
from harness.results.outcome import Outcome, Run, State
from harness.vendors import title

SEVERITIES = {"read": "trivial", "write": "minor", "admin": "normal", "outbound": "critical", "destructive": "blocker"}
"""Allure's five severities stand for the five tiers, so that its filter filters tiers."""

EXAMPLES = 3
STEPS = 30
# All others are skipped, as in junit.xml; the categories tell them apart.
_STATUS = {State.PASSED: Status.PASSED, State.FINDINGS: Status.FAILED, State.ERROR: Status.BROKEN}
# The regular expressions meet the first words of a result's message, which `_message` writes. Allure 3 reads categories
# from its own configuration instead (tried with 3.18).
CATEGORIES: tuple[dict[str, Any], ...] = (
    {"name": "Server errors", "matchedStatuses": ["failed"], "messageRegex": f"(?s).*{SERVER_ERROR}.*"},
    {"name": "Deviations from the contract", "matchedStatuses": ["failed"]},
    {"name": "Refused by the gate", "matchedStatuses": ["skipped"], "messageRegex": "(?s)refused.*"},
    {"name": "No 2xx", "matchedStatuses": ["skipped"], "messageRegex": "(?s)no_success.*"},
    {"name": "Skipped", "matchedStatuses": ["skipped"], "messageRegex": "(?s)skipped.*"},
    {"name": "Unsupported", "matchedStatuses": ["skipped"], "messageRegex": "(?s)unsupported.*"},
    {"name": "Known deviations", "matchedStatuses": ["passed"], "messageRegex": "(?s)waived.*"},
    {"name": "No verdict", "matchedStatuses": ["broken"]},
)


def write(run: Run, folder: Path) -> Path:
    """Write `allure-results` into the folder; raises what `archive.write` raises.

    Writing the same run twice gives the same files, so nothing is shown double.
    """
    results = folder / "allure-results"
    archive.write(results / "environment.properties", _environment(run))
    archive.write(results / "categories.json", json.dumps(CATEGORIES, indent=1))
    archive.write(results / "executor.json", _json({"name": "deskcheck", "type": "deskcheck", "buildName": run.id}))
    start = _milliseconds(run.started)
    for outcome in run.outcomes:
        _write(run, outcome, start, results)
        start += round(outcome.seconds * 1000)
    return results


def result(run: Run, outcome: Outcome, start: int = 0) -> TestResult:
    """The result of one operation without attachments. `start` is in milliseconds since the epoch.

    `historyId` comes from the operation's key alone: seed, target and run must not break the history. Only where a
    vendor has several orgs, each has a history of its own, as Allure gives one to each value of a parameter.
    """
    org = run.label_of(outcome)
    return TestResult(
        uuid=str(_uuid(run.id, *_identity(run, outcome))),
        historyId=_uuid("operation", *_identity(run, outcome)).hex,
        testCaseId=_uuid("operation", outcome.key).hex,
        fullName=outcome.key,
        name=text.label(outcome),
        titlePath=[org, outcome.resource],
        status=_STATUS.get(outcome.state, Status.SKIPPED),
        statusDetails=_details(outcome, is_known=run.knew(outcome)),
        stage="finished",
        description=f"`{outcome.key}` is `{outcome.tier}` by rule `{outcome.rule}`.",
        labels=list(_labels(outcome, org)),
        parameters=list(_parameters(run, outcome)),
        start=start,
        stop=start + round(outcome.seconds * 1000),
        steps=[_step(finding, start) for finding in outcome.findings[:STEPS]],
    )


def _identity(run: Run, outcome: Outcome) -> tuple[str, ...]:
    """What tells a result from the others of its run: the operation, and its org where the vendor has several."""
    return (outcome.key, outcome.target) if run.is_side_by_side else (outcome.key,)


def _parameters(run: Run, outcome: Outcome) -> Iterator[Parameter]:
    if run.is_side_by_side:
        yield Parameter(name="target", value=outcome.target)
    yield Parameter(name="seed", value=str(run.seed), excluded=True)


def _write(run: Run, outcome: Outcome, start: int, results: Path) -> None:
    value = result(run, outcome, start)
    for index, (exchange, finding) in enumerate(_examples(outcome)):
        name = f"{_uuid(run.id, *_identity(run, outcome), str(index))}-attachment.txt"
        archive.write(results / name, _attachment(run, outcome, exchange, finding), lasting=False)
        value.attachments.append(Attachment(name=f"{finding.check} {finding.status}", source=name, type="text/plain"))
    archive.write(results / f"{value.uuid}-result.json", _json(attr.asdict(value, filter=_filled)), lasting=False)


def _examples(outcome: Outcome) -> list[tuple[Exchange, Finding]]:
    """The first exchanges with findings, each with its first finding."""
    first: dict[Exchange, Finding] = {}
    for finding in (*outcome.findings, *outcome.waived):
        if finding.exchange is not None:
            first.setdefault(finding.exchange, finding)
    return list(first.items())[:EXAMPLES]


def _labels(outcome: Outcome, org: str) -> Iterator[Label]:
    yield Label(name="epic", value=title(outcome.vendor))
    yield Label(name="feature", value=outcome.resource)
    yield Label(name="story", value=outcome.key)
    yield Label(name="tag", value=outcome.tier)
    yield Label(name="severity", value=SEVERITIES.get(outcome.tier, "normal"))
    yield Label(name="layer", value="API")
    yield Label(name="parentSuite", value=org)
    yield Label(name="suite", value=outcome.resource)
    yield Label(name="framework", value="deskcheck")


def _details(outcome: Outcome, *, is_known: bool) -> StatusDetails | None:
    message = _message(outcome)
    if not message:
        return None
    trace = "\n".join(text.finding_line(finding) for finding in outcome.findings[:STEPS])
    # Allure shows what is known as accepted: never a new finding, whatever else of the operation is waived.
    known = is_known or (bool(outcome.waived) and not outcome.findings)
    return StatusDetails(message=message, trace=trace or None, known=known or None)


def _message(outcome: Outcome) -> str:
    if outcome.findings:
        checks = ", ".join(dict.fromkeys(finding.check for finding in outcome.findings))
        return f"{text.many(len(outcome.findings), 'finding')} ({checks}): {outcome.findings[0].message}"
    if outcome.state is State.PASSED:
        ids = ", ".join(dict.fromkeys(finding.waiver for finding in outcome.waived))
        return f"waived by {ids}" if outcome.waived else ""
    return f"{outcome.state}: {outcome.detail}"


def _step(finding: Finding, start: int) -> TestStepResult:
    details = StatusDetails(message=finding.message)
    return TestStepResult(
        name=text.finding_line(finding),
        status=Status.FAILED,
        statusDetails=details,
        stage="finished",
        start=start,
        stop=start,
    )


def _attachment(run: Run, outcome: Outcome, exchange: Exchange, finding: Finding) -> str:
    response = exchange.response
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers)
    parts = [
        curl.curl(exchange.request, outcome.vendor, text.secret_variable(run, [run.target_of(outcome)])),
        f"HTTP {response.status}\n{headers}",
        excerpt.excerpt(finding, 20_000),
    ]
    return text.visible("\n\n".join(parts), keep="\n\t") + "\n"


def _environment(run: Run) -> str:
    """A Java properties file."""
    rows = {f"target.{org}": target for org, target in run.targets.items()}
    rows |= {"permit": text.permitted(run), "run": run.id, "seed": str(run.seed)}
    rows |= {f"version.{name}": version for name, version in run.versions.items()}
    return "".join(f"{_property(name, key=True)}={_property(value)}\n" for name, value in rows.items())


def _property(raw: str, *, key: bool = False) -> str:
    escaped = text.visible(raw).replace("\\", "\\\\")
    if key:
        escaped = re.sub(r"[ :=#!]", r"\\\g<0>", escaped)
    return "".join(map(_latin, escaped))


def _latin(character: str) -> str:
    """A character as a properties file holds it, which knows escapes of four digits only."""
    if character.isascii():
        return character
    return f"\\u{ord(character):04x}" if ord(character) < 0x10000 else "?"


def _filled(_: Any, value: Any) -> bool:
    return bool(value) or value is False


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _uuid(*parts: str) -> uuid.UUID:
    name = "\x1f".join(parts).encode("utf-8", "backslashreplace").decode()
    return uuid.uuid5(uuid.NAMESPACE_URL, name)


def _milliseconds(stamp: str) -> int:
    try:
        return round(datetime.fromisoformat(stamp).timestamp() * 1000)
    except ValueError:
        return 0
