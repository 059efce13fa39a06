"""The outcome of a test, of a planned operation or a hand-written one, and how it gets onto pytest's report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from harness.errors import NotAllowedError
from harness.exchange import Exchange
from harness.execution.api_client import ApiClient
from harness.execution.blame import blame
from harness.openapi.positions import shown
from harness.report import curl
from harness.report.http_text import answer_text, request_text
from harness.results import archive
from harness.results.annotations import Annotations, AttachedContent, StepAnnotation
from harness.results.outcome import NOT_JUDGED, Outcome, State
from harness.risk.tier import Tier
from harness.run import allure_session, channel
from harness.run.collection import CLIENT_FIXTURE, drawn_from, name_of
from harness.run.worker import Worker
from harness.settings import secret_variable

WORKER = pytest.StashKey[Worker]()
CLIENT = pytest.StashKey[ApiClient]()
PAST_CLIENTS = pytest.StashKey[Sequence[ApiClient]]()
"""The clients of a test's earlier runs, where it was run again."""
OUTCOME = pytest.StashKey[Outcome]()
_RUN_FIXTURES = frozenset({"contract", CLIENT_FIXTURE})
"""By these a test is one of the run, also where it comes to no outcome."""


def run_operation(item: pytest.Item, target: str, key: str) -> None:
    """Test one operation by key on the target's org: skips with the reason where it was not judged, fails with its
    findings.
    """
    outcome = item.config.stash[WORKER].run(target, key)
    item.stash[OUTCOME] = outcome
    if outcome.state in NOT_JUDGED:
        pytest.skip(f"{outcome.state}: {outcome.detail}")
    if outcome.state is not State.PASSED:
        pytest.fail("\n".join([f"{key}: {outcome.state} {outcome.detail}", *_finding_lines(outcome)]), pytrace=False)


def open_client(item: pytest.Item, target: str) -> ApiClient:
    """A client for a hand-written test, of the target's org."""
    worker = item.config.stash[WORKER]
    is_rerun = bool(item.stash.get(PAST_CLIENTS, ()))
    client = ApiClient(worker.org(target) if is_rerun else worker.org_for_test(target, *drawn_from(item)))
    item.stash[CLIENT] = client
    if why := why_refused(item, worker, target):
        raise NotAllowedError(why)
    return client


def add_to_report(item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport) -> None:
    """Put the test's outcome on its report, in the form that crosses from a worker to the controller."""
    if hasattr(item.config, "workerinput") and WORKER in item.config.stash:
        ledger_lines = channel.encode_ledger_lines(item.config.stash[WORKER].unsent_lines())
        setattr(report, channel.LEDGER_LINES, ledger_lines)
    # A test that is skipped or refused while it is set up has no call phase.
    if report.when != "call" and not (report.when == "setup" and not report.passed):
        return
    if _RUN_FIXTURES.intersection(getattr(item, "fixturenames", ())):
        allure_session.leave_to_run(item.config)
    if CLIENT in item.stash:
        item.stash[OUTCOME] = outcome_of(item, call, report)
    if OUTCOME in item.stash:
        outcome = replace(item.stash[OUTCOME], at=round(call.start, 3))
        setattr(report, channel.OUTCOME, archive.encode(outcome).decode())


def outcome_of(item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport) -> Outcome:
    """The outcome of a test with a client; the report is changed to say the same."""
    client = item.stash[CLIENT]
    error = call.excinfo.value if call.excinfo else None
    cause = blame(error, skipped=report.skipped, has_findings=bool(client.findings))
    if cause.refused or cause.skipped:
        report.outcome, report.longrepr = "skipped", (str(item.path), 0, cause.refused or cause.skipped)
    if cause.lost and not client.doubts:
        client.doubt(cause.lost)
    outcome = client.outcome(name_of(item), str(tier_of(item)), cause, item.stash.get(PAST_CLIENTS, ()))
    outcome = replace(outcome, source=source_of(item))
    if outcome.state in (State.FINDINGS, State.ERROR) and not report.failed:
        report.outcome, report.longrepr = "failed", "\n".join([*_finding_lines(outcome), outcome.detail])
    return replace(outcome, annotations=_with_evidence(outcome, client, item))


def _with_evidence(outcome: Outcome, client: ApiClient, item: pytest.Item) -> Annotations | None:
    """What the test says of itself, with its last exchange where nothing else shows why it failed."""
    annotations = allure_session.annotations_of(item, client.org.client.mask)
    has_failed = outcome.state in (State.FINDINGS, State.ERROR)
    is_shown = any(finding.exchange for finding in outcome.findings)
    has_answer = bool(outcome.statuses) and client.org.client.transport.exchanges.last is not None
    if not has_failed or is_shown or not has_answer:
        return annotations
    annotations = annotations or Annotations()
    variable = secret_variable(item.config.stash[WORKER].context.settings, client.org.target)
    step = exchange_step(client.org.client.mask(client.last), outcome.vendor, variable)
    return replace(annotations, steps=(*annotations.steps, step))


def exchange_step(exchange: Exchange, vendor: str, secret_variable: str = "") -> StepAnnotation:
    """The last exchange of a test as a step of it; the exchange is masked.

    `secret_variable` is the environment variable in which the target keeps its secret, where there is one.
    """
    contents = {
        "request": request_text(exchange.request),
        "answer": answer_text(exchange.response),
        "curl": curl.curl(exchange.request, vendor, secret_variable) + "\n",
    }
    start = round(exchange.at * 1000)
    return StepAnnotation(
        name=f"last: {exchange.request.method} {exchange.request.url} answered {exchange.response.status}",
        status="passed",
        start=start,
        stop=start + round(exchange.response.elapsed * 1000),
        attachments=tuple(
            AttachedContent(name, "text/plain", "txt", content.encode("utf-8", "backslashreplace"))
            for name, content in contents.items()
        ),
    )


def source_of(item: pytest.Item) -> str:
    """File and line of a hand-written test, as a reader of a report has them."""
    line = item.location[1]
    return f"{shown(item.path)}:{line + 1 if line is not None else 1}"


def tier_of(item: pytest.Item) -> Tier:
    """The highest tier that a hand-written test is marked with; `destructive` where it is marked with none."""
    return next((tier for tier in reversed(Tier) if item.get_closest_marker(str(tier))), Tier.DESTRUCTIVE)


def why_refused(item: pytest.Item, worker: Worker, target: str) -> str:
    """Why the run may not start a hand-written test: its tier is above the permit. Empty where it may.

    What single requests may do is for the guard; operations that are allowed by name are for it as well.
    """
    tier, permit = tier_of(item), worker.job.permits[target]
    is_drawn = bool(drawn_from(item)[1])  # such a test asks the permit itself
    if is_drawn or tier in permit.tiers or permit.operations:
        return ""
    if any(item.get_closest_marker(str(known)) for known in Tier):
        return f"tier {tier} is not allowed (--allow {tier})"
    return f"the test has no mark for its tier, so it counts as {tier}: mark it with pytest.mark.read, write, ..."


def _finding_lines(outcome: Outcome) -> list[str]:
    return [f"{finding.check} {finding.pointer}: {finding.message}" for finding in outcome.findings]
