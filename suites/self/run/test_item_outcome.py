"""What pytest shows of a test: passed, failed, or skipped with the reason, as its outcome has it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from harness.exchange import Exchange, Request, Response
from harness.ledger import LedgerLines
from harness.masking import MASK
from harness.results import archive
from harness.results.outcome import NOT_JUDGED, Outcome, State
from harness.run import channel, item_outcome
from harness.run.item_outcome import OUTCOME, WORKER, add_to_report, exchange_step, run_operation, source_of, tier_of
from harness.secret_references import SecretReference
from harness.settings import Settings, Unresolved
from harness.target import Credentials, Target

KEY = "zendesk:ShowTicket"


def hold(state: State) -> None:
    """Run the fixture's function on an operation that ends in this state."""
    outcome = Outcome(KEY, "zendesk", "GET", "/api/v2/tickets/{id}", "Tickets", "read", "get", state, "why")
    config = SimpleNamespace(stash={WORKER: SimpleNamespace(run=lambda target, key: outcome)})
    item: Any = SimpleNamespace(config=config, stash={})
    run_operation(item, "acme", KEY)


def test_what_was_judged_good_passes() -> None:
    hold(State.PASSED)


@pytest.mark.parametrize("state", sorted(NOT_JUDGED))
def test_what_was_not_judged_is_skipped_with_the_reason(state: State) -> None:
    with pytest.raises(pytest.skip.Exception, match=f"{state}: why"):
        hold(state)


@pytest.mark.parametrize("state", sorted({State.FINDINGS, State.ERROR}))
def test_what_has_findings_or_no_verdict_fails(state: State) -> None:
    with pytest.raises(pytest.fail.Exception, match=f"{KEY}: {state} why"):
        hold(state)


CALL: Any = SimpleNamespace(start=1_795_762_322.713)
PASSED = Outcome(KEY, "zendesk", "GET", "/api/v2/tickets/{id}", "Tickets", "read", "get", State.PASSED)


def passed_item(*, in_worker: bool = False) -> Any:
    """An item whose operation has passed."""
    stash = pytest.Stash()
    stash[OUTCOME] = PASSED
    config = SimpleNamespace(stash=pytest.Stash())
    if in_worker:
        config.workerinput = {}
        config.stash[WORKER] = SimpleNamespace(unsent_lines=lambda: LedgerLines("gw0", 3, ("a line",)))
    return SimpleNamespace(config=config, stash=stash)


def report_of(when: str, *, passed: bool = True) -> Any:
    return SimpleNamespace(when=when, passed=passed)


def test_the_outcome_crosses_on_the_report_of_the_call() -> None:
    report = report_of("call")
    add_to_report(passed_item(), CALL, report)
    assert archive.decode(getattr(report, channel.OUTCOME).encode()) == replace(PASSED, at=CALL.start)


@pytest.mark.parametrize(
    ("when", "passed", "told"), [("setup", True, False), ("setup", False, True), ("teardown", True, False)]
)
def test_a_phase_before_or_after_the_call_brings_it_only_where_there_is_no_call(
    when: str, passed: bool, told: bool
) -> None:
    report = report_of(when, passed=passed)
    add_to_report(passed_item(), CALL, report)
    assert hasattr(report, channel.OUTCOME) is told


def test_a_worker_sends_its_new_ledger_lines_with_every_phase() -> None:
    report = report_of("setup")
    add_to_report(passed_item(in_worker=True), CALL, report)
    assert channel.decode_ledger_lines(getattr(report, channel.LEDGER_LINES)) == LedgerLines("gw0", 3, ("a line",))


def test_the_last_exchange_of_a_failed_test_is_a_step_with_its_evidence() -> None:
    request = Request("GET", "https://org.example.com/api/v2/tags", (("authorization", "Basic ~masked~"),))
    step = exchange_step(Exchange(request, Response(200, (), b"[]"), 5.0), "zendesk")
    assert step.name == "last: GET https://org.example.com/api/v2/tags answered 200"
    assert [attached.name for attached in step.attachments] == ["request", "answer", "curl"]
    assert b"curl -sS" in step.attachments[2].content


@pytest.mark.parametrize("scheme", ["Basic", "Bearer"])
def test_its_curl_names_the_variable_in_which_the_target_keeps_its_secret(scheme: str) -> None:
    request = Request("GET", "https://org.example.com/api/v2/tags", (("authorization", f"{scheme} {MASK}"),))
    exchange = Exchange(request, Response(200, (), b"[]"), 5.0)
    *_, own = exchange_step(exchange, "zendesk", "ACME_TOKEN").attachments
    *_, other = exchange_step(exchange, "zendesk").attachments
    assert b"$ACME_TOKEN" in own.content or b"${ACME_TOKEN}" in own.content
    assert b"ZENDESK" in other.content
    assert own.content.replace(b"ACME_TOKEN", b"ZENDESK_TOKEN") == other.content


@pytest.mark.parametrize(
    ("marks", "tier"),
    [
        ((), "destructive"),
        (("read",), "read"),
        (("write",), "write"),
        (("write", "destructive"), "destructive"),
    ],
)
def test_a_hand_written_test_is_of_the_highest_tier_that_it_is_marked_with(marks: tuple[str, ...], tier: str) -> None:
    item: Any = SimpleNamespace(get_closest_marker=lambda name: name if name in marks else None)
    assert str(tier_of(item)) == tier


@pytest.mark.parametrize(("line", "shown"), [(0, 1), (41, 42), (None, 1)])
def test_a_test_has_the_line_of_its_function(line: int | None, shown: int, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    item: Any = SimpleNamespace(path=tmp_path / "suites" / "test_a.py", location=("suites/test_a.py", line, "test_a"))
    assert source_of(item) == f"suites/test_a.py:{shown}"


def test_the_last_exchange_of_a_test_goes_by_the_variable_of_its_target() -> None:
    target = Target("acme", "zendesk", "https://org.example.com", Credentials("bearer"))
    secret = SecretReference("env:ACME_TOKEN", "secret_env", "deskcheck.toml:1", Path())
    settings = Settings({}, Path(), unresolved={"acme": Unresolved({"secret": secret}, None, "")})
    request = Request("GET", "https://org.example.com/api/v2/tags", (("authorization", f"Bearer {MASK}"),))
    exchange = Exchange(request, Response(200, (), b"[]"), 5.0)
    transport = SimpleNamespace(exchanges=SimpleNamespace(last=exchange))
    org = SimpleNamespace(target=target, client=SimpleNamespace(mask=lambda one: one, transport=transport))
    client: Any = SimpleNamespace(last=exchange, org=org)
    item: Any = SimpleNamespace(config=SimpleNamespace(stash=pytest.Stash()))
    item.config.stash[WORKER] = SimpleNamespace(context=SimpleNamespace(settings=settings))
    annotations = item_outcome._with_evidence(replace(PASSED, state=State.ERROR, statuses={"200": 1}), client, item)
    assert annotations is not None
    assert b"$ACME_TOKEN" in annotations.steps[-1].attachments[-1].content
