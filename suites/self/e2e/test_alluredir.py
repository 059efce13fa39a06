"""pytest with workers and --alluredir, and deskcheck run without, give one result set, and no secret in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from harness.cli.run import PROGRAM
from harness.sandbox.state import build

ROOT = Path(__file__).parents[3]
# A few reads of both vendors, one of them with a fault, and a hand-written test.
SELECTION = [
    "--only", "zendesk:ListTags", "--only", "zendesk:ListGroups", "--only", "zoho:getTags",
    "--only", "zendesk:test_what_was_sent*", "--budget", "1", "--seed", "1", "--fault", "server_error:ListGroups",
]  # fmt: skip


def start(*command: str) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=dict(os.environ), check=False)
    assert done.returncode == 1, done.stdout + done.stderr


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """What `--alluredir` named, what stands in that run's folder, and what `deskcheck run` wrote."""
    place = tmp_path_factory.mktemp("alluredir")
    given, first, second = place / "given", place / "first", place / "second"
    session = ["-m", "pytest", "suites", "-q", "-n", "2", f"--alluredir={given}", "--report-dir", str(first)]
    start(sys.executable, *session, *SELECTION)
    start(*PROGRAM, "run", "--workers", "1", "--report-dir", str(second), *SELECTION)
    return given, first / "allure-results", second / "allure-results"


def results(folder: Path) -> dict[str, dict[str, Any]]:
    rows = [json.loads(path.read_text()) for path in folder.glob("*-result.json")]
    return {row["fullName"]: row for row in rows}


def test_the_named_folder_holds_what_the_run_wrote_and_nothing_else(folders: tuple[Path, Path, Path]) -> None:
    given, of_the_run, _ = ({path.name: path.read_bytes() for path in folder.iterdir()} for folder in folders)
    assert given == of_the_run


def test_both_commands_give_the_same_results(folders: tuple[Path, Path, Path]) -> None:
    def lasting(row: dict[str, Any]) -> dict[str, Any]:
        names = ("historyId", "testCaseId", "name", "status", "labels", "titlePath", "parameters", "description")
        return {name: row.get(name) for name in names}

    given, _, of_the_command = (results(folder) for folder in folders)
    assert {"zendesk:ListTags", "zendesk:ListGroups", "zendesk:test_what_was_sent_can_be_read"} <= given.keys()
    assert {key: lasting(row) for key, row in given.items()} == {
        key: lasting(row) for key, row in of_the_command.items()
    }


def test_a_server_error_has_its_evidence_and_its_severity(folders: tuple[Path, Path, Path]) -> None:
    row = results(folders[0])["zendesk:ListGroups"]
    assert row["status"] == "failed"
    assert {"name": "severity", "value": "critical"} in row["labels"]
    attached = [one for step in row["steps"] for one in step.get("attachments", ())]
    assert {one["name"] for one in attached} == {"request", "answer", "curl"}
    assert all((folders[0] / one["source"]).stat().st_size for one in attached)


def test_no_file_holds_a_secret(folders: tuple[Path, Path, Path]) -> None:
    credentials = [pair for org in build().vendors.values() for pair in org.service.credentials.items()]
    secrets = [value.encode() for name, value in credentials if "token" in name or "secret" in name]
    assert secrets
    for folder in folders:
        for path in folder.iterdir():
            assert not [secret for secret in secrets if secret in path.read_bytes()], path.name
