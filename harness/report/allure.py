"""Allure's results of a run: one an operation or test, with steps and attachments, wherever they are to be written.

The one writer of them: `deskcheck run` and `pytest --alluredir` give the same files, whatever worker ran a test. Ids
are those that history recognises, and every value was masked.
"""

from __future__ import annotations

import glob
import json
import shlex
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import attr
from allure_commons.model2 import (
    ATTACHMENT_PATTERN,
    Attachment,
    Label,
    Link,
    Parameter,
    Status,
    StatusDetails,
    TestResult,
    TestStepResult,
)
from allure_commons.types import LabelType
from allure_commons.types import Severity as AllureSeverity

from harness import checks
from harness.exchange import Exchange
from harness.finding import Finding
from harness.report import allure_config, curl, text
from harness.report.http_text import answer_text, request_text
from harness.results import archive
from harness.results.annotations import Annotations, AttachedContent, StepAnnotation
from harness.results.outcome import Outcome, Run, State, fingerprint
from harness.vendors import title

FOLDER = "allure-results"

EXCHANGES = 10
"""Exchanges of one result that are attached; each needs three files."""

STEPS = 30
"""Findings of one result that are listed; all of them are in results.ndjson."""

# The gravest first.
_SEVERITIES = tuple(str(severity.value) for severity in AllureSeverity)
_CHOSEN_BY_TEST = frozenset(
    {LabelType.EPIC, LabelType.FEATURE, LabelType.STORY, LabelType.PARENT_SUITE, LabelType.SUITE, "layer"}
)
# All others are skipped, as in junit.xml; the categories tell them apart.
_STATUS = {State.PASSED: Status.PASSED, State.FINDINGS: Status.FAILED, State.ERROR: Status.BROKEN}


def write(run: Run, folder: Path) -> Path:
    """Write `allure-results` into the folder of a run; raises what `archive.write` raises."""
    return write_results(run, folder / FOLDER)


def write_results(run: Run, results: Path) -> Path:
    """Write the results of a run into a folder of results, beside those that are there (of other runs).

    Writing the same run twice gives the same files, so nothing is shown double. Raises what `archive.write` raises.
    """
    for name, content in allure_config.files(run).items():
        archive.write(results / name, content)
    for outcome in run.outcomes:
        _ResultFiles(run, outcome, results).write()
    return results


class _ResultFiles:
    """The files of one result; `write` writes the attachments as it comes to them, and the result last."""

    def __init__(self, run: Run, outcome: Outcome, results: Path) -> None:
        self.run, self.outcome, self.results = run, outcome, results
        self.written = 0

    def write(self) -> None:
        value = result(self.run, self.outcome)
        annotations = self.outcome.annotations or Annotations()
        value.steps = [*map(self._own_step, annotations.steps), *self._finding_steps()]
        value.attachments = [self._attach_own(attached) for attached in annotations.attachments]
        row = attr.asdict(value, filter=_filled)
        archive.write(self.results / f"{value.uuid}-result.json", _json(row), lasting=False)

    def _finding_steps(self) -> Iterator[TestStepResult]:
        """A step an exchange, with request, answer and curl attached and its findings below it."""
        start = start_of(self.run, self.outcome)
        for exchange, findings in by_exchange((*self.outcome.findings, *self.outcome.waived)):
            steps = [finding_step(finding, start, self.outcome) for finding in findings]
            if exchange is None:
                yield from steps
                continue
            is_new = any(step.status == Status.FAILED for step in steps)
            yield TestStepResult(
                name=f"{exchange.request.method} {text.cut(text.visible(exchange.request.url), 200)}"
                f" answered {exchange.response.status}",
                status=Status.FAILED if is_new else Status.PASSED,
                stage="finished",
                start=start,
                stop=start + round(exchange.response.elapsed * 1000),
                steps=steps,
                attachments=[
                    self._attach("request", request_text(exchange.request)),
                    self._attach("answer", answer_text(exchange.response)),
                    self._attach("curl", self._curl(exchange) + "\n"),
                ],
            )

    def _curl(self, exchange: Exchange) -> str:
        variable = text.secret_variable(self.run, [self.run.target_of(self.outcome)])
        return curl.curl(exchange.request, self.outcome.vendor, variable)

    def _own_step(self, step: StepAnnotation) -> TestStepResult:
        """A step that a hand-written test says it took."""
        return TestStepResult(
            name=text.visible(step.name),
            status=step.status or None,
            statusDetails=StatusDetails(message=text.visible(step.message, keep="\n\t")) if step.message else None,
            stage="finished",
            start=step.start,
            stop=step.stop,
            parameters=[Parameter(name=name, value=text.visible(value)) for name, value in step.parameters],
            steps=[*map(self._own_step, step.steps)],
            attachments=[self._attach_own(attached) for attached in step.attachments],
        )

    def _attach_own(self, attached: AttachedContent) -> Attachment:
        return self._write(text.visible(attached.name), attached.media_type, attached.extension, attached.content)

    def _attach(self, name: str, content: str) -> Attachment:
        return self._write(name, "text/plain", "txt", text.visible(content, keep="\n\t"))

    def _write(self, name: str, media_type: str, extension: str, content: str | bytes) -> Attachment:
        """Write one attachment, under a name that is the same whenever this run is written."""
        number = self.written
        self.written += 1
        prefix = _uuid(self.run.id, *_identity(self.run, self.outcome), str(number))
        suffix = extension if extension.isalnum() else "attach"
        source = ATTACHMENT_PATTERN.format(prefix=prefix, ext=suffix)
        archive.write(self.results / source, content, lasting=False)
        return Attachment(name=name, source=source, type=media_type)


def result(run: Run, outcome: Outcome) -> TestResult:
    """The result of one operation or test without its steps.

    `historyId` comes from the operation's key alone: seed, worker, target and run must not break the history. Only
    where a vendor has several orgs, each has a history of its own, as Allure gives one to each value of a parameter.
    """
    org = run.label_of(outcome)
    start = start_of(run, outcome)
    annotations = outcome.annotations or Annotations()
    return TestResult(
        uuid=str(_uuid(run.id, *_identity(run, outcome))),
        historyId=_uuid("operation", *_identity(run, outcome)).hex,
        testCaseId=_uuid("operation", outcome.key).hex,
        fullName=outcome.key,
        name=text.visible(annotations.title) or (text.label(outcome) if outcome.method else outcome.path),
        titlePath=[org, outcome.resource],
        status=_STATUS.get(outcome.state, Status.SKIPPED),
        statusDetails=_details(run, outcome),
        stage="finished",
        description=_description(outcome, annotations),
        labels=[Label(name=name, value=value) for name, value in _labels(run, outcome, org)],
        links=[Link(type=kind, url=url, name=name) for kind, url, name in annotations.links],
        parameters=list(_parameters(run, outcome)),
        start=start,
        stop=start + round(outcome.seconds * 1000),
    )


def _description(outcome: Outcome, annotations: Annotations) -> str:
    own = text.visible(annotations.description, keep="\n\t").strip()
    said = f"`{outcome.key}` is `{outcome.tier}` by rule `{outcome.rule}`."
    if outcome.corrections:
        said += f"\n\nCorrected by {text.visible(text.corrected_by(outcome))}."
    return f"{own}\n\n{said}" if own else said


def start_of(run: Run, outcome: Outcome) -> int:
    """When the test of an operation began, in milliseconds since the epoch; the run's own begin where it is unknown."""
    return round(outcome.at * 1000) or allure_config.milliseconds(run.started)


def severity_of(outcome: Outcome) -> str:
    """How grave the gravest check is that the outcome's findings failed, in Allure's words.

    A test may say of itself that it is graver. Without either it is `normal`.
    """
    findings = (*outcome.findings, *outcome.waived)
    found = {str(checks.named(finding.check).severity) for finding in findings}
    if outcome.annotations:
        found |= {value for name, value in outcome.annotations.labels if name == LabelType.SEVERITY}
    return min(found.intersection(_SEVERITIES), key=_SEVERITIES.index, default=AllureSeverity.NORMAL.value)


def _identity(run: Run, outcome: Outcome) -> tuple[str, ...]:
    """What tells a result from the others of its run: the operation, and its org where the vendor has several."""
    return (outcome.key, outcome.target) if _has_several_orgs(run, outcome.vendor) else (outcome.key,)


def _has_several_orgs(run: Run, vendor: str) -> bool:
    return Counter(run.vendors.values())[vendor] > 1


def _parameters(run: Run, outcome: Outcome) -> Iterator[Parameter]:
    if _has_several_orgs(run, outcome.vendor):
        yield Parameter(name="target", value=outcome.target)
    yield Parameter(name="seed", value=str(run.seed), excluded=True)
    if outcome.annotations:
        # What a test tells of a run must not break its history.
        for name, value in outcome.annotations.parameters:
            yield Parameter(name=name, value=text.visible(value), excluded=True)


def by_exchange(findings: Sequence[Finding]) -> list[tuple[Exchange | None, list[Finding]]]:
    """The findings that are listed, by their exchange: the first of each cause first, so that no cause is left out.

    Those of further exchanges than are attached stand without theirs.
    """
    shown = sorted(findings, key=_repeats(findings).__getitem__)[:STEPS] if len(findings) > STEPS else findings
    groups: dict[Exchange | None, list[Finding]] = {}
    for finding in shown:
        exchange = finding.exchange
        is_attached = exchange in groups or len(groups) < EXCHANGES
        groups.setdefault(exchange if is_attached else None, []).append(finding)
    return list(groups.items())


def _repeats(findings: Iterable[Finding]) -> dict[Finding, int]:
    """How many findings of the same cause came before each."""
    seen: Counter[str] = Counter()
    repeats: dict[Finding, int] = {}
    for finding in findings:
        repeats.setdefault(finding, seen[fingerprint(finding)])
        seen[fingerprint(finding)] += 1
    return repeats


def finding_step(finding: Finding, start: int, outcome: Outcome) -> TestStepResult:
    """What is known and waived did not fail anything."""
    is_waived = finding in outcome.waived
    expected = f"expected: {finding.expected}\n" if finding.expected else ""
    reason = f"waived by {finding.waived_by}\n" if is_waived else ""
    # A failed test has no request of its own that could be sent again.
    again = (
        f"deskcheck replay {fingerprint(finding)}"
        if finding.exchange
        else f"deskcheck run --only {shlex.quote(glob.escape(outcome.key))}"
    )
    return TestStepResult(
        name=text.visible(text.finding_line(finding)),
        status=Status.PASSED if is_waived else Status.FAILED,
        statusDetails=StatusDetails(
            message=text.visible(finding.message, keep="\n\t"),
            trace=text.visible(f"{reason}{expected}again: {again}", keep="\n\t"),
        ),
        stage="finished",
        start=start,
        stop=start,
    )


def _labels(run: Run, outcome: Outcome, org: str) -> list[tuple[str, str]]:
    """Our own labels, and those of a test beside them: where a result has one of a kind, the test's own counts."""
    own = list(dict.fromkeys(outcome.annotations.labels)) if outcome.annotations else []
    chosen = [(name, text.visible(value)) for name, value in own if name != LabelType.SEVERITY]
    replaced = _CHOSEN_BY_TEST.intersection(name for name, _ in chosen)
    return [*((name, value) for name, value in _given_labels(run, outcome, org) if name not in replaced), *chosen]


def _given_labels(run: Run, outcome: Outcome, org: str) -> Iterator[tuple[str, str]]:
    yield "epic", title(outcome.vendor)
    yield "feature", outcome.resource
    yield "story", outcome.key
    yield "tag", outcome.tier
    yield "severity", severity_of(outcome)
    yield "standing", _standing(run, outcome)
    for check in _checks_of(outcome):
        yield "check", check
    yield "layer", "API"
    yield "parentSuite", org
    yield "suite", outcome.resource
    yield "framework", "deskcheck"


def _standing(run: Run, outcome: Outcome) -> str:
    return allure_config.KNOWN if run.knew(outcome) else str(outcome.state)


def _checks_of(outcome: Outcome) -> list[str]:
    """The checks that the outcome's findings failed, once each."""
    return list(dict.fromkeys(finding.check for finding in outcome.findings))


def _details(run: Run, outcome: Outcome) -> StatusDetails | None:
    message = _message(run, outcome)
    if not message:
        return None
    trace = "\n".join(text.finding_line(finding) for finding in outcome.findings[:STEPS])
    # Allure shows what is known as accepted: never a new finding, whatever else of the operation is waived.
    known = run.knew(outcome) or (bool(outcome.waived) and not outcome.findings)
    shown, lines = (text.visible(words, keep="\n\t") for words in (message, trace))
    return StatusDetails(message=shown, trace=lines or None, known=known or None)


def _message(run: Run, outcome: Outcome) -> str:
    """What is wrong, in words by which Allure 2's categories know it (`allure_config`)."""
    if outcome.findings:
        prefix = f"known by the baseline {run.against.name}: " if run.against and run.knew(outcome) else ""
        found = text.many(len(outcome.findings), "finding")
        return f"{prefix}{found} ({', '.join(_checks_of(outcome))}): {outcome.findings[0].message}"
    if outcome.state is State.PASSED:
        names = ", ".join(dict.fromkeys(finding.waived_by for finding in outcome.waived))
        return f"waived by {names}" if outcome.waived else ""
    return f"{outcome.state}: {outcome.detail}"


def _filled(_: Any, value: Any) -> bool:
    return bool(value) or value is False


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _uuid(*parts: str) -> uuid.UUID:
    name = "\x1f".join(parts).encode("utf-8", "backslashreplace").decode()
    return uuid.uuid5(uuid.NAMESPACE_URL, name)
