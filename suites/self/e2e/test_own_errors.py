"""An error of deskcheck itself, wherever it happens, ends a run with 4 and says so: never with 0, nor as a finding."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent))

from inject import DISK, HOOKS, PLACES

ROOT = Path(__file__).resolve().parents[3]
SOME = ("--only", "zendesk:ListGroups", "--only", "zendesk:ShowGroup", "--only", "zendesk:CreateGroup",
        "--only", "zendesk:test_nobody*ShowGroup*")  # fmt: skip
DOOR = [sys.executable, "-c", "import sys; from harness.cli import main; sys.exit(main())", "run"]
PLAIN = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "suites/zendesk"]


def run(command: list[str], place: str, folder: Path, *words: str) -> tuple[int, str]:
    """Run with one place broken: exit code and all that was printed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    paths = os.pathsep.join([str(Path(__file__).parent), str(ROOT)])
    broken = {"INJECT": place, "PYTEST_ADDOPTS": "-p inject", "PYTHONPATH": paths}
    done = subprocess.run(
        [*command, "--allow", "read,write", "--budget", "3", "--report-dir", str(folder), *SOME, *words],
        cwd=ROOT, env=kept | broken, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def findings(folder: Path) -> list[str]:
    results = folder / "results.ndjson"
    lines = results.read_text().splitlines() if results.is_file() else []
    return [f"{one['key']}: {found['message']}" for one in map(json.loads, lines) for found in one["findings"]]


def test_without_one_the_run_ends_with_nothing_new(tmp_path: Path) -> None:
    code, said = run(DOOR, "nowhere", tmp_path, "--workers", "1")
    assert code == 0, said


@pytest.mark.parametrize("place", [*PLACES, *HOOKS, DISK])
def test_it_ends_with_4_and_says_so(place: str, tmp_path: Path) -> None:
    code, said = run(DOOR, place, tmp_path, "--workers", "1")
    # What could not be taken back because the way back is broken is graver still.
    assert code == (5 if place == "teardown" else 4), said
    assert "on purpose" in said or "did not come to their end" in said
    assert findings(tmp_path) == []


@pytest.mark.parametrize("place", ["check", "walk", "judging a test", "operation", "session", "pytest_generate_tests",
                                   "pytest_runtest_setup", "pytest_sessionfinish"])  # fmt: skip
def test_it_does_so_in_workers(place: str, tmp_path: Path) -> None:
    code, said = run(DOOR, place, tmp_path, "--workers", "2")
    assert code == 4, said
    assert findings(tmp_path) == []


@pytest.mark.parametrize("place", ["check", "closing", "reports", "pytest_collection_modifyitems", "judging a test"])
def test_it_does_so_under_plain_pytest(place: str, tmp_path: Path) -> None:
    code, said = run(PLAIN, place, tmp_path)
    assert code == 4, said
