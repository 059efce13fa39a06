"""An exported test fails against the fault that it was made of, and passes without: by check, vendor and form.

Newman and Bruno's CLI are looked for in `.venv/clients`, where `.ci/run` installs them, and then in PATH.
`FAULTS=all pytest suites/self/e2e/test_export_found.py` exports a finding of every row of `test_faults_found.py`,
and not only one of each check.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from test_faults_found import ROWS, Row, named, run

from harness.cli.main import main
from harness.results import archive
from harness.results.outcome import fingerprint
from harness.sandbox.process import Running, start

_CHECKS = sorted({row.check for row in ROWS})
FIRST_OF_ITS_KIND = tuple(
    next(row for row in sorted(ROWS, key=lambda row: row.vendor, reverse=bool(place % 2)) if row.check == check)
    for place, check in enumerate(_CHECKS)
)
"""One row of each check, of this vendor and that by turns."""
CHOSEN = ROWS if os.environ.get("FAULTS") == "all" else FIRST_OF_ITS_KIND
INSTALL = "npm install --prefix .venv/clients newman @usebruno/cli"
CLIENTS = Path(__file__).resolve().parents[3] / ".venv/clients/node_modules/.bin"
NEWMAN, BRU = (shutil.which(name, path=f"{CLIENTS}{os.pathsep}{os.environ['PATH']}") for name in ("newman", "bru"))
SLOW_TO_MINIMISE = frozenset({"deleted_gone"})
"""What keeps each record that is made: every try would wait for its removal."""
IN_CLIENTS = tuple(
    row for row in FIRST_OF_ITS_KIND
    if row.check in ("status", "body", "negative_data_rejection", "change_kept", "page_repeats")
)  # fmt: skip


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run in which every row's fault strikes its operation."""
    folder = tmp_path_factory.mktemp("spoiled")
    run(folder, CHOSEN, *(row.rule for row in CHOSEN))
    return folder


@pytest.fixture(scope="module")
def wrong() -> Iterator[Running]:
    """A sandbox with all of the faults."""
    with start(faults=[row.rule for row in CHOSEN]) as running:
        yield running


@pytest.fixture(scope="module")
def right() -> Iterator[Running]:
    with start() as running:
        yield running


def variables(sandbox: Running) -> dict[str, str]:
    """What an exported test reads from the environment, of a sandbox as new: it gives out few tokens in ten minutes."""
    httpx.post(f"{sandbox.urls['control']}/reset")
    zendesk, zoho = sandbox.credentials["zendesk"], sandbox.credentials["zoho"]
    return {
        "ZENDESK_URL": sandbox.urls["zendesk"],
        "ZENDESK_USER": zendesk["user"],
        "ZENDESK_TOKEN": zendesk["token"],
        "ZOHO_URL": sandbox.urls["zoho"],
        "ZOHO_TOKEN_URL": sandbox.urls["accounts"],
        "ZOHO_TOKEN": zoho["refresh_token"],
        "ZOHO_CLIENT_ID": zoho["client_id"],
        "ZOHO_CLIENT_SECRET": zoho["client_secret"],
        "ZOHO_ORG_ID": "730000001",
    }


def exported(row: Row, kept: Path, folder: Path, *words: str) -> None:
    """Export what the row's test found."""
    (outcome,) = [one for one in archive.load(kept).outcomes if one.key == row.key]
    finding = next(one for one in outcome.findings if one.check == row.check)
    words = (fingerprint(finding), "--run", str(kept), "-o", str(folder), "--fault", row.rule, *words)
    assert main(["export", *words]) == 0


def outcome(command: list[str], folder: Path, sandbox: Running) -> tuple[int, str]:
    """The exit code of a command with the variables of a sandbox, and what it printed."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    done = subprocess.run(command, cwd=folder, env=clean | variables(sandbox), capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("row", CHOSEN, ids=lambda row: f"{named(row)}-{row.check}")
def test_the_pytest_file_fails_against_the_fault_and_passes_without(
    row: Row, kept: Path, wrong: Running, right: Running, tmp_path: Path
) -> None:
    exported(row, kept, tmp_path, *(() if row.check in SLOW_TO_MINIMISE else ("--minimise",)))
    (path,) = tmp_path.glob("test_*.py")
    assert "harness" not in path.read_text()
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:harness", path.name]
    code, printed = outcome(command, tmp_path, wrong)
    assert (code, "1 failed" in printed) == (1, True), printed
    before = rows(right)
    code, printed = outcome(command, tmp_path, right)
    assert code == 0, printed
    assert rows(right) == before, "what the test made is still there"


def rows(sandbox: Running) -> dict[str, int]:
    """How many records of each kind the sandbox holds, its log of changes and calls aside."""
    state = httpx.get(f"{sandbox.urls['control']}/state").json()
    return {
        f"{vendor} {table}": len(content["rows"])
        for vendor, tables in state.items()
        for table, content in tables.items()
        if isinstance(content, dict) and isinstance(content.get("rows"), dict) and table in ("tickets", "organizations")
    }


@pytest.mark.skipif(not NEWMAN, reason=f"Newman is not installed: {INSTALL}")
@pytest.mark.parametrize("row", IN_CLIENTS, ids=lambda row: f"{named(row)}-{row.check}")
def test_the_postman_collection_fails_against_the_fault_and_passes_without(
    row: Row, kept: Path, wrong: Running, right: Running, tmp_path: Path
) -> None:
    exported(row, kept, tmp_path, "--as", "postman")
    (path,) = tmp_path.glob("*.postman_collection.json")
    for sandbox, expected in ((wrong, 1), (right, 0)):
        given = [word for pair in variables(sandbox).items() for word in ("--env-var", "=".join(pair))]
        report = tmp_path / "report.json"
        reporters = ["--reporters", "json", "--reporter-json-export", str(report)]
        code, printed = outcome([str(NEWMAN), "run", str(path), *given, *reporters], tmp_path, sandbox)
        failures = json.loads(report.read_text())["run"]["failures"]
        assert (code, len(failures)) == (expected, expected), printed
        assert not failures or failures[0]["error"]["name"] == "AssertionError"


@pytest.mark.skipif(not BRU, reason=f"Bruno's CLI is not installed: {INSTALL}")
@pytest.mark.parametrize("row", IN_CLIENTS, ids=lambda row: f"{named(row)}-{row.check}")
def test_the_bruno_collection_fails_against_the_fault_and_passes_without(
    row: Row, kept: Path, wrong: Running, right: Running, tmp_path: Path
) -> None:
    exported(row, kept, tmp_path, "--as", "bruno")
    (folder,) = tmp_path.glob("finding_*")
    assert outcome([str(BRU), "run"], folder, wrong)[0] == 1
    code, printed = outcome([str(BRU), "run"], folder, right)
    assert code == 0, printed
