"""deskcheck sweep: it names what is left and where it looked, and leaves alone what a run still needs."""

from __future__ import annotations

import base64
import json
import shutil
import urllib.error
import urllib.request

import pytest

from harness.cli.main import main
from harness.ledger import Ledger, claim
from harness.resources.cleanup import CleanupStep


@pytest.fixture
def left(tmp_path, monkeypatch):
    """The folder of a run that made a record and did not take it back."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "reports" / "one"
    with Ledger.open(folder / "ledger.ndjson") as ledger:
        cleanup_steps = [CleanupStep("DELETE", "/api/v2/tickets/{id}")]
        entry = ledger.begin_create(
            "zendesk", "zendesk:CreateTicket", "POST", "/api/v2/tickets", ["ticket"], cleanup_steps
        )
        ledger.created(entry, "35")
    return folder


def test_what_is_left_is_named(left, capsys):
    assert main(["sweep", "--all", "--dry-run"]) == 0
    assert capsys.readouterr().out == "one: 1 to take back\n  zendesk /api/v2/tickets 35\n"


def test_a_run_that_is_going_on_keeps_what_it_made(left, capsys):
    with claim.begin(left):
        assert main(["sweep", "--all"]) == 0
        assert "left alone" in capsys.readouterr().out
        assert main(["sweep", "--run", "one"]) == 2
    assert Ledger.read(left).open_entries()


def test_runs_may_lie_elsewhere(left, tmp_path, monkeypatch, capsys):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert main(["sweep", "--all", "--dry-run", "--report-dir", str(left.parent)]) == 0
    assert capsys.readouterr().out.startswith("one: 1 to take back")


def test_what_a_worker_still_wrote_while_the_sweep_waited_is_taken_back(left, monkeypatch, capsys):
    """The ledger is read when no process of the run is left, not before."""
    ended = iter([False, False, True])
    monkeypatch.setattr(claim.Claim, "exclude_workers", lambda self, folder: next(ended))

    def late(_):
        with Ledger.open(left / "ledger.ndjson", "gw0") as ledger:
            cleanup_steps = [CleanupStep("DELETE", "/api/v2/tickets/{id}")]
            ledger.begin_create("zendesk", "zendesk:CreateTicket", "POST", "/api/v2/tickets", ["ticket"], cleanup_steps)

    monkeypatch.setattr(claim.take, "__kwdefaults__", claim.take.__kwdefaults__ | {"sleep": late})
    assert main(["sweep", "--all", "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "waiting for its workers to end" in said
    assert "one: 2 to take back" in said


def test_workers_that_do_not_end_keep_only_their_own_run_from_the_sweep(left, monkeypatch, capsys):
    exclude = claim.Claim.exclude_workers
    monkeypatch.setattr(
        claim.Claim, "exclude_workers", lambda self, folder: folder.name != "hung" and exclude(self, folder)
    )
    monkeypatch.setattr(claim.take, "__kwdefaults__", claim.take.__kwdefaults__ | {"sleep": lambda _: None})
    monkeypatch.setattr(claim, "WORKERS_END_SECONDS", 0.0)
    shutil.copytree(left, left.parent / "hung")
    assert main(["sweep", "--all", "--dry-run"]) == 4
    said = capsys.readouterr().out
    assert "have not ended" in said
    assert "one: 1 to take back" in said


def test_where_nothing_was_found_is_named(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["sweep", "--all"]) == 0
    assert str(tmp_path / "reports") in capsys.readouterr().out


@pytest.mark.parametrize("words", [[], ["--all", "--run", "one"], ["--run", "nobody"]])
def test_wrong_use_is_told(words, left, capsys):
    assert main(["sweep", *words]) == 2
    assert capsys.readouterr().err.startswith("deskcheck: ")


def asked(sandbox, method, path, body=None):
    """What the sandbox itself answers, past deskcheck."""
    credentials = f"{sandbox.credentials['zendesk']['user']}:{sandbox.credentials['zendesk']['token']}"
    request = urllib.request.Request(
        sandbox.urls["zendesk"] + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={
            "authorization": f"Basic {base64.b64encode(credentials.encode()).decode()}",
            "content-type": "application/json",
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, None


@pytest.mark.parametrize("target", ["help", "embedded"])
def test_a_run_of_the_time_when_a_vendor_had_one_org_is_swept(tmp_path, sandbox, orgs, target, capsys):
    """Its ledger names vendors alone, and its manifest the target of each."""
    _, created = asked(sandbox, "POST", "/api/v2/groups", {"group": {"name": f"left by an old run on {target}"}})
    record = str(created["group"]["id"])
    events = [
        {"event": "open", "run": "old", "writer": "main"},
        {"event": "intend", "entry": "main-1", "vendor": "zendesk", "operation": "zendesk:CreateGroup",
         "method": "POST", "path": "/api/v2/groups", "kinds": ["group"],
         "undo": [["DELETE", "/api/v2/groups/{id}", None]]},
        {"event": "made", "entry": "main-1", "ids": [record]},
    ]  # fmt: skip
    folder = tmp_path / "old"
    folder.mkdir()
    (folder / "ledger.ndjson").write_text("".join(json.dumps(event) + "\n" for event in events))
    (folder / "order.json").write_text(json.dumps({"id": "old", "targets": {"zendesk": target}}))
    assert main(["sweep", "--run", str(folder)]) == 0, capsys.readouterr()
    assert Ledger.read(folder).open_entries() == ()
    is_there = asked(sandbox, "GET", f"/api/v2/groups/{record}")[0] == 200
    assert is_there is (target == "embedded"), "what was in an embedded sandbox went with its process"
