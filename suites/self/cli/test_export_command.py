"""deskcheck export: a finding of a kept run, written as a test of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from test_replay_command import odd

from harness.checks.run_findings import failed_test, no_answer
from harness.cli.export import FORMS
from harness.cli.main import main
from harness.exchange import Request
from harness.finding import Finding
from harness.results.outcome import fingerprint

SECRETS = ("sandbox-admin-token", "admin@example.com")


@pytest.fixture
def export(keep, orgs, tmp_path, capsys):
    """`export(...)` exports the finding of a kept run into a folder: the exit code, and all that was printed."""
    folder = keep("kept", odd(), target="help")

    def write(*words: str) -> tuple[int, str]:
        code = main(["export", fingerprint(odd()), "--run", str(folder), "-o", str(tmp_path / "out"), *words])
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return write


def test_a_file_is_written_that_names_the_variables_of_the_target(export, tmp_path: Path) -> None:
    code, printed = export()
    assert code == 0, printed
    (path,) = (tmp_path / "out").iterdir()
    text = path.read_text()
    assert 'os.environ["HELP_TOKEN"]' in text
    assert not [secret for secret in SECRETS if secret in text + printed]
    assert "not there any more" in printed
    assert f"pytest {path}" in printed


def test_the_file_runs_without_deskcheck(export, tmp_path: Path) -> None:
    export()
    (path,) = (tmp_path / "out").iterdir()
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith("PYTEST") and name != "PYTHONPATH"
    }
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:harness", path.name]
    done = subprocess.run(
        command, cwd=path.parent, env=clean | {"HELP_USER": "admin@example.com/token"}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def test_what_may_have_been_changed_is_not_overwritten(export, tmp_path: Path) -> None:
    export()
    code, printed = export()
    assert code == 2
    assert "is there already" in printed
    assert "-o" in printed


def test_a_collection_is_written_for_each_client(export, tmp_path: Path) -> None:
    assert export("--as", "postman")[0] == 0
    assert export("--as", "bruno")[0] == 0
    names = sorted(path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*"))
    folder = f"finding_{fingerprint(odd())}"
    collection = f"{folder}.postman_collection.json"
    assert names == [folder, collection, f"{folder}/01 CountTickets.bru", f"{folder}/bruno.json"]
    assert json.loads((tmp_path / "out" / collection).read_text())["item"][0]["name"] == "1 CountTickets"


def test_what_is_not_needed_is_left_out(keep, orgs, tmp_path: Path, capsys) -> None:
    words = ("--run", str(keep("embedded", odd())), "-o", str(tmp_path / "out"), "--minimise")
    assert main(["export", fingerprint(odd()), *words, "--fault", "undocumented_status:zendesk:CountTickets"]) == 0
    assert "still there" in capsys.readouterr().out
    (path,) = (tmp_path / "out").iterdir()
    assert 'client.get("/api/v2/tickets/count")' in path.read_text()


def unanswered() -> Finding:
    """A finding about a request that no answer came to, on a machine that is no more."""
    request = Request("GET", "http://127.0.0.1:1/zendesk/api/v2/tickets/count", (("accept", "application/json"),))
    (finding,) = no_answer("zendesk:CountTickets", "no usable answer came: ReadTimeout", request)
    return finding


def test_a_request_without_an_answer_is_sent_and_any_answer_will_do(keep, orgs, tmp_path: Path, capsys) -> None:
    words = [fingerprint(unanswered()), "--run", str(keep("kept", unanswered())), "-o", str(tmp_path / "out")]
    for form in FORMS:
        assert main(["export", *words, "--as", form, "--minimise", "--fault", "cut:zendesk:CountTickets"]) == 0
        assert "still there" in capsys.readouterr().out
    (path,) = (tmp_path / "out").glob("test_*.py")
    text = path.read_text()
    assert 'client.get("/api/v2/tickets/count", headers={"accept": "application/json"})' in text
    assert "auth=(" in text, "the request is signed as the run's was"
    compile(text, path, "exec")


def test_once_an_answer_comes_the_finding_is_gone(keep, orgs, tmp_path: Path, capsys) -> None:
    words = [fingerprint(unanswered()), "--run", str(keep("kept", unanswered(), target="help"))]
    assert main(["export", *words, "-o", str(tmp_path / "out")]) == 0
    assert "not there any more" in capsys.readouterr().out
    assert main(["replay", *words]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("The finding is gone.")
    assert "no answer" in shown


def test_an_assertion_of_a_hand_written_test_has_no_such_form(keep, orgs, capsys) -> None:
    (finding,) = failed_test("zendesk:test_tags", "expected two tags")
    assert main(["export", fingerprint(finding), "--run", str(keep("kept", finding))]) == 2
    assert "deskcheck run --only zendesk:test_tags" in capsys.readouterr().err


def test_an_unknown_finding_names_those_there_are(keep, orgs, capsys) -> None:
    assert main(["export", "ffff", "--run", str(keep("kept", odd()))]) == 2
    assert fingerprint(odd()) in capsys.readouterr().err
