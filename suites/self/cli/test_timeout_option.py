"""--timeout: every client that a command makes has it, in whatever process and for whatever purpose."""

from __future__ import annotations

from typing import Any

import pytest

from harness import settings
from harness.cli.main import main
from harness.ledger import Ledger
from harness.planning import run_context
from harness.planning.run_options import RunOptions
from harness.resources.cleanup import CleanupStep
from harness.run.channel import decode_job, encode_job
from harness.run.opening import open_run
from harness.run.worker import Worker, context_for
from harness.transport import client
from harness.transport.network import Network


@pytest.fixture
def deadlines(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds of every network that was made."""
    made: list[float] = []

    def network(seconds: float, *route: Any) -> Network:
        made.append(seconds)
        return Network(seconds)

    monkeypatch.setattr(client, "open_network", network)
    return made


def create(ledger: Ledger) -> None:
    """Let the ledger hold a record that has to be taken back."""
    cleanup_steps = [CleanupStep("DELETE", "/api/v2/groups/{id}")]
    ledger.created(
        ledger.begin_create("help", "zendesk:CreateGroup", "POST", "/api/v2/groups", ["group"], cleanup_steps), "7"
    )


@pytest.mark.usefixtures("orgs")
def test_a_doctor_has_it(deadlines: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    main(["doctor", "--target", "help", "--timeout", "7"])
    assert deadlines == [7.0], capsys.readouterr().out


@pytest.mark.usefixtures("orgs")
def test_the_question_what_an_org_is_the_workers_and_teardown_have_it(deadlines: list[float], tmp_path) -> None:
    options = RunOptions(targets=("help", "desk"), report_dir=str(tmp_path / "run"), timeout=7.0)
    controller = open_run(run_context.build(options, settings.load()), workers=2)
    asked = len(deadlines)
    controller.folder.add_worker("gw0")
    job = decode_job(encode_job(controller.job))
    worker = Worker(job, context_for(job), name="gw0")
    for name in ("help", "desk"):
        worker.org(name)
    worker.close()
    create(controller.folder.ledger)
    controller.close()
    assert asked == 2
    assert deadlines == [7.0] * 5, "two questions, two sessions of the worker, one of the teardown"


@pytest.mark.usefixtures("orgs")
def test_a_sweep_has_it(deadlines: list[float], tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = RunOptions(targets=("help",), report_dir=str(tmp_path / "reports" / "one"))
    controller = open_run(run_context.build(options, settings.load()))
    create(controller.folder.ledger)
    controller.claim.close()
    deadlines.clear()
    assert main(["sweep", "--run", str(controller.job.folder), "--timeout", "7"]) == 0
    assert deadlines == [7.0]
