"""The end of a run as a value: what was found, what is left, what was refused, and what could not be done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple, cast

import pytest
from configured import load

from harness.errors import GateError, UnfinishedError
from harness.finding import Finding
from harness.ledger import Ledger
from harness.planning.job import LEDGER, Job
from harness.planning.org_part import OrgPart
from harness.planning.run_context import RunContext
from harness.planning.run_options import RunOptions
from harness.policy.permit import Permit
from harness.resources.cleanup import CleanupStep
from harness.results import archive, baseline
from harness.results.outcome import Outcome, State, fingerprint
from harness.risk.tier import Tier
from harness.run import controller as controller_module
from harness.run.controller import Controller
from harness.run.run_folder import RunFolder
from harness.run.worker import Worker
from harness.settings import Settings
from harness.target import Credentials, Target
from harness.vendors.evidence import Proof

TARGET = Target("acme", "zendesk", "https://acme.zendesk.example", Credentials("none"))
PERMIT = Permit(frozenset({Tier.READ, Tier.WRITE}), proof=Proof.SANDBOX, confirmed="acme")
PASSED = Outcome("zendesk:ListGroups", "zendesk", "GET", "/", "groups", "read", "get", State.PASSED, succeeded=True)
SOURCE = "specs/zendesk/support.yaml:7"


class WayOut(NamedTuple):
    """What was refused, and who wanted it."""

    what: str
    caller: str


class Sandbox:
    """A process that remembers that it was stopped."""

    stopped = False

    def stop(self) -> None:
        self.stopped = True


@pytest.fixture
def begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Controller]:
    """A controller whose teardown ends so."""

    def controller(teardown: Callable[[Worker], list[str]] = lambda worker: [], **options: Any) -> Controller:
        monkeypatch.setattr(Worker, "teardown", lambda worker, show: teardown(worker))
        monkeypatch.setattr(controller_module.run_context, "versions", lambda context: {"deskcheck": "1"})
        monkeypatch.setattr(controller_module.positions, "sources", lambda documents, operations: {PASSED.key: SOURCE})
        monkeypatch.setattr(controller_module, "with_corrections", lambda outcomes, context: outcomes)
        job = Job("1", tmp_path, RunOptions(seed=7, **options), {"acme": TARGET}, {"acme": PERMIT})
        documents = SimpleNamespace(catalog=SimpleNamespace(by_key={PASSED.key: None}))
        settings = Settings({}, tmp_path)
        context = cast(RunContext, SimpleNamespace(documents=documents, settings=settings))
        return Controller(job, context, RunFolder.open(job), cast(Any, Sandbox()))

    return controller


def permit_of(run: Any) -> Mapping[str, Any]:
    return run.permit["zendesk"]


def test_a_run_says_what_was_left_out_and_why(begin: Any) -> None:
    controller = begin()
    controller.job = replace(
        controller.job, parts={"zoho": OrgPart(1, frozenset({"zoho:getTicket"}), "too few are left")}
    )
    assert "--partial: too few are left" in controller.close().notes


def test_a_run_says_what_it_was_about(begin: Any) -> None:
    controller = begin()
    controller.outcomes.append(PASSED)
    run = controller.close()
    assert (run.id, run.seed, run.targets, run.exit_code) == ("1", 7, {"zendesk": "acme"}, 0)
    assert run.orgs == {"acme": "zendesk"}
    assert run.outcomes == (replace(PASSED, source=SOURCE),)
    assert run.permit["tiers"] == permit_of(run)["tiers"] == ["read", "write"]
    assert (permit_of(run)["proof"], permit_of(run)["confirmed"]) == ("sandbox", "acme")


def test_a_way_to_log_in_that_will_end_is_a_note_and_no_failure(begin: Any) -> None:
    controller = begin()
    targets = {"acme": replace(TARGET, credentials=Credentials("basic", "me@example.com/token", "s3cret"))}
    controller.job = replace(controller.job, targets=targets)
    controller.outcomes.append(PASSED)
    run = controller.close()
    assert run.exit_code == 0
    (note,) = run.notes
    assert note.startswith("acme: auth basic: ")
    assert "2027-04-30" in note


def test_two_outcomes_of_one_operation_are_merged(begin: Any) -> None:
    controller = begin()
    controller.outcomes.append(PASSED)
    controller.outcomes.append(PASSED)
    assert [outcome.key for outcome in controller.close().outcomes] == [PASSED.key]


def test_what_was_tried_past_the_gate_is_told_once_and_ends_no_run_clean(begin: Any) -> None:
    controller = begin()
    controller.outcomes.append(PASSED)
    controller.add_attempts([WayOut("a connection to 192.0.2.1:80", "test_a.py:3")] * 2)
    run = controller.close()
    assert run.exit_code == GateError.exit_code
    assert run.notes == ("a connection to 192.0.2.1:80 past the guard was refused; test_a.py:3 wanted it",)


def test_operations_have_the_place_in_their_document_and_tests_bring_their_own(begin) -> None:
    controller = begin()
    written = replace(PASSED, key="zendesk:test_a", method="", path="test_a", source="suites/test_a.py:3")
    controller.outcomes += [PASSED, written, replace(PASSED, key="zendesk:Unknown")]
    sources = {outcome.key: outcome.source for outcome in controller.close().outcomes}
    assert sources == {PASSED.key: SOURCE, written.key: written.source, "zendesk:Unknown": ""}


def test_what_could_not_be_taken_back_is_the_gravest(begin: Any) -> None:
    controller = begin(lambda worker: ["acme: /api/v2/tickets 35"])
    controller.outcomes.append(PASSED)
    run = controller.close()
    assert run.leftovers == ("acme: /api/v2/tickets 35",)
    assert run.exit_code == 5


def test_a_teardown_that_breaks_still_names_what_is_there(begin: Any, tmp_path: Path) -> None:
    def broken(worker: Worker) -> list[str]:
        raise ValueError("a bug")

    controller = begin(broken)
    ledger: Ledger = controller.folder.ledger
    entry = ledger.begin_create(
        "acme", "zendesk:CreateTicket", "POST", "/api/v2/tickets", ["ticket"],
        [CleanupStep("DELETE", "/api/v2/tickets/{id}")],
    )  # fmt: skip
    ledger.created(entry, "35")
    run = controller.close()
    assert run.leftovers == ("acme: /api/v2/tickets 35",)
    assert "an error of deskcheck itself" in run.notes[0]
    assert isinstance(controller.trouble[0], UnfinishedError)


def test_a_ledger_that_is_lost_is_said_of_the_run(begin: Any, tmp_path: Path) -> None:
    controller = begin()
    (tmp_path / LEDGER).unlink()
    run = controller.close()
    assert run.lost
    assert run.exit_code == 5


def test_the_sandbox_is_stopped_even_where_the_end_is_interrupted(begin: Any) -> None:
    def interrupted(worker: Worker) -> list[str]:
        raise KeyboardInterrupt

    controller = begin(interrupted)
    with pytest.raises(KeyboardInterrupt):
        controller.close()
    assert controller.sandbox.stopped


def test_a_run_began_when_its_controller_did(begin: Any) -> None:
    controller = begin()
    controller.started_at = 0.0
    assert controller.started == "1970-01-01T00:00:00+00:00"


def test_what_the_baseline_has_does_not_fail_a_run_and_what_it_lacks_does(begin: Any) -> None:
    known = Finding(PASSED.key, "body", 200, "/groups/0/name", "null, not text", "type string")
    new = replace(known, pointer="/count")
    bad = replace(PASSED, state=State.FINDINGS, findings=(known,))
    for findings, code in (((known,), 0), ((known, new), 1)):
        controller = begin()
        documents = SimpleNamespace(catalog=SimpleNamespace(by_key={PASSED.key: None}))
        controller.context = SimpleNamespace(documents=documents, settings=Settings({}, controller.job.folder))
        controller.baseline = baseline.next_of(replace(controller.close(), outcomes=(bad,)))
        controller.outcomes.append(replace(bad, findings=findings))
        run = controller.close()
        assert (run.exit_code, run.against.known, len(run.against.new)) == (code, (fingerprint(known),), code)
        assert archive_roundtrip(run, controller.job.folder) == run.against


def archive_roundtrip(run: Any, folder: Path) -> Any:
    """What a run says of its baseline, once it was saved and read again."""
    archive.save(run, folder)
    return archive.load(folder).against


def test_the_variable_of_a_secret_that_is_sent_as_it_is_is_kept_and_no_other(tmp_path) -> None:
    configured = load(tmp_path, '[targets.sent]\nvendor = "zendesk"\nbase_url = "https://a.example"\n'
                      'auth = "bearer"\nsecret_env = "ACME_TOKEN"\n'
                      '[targets.kept]\nvendor = "zendesk"\nbase_url = "https://b.example"\n'
                      'auth = "bearer"\nsecret = "file:token"\n'
                      '[targets.granted]\nvendor = "zendesk"\nbase_url = "https://c.example"\nauth = "oauth"\n'
                      'client_id = "me"\nclient_secret = "env:ACME_SECRET"\n')  # fmt: skip
    job = cast(Any, SimpleNamespace(targets=configured.targets))
    assert controller_module._secret_variables(job, configured) == {"sent": "ACME_TOKEN"}
