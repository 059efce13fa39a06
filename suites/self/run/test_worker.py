"""A worker connects each org once, tests a step to its outcome whatever happens, and stops where the org is away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import in_process
import pytest

from harness.errors import ForecastError, UnfinishedError
from harness.execution import teardown
from harness.execution.reproduce import send_until_certain
from harness.ledger import Ledger, LedgerLines, LostLedgerError
from harness.planning.forecast import forecasts
from harness.planning.job import LEDGER, Job
from harness.planning.run_context import RunContext
from harness.planning.run_options import RunOptions
from harness.results.outcome import Outcome, State
from harness.risk.tier import Tier
from harness.run import worker as worker_module
from harness.run.worker import Worker
from harness.settings import cache_folder
from harness.traffic.recording import RecordingAccount
from harness.transport import retry
from harness.transport.egress import EgressError

LIST, SHOW = "zendesk:ListGroups", "zendesk:ShowGroup"


def step(key: str, decision: str = "run", target: str = "acme") -> Any:
    operation = SimpleNamespace(key=key, vendor="zendesk", method="GET", path="/", resource="groups")
    assessment = SimpleNamespace(tier="read", rule="get")
    return SimpleNamespace(operation=operation, assessment=assessment, decision=decision, target=target)


def passed(step: Any, org: Any) -> Outcome:
    return Outcome(step.operation.key, "zendesk", "GET", "/", "groups", "read", "get", State.PASSED)


def failing(error: Exception) -> Callable[[Any, Any], Outcome]:
    def run(step: Any, org: Any) -> Outcome:
        raise error

    return run


class Client:
    """The part of an org that a worker closes; `stopped` says why nothing more is sent."""

    def __init__(self, stopped: str = "") -> None:
        self.stopped, self.open, self.recording = stopped, True, None

    def close(self) -> None:
        self.open = False


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Worker, list[Any]]]:
    """A worker whose steps run so, and the orgs that it connected."""

    def worker(run: Callable[[Any, Any], Outcome] = passed, *, stopped: str = "") -> tuple[Worker, list[Any]]:
        orgs: list[Any] = []

        def connect(job: Any, context: Any, name: str, ledger: Any) -> Any:
            orgs.append(SimpleNamespace(name=name, client=Client(stopped if name == "acme" else "")))
            return orgs[-1]

        monkeypatch.setattr(worker_module, "connect", connect)
        monkeypatch.setattr(worker_module.executor, "run", run)
        steps = (step(LIST), step(SHOW), step("zendesk:DeleteGroup", "refuse"), step(SHOW, target="other"))
        context = cast(RunContext, SimpleNamespace(plan=SimpleNamespace(steps=steps)))
        job = Job("1", tmp_path, RunOptions(), cast(Any, {"acme": None, "other": None}), {})
        return Worker(job, context, "gw0", open_ledger=Ledger.open(tmp_path / LEDGER)), orgs

    return worker


def test_an_org_is_connected_once_and_only_when_it_is_needed(make: Any) -> None:
    worker, orgs = make()
    assert orgs == []
    assert [worker.run("acme", LIST).state, worker.run("acme", SHOW).state] == [State.PASSED, State.PASSED]
    assert [org.name for org in orgs] == ["acme"]


def test_an_outage_stops_the_steps_that_would_be_sent(make: Any) -> None:
    worker, _ = make(failing(UnfinishedError("the org answers no request any more")))
    assert worker.run("acme", LIST).detail == "the org answers no request any more"
    later = worker.run("acme", SHOW)
    assert (later.state, later.detail) == (State.ERROR, "not tried: the org answers no request any more")


def test_an_outage_that_only_the_client_noticed_stops_the_rest_too(make: Any) -> None:
    worker, _ = make(stopped="the org is away")
    assert worker.run("acme", LIST).state is State.PASSED
    assert worker.run("acme", SHOW).detail == "not tried: the org is away"


def test_an_outage_of_one_org_does_not_stop_the_other(make: Any) -> None:
    worker, orgs = make(stopped="the org is away")
    worker.run("acme", LIST)
    assert worker.run("acme", SHOW).state is State.ERROR
    assert worker.run("other", SHOW).state is State.PASSED
    assert [org.name for org in orgs] == ["acme", "other"]


def test_a_lost_ledger_stops_every_org(make: Any) -> None:
    worker, _ = make(failing(LostLedgerError("the ledger is lost")))
    worker.run("acme", LIST)
    assert worker.run("other", SHOW).detail == "not tried: the ledger is lost"


def test_what_is_refused_by_plan_is_no_victim_of_an_outage(make: Any) -> None:
    worker, _ = make(stopped="the org is away")
    worker.run("acme", LIST)
    assert worker.run("acme", "zendesk:DeleteGroup").state is State.PASSED


@pytest.mark.parametrize(
    ("error", "detail"),
    [
        (EgressError("a connection past the guard"), "a connection past the guard"),
        (ValueError("a bug"), "an error of deskcheck itself, ValueError"),
    ],
)
def test_one_operation_that_breaks_ends_nothing_else(make: Any, error: Exception, detail: str) -> None:
    worker, _ = make(failing(error))
    outcome = worker.run("acme", LIST)
    assert outcome.state is State.ERROR
    assert outcome.detail.startswith(detail)
    assert worker.stopped == {}


def test_a_worker_that_never_needed_its_ledger_has_no_lines(tmp_path: Path) -> None:
    job = Job("1", tmp_path / "gone", RunOptions(), {}, {})
    idle = Worker(job, cast(RunContext, None), "gw7")
    assert idle.unsent_lines() == LedgerLines("gw7", 1, ())


def test_closing_closes_every_org_and_leaves_an_account(make: Any) -> None:
    worker, orgs = make()
    worker.run("acme", LIST)
    worker.close()
    assert not orgs[0].client.open
    assert worker.account == RecordingAccount()


SELECTIONS = [
    RunOptions(allow=(Tier.READ,), budget=1, only=("zendesk:List*s",)),
    RunOptions(allow=(Tier.READ, Tier.WRITE), budget=3, only=("zoho:*Task*",), seed=3),
    RunOptions(allow=tuple(Tier), budget=2, only=("zendesk:*Group",)),
]


@pytest.mark.parametrize("options", SELECTIONS, ids=lambda options: f"{options.only[0]} {options.budget}")
@pytest.mark.parametrize("share", [0, 20], ids=["sound", "one answer in 20 lost"])
def test_no_more_is_sent_than_was_forecast_and_no_test_ends_for_want_of_requests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: RunOptions, share: int
) -> None:
    """All operations of a selection, and what takes their records back, as two workers and the controller do it."""
    monkeypatch.setattr(worker_module.executor, "send_until_certain", without_pauses)
    monkeypatch.setattr(teardown, "PAUSES", (0.0,) * len(teardown.PAUSES))
    monkeypatch.setattr(teardown, "SECOND_ROUND_SECONDS", 0.0)
    monkeypatch.setattr(retry.time, "sleep", lambda seconds: None)
    with in_process.lab(tmp_path, cache_folder(), options=options) as place:
        if share:
            place.losing = lambda request: "" if len(place.sent) % share else "after"
        context = place.run_context
        workers = [
            Worker(replace(place.job, workers=2), context, f"gw{at}", place.ledger(f"gw{at}"), keeps_forecast=True)
            for at in range(2)
        ]
        running = context.plan.running
        outcomes = [workers[at % 2].run(step.target, step.operation.key) for at, step in enumerate(running)]
        place.losing = lambda request: ""
        controller = Worker(place.job, context, open_ledger=place.ledger(), keeps_forecast=True)
        assert controller.teardown() == []
        most = sum(row.most for row in forecasts(context).values())
    assert [outcome.key for outcome in outcomes if outcome.detail == ForecastError().what] == []
    assert sum(outcome.requests for outcome in outcomes) > 0
    assert len(place.sent) <= most


def without_pauses(*arguments: Any, **more: Any) -> Any:
    return send_until_certain(*arguments, sleep=lambda seconds: None, **more)
