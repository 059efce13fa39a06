"""An error of deskcheck itself, wherever it happens, ends a run with 4 and says so: never with 0, nor as a finding."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent))

from inject import DISK, HOOKS, LEAK, PLACES

ROOT = Path(__file__).resolve().parents[3]
# A quarter of a minute each: OWN_ERRORS=all pytest suites/self/e2e/test_own_errors.py
EVERY = os.environ.get("OWN_ERRORS") == "all"
IN_WORKERS = ["check", "walk", "judging a test", "operation", "session", "pytest_generate_tests",
              "pytest_runtest_setup", "pytest_sessionfinish"]  # fmt: skip
UNDER_PYTEST = ["check", "closing", "reports", "pytest_collection_modifyitems", "judging a test"]
# A read, a create, and a hand-written walk.
SOME = tuple(
    word
    for name in ("ListGroups", "CreateOrganization", "ShowBrand", "test_unknown_id*ShowBrand*")
    for word in ("--only", f"zendesk:{name}")
)
DOOR = [sys.executable, "-c", "import sys; from harness.cli.main import main; sys.exit(main())", "run"]
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


@pytest.mark.parametrize("place", ["nowhere", LEAK])
@pytest.mark.parametrize("door", [[*DOOR, "--workers", "1"], PLAIN], ids=["deskcheck", "pytest"])
def test_without_one_the_run_ends_with_nothing_new(place: str, door: list[str], tmp_path: Path) -> None:
    """A socket that a suite forgot to close is no verdict on an org, and no traceback behind a finished run."""
    code, said = run(door, place, tmp_path)
    assert code == 0, said
    assert "Traceback" not in said


@pytest.mark.parametrize("place", [*PLACES, *HOOKS, DISK] if EVERY else ["walk", "teardown", "reports"])
def test_it_ends_with_4_and_says_so(place: str, tmp_path: Path) -> None:
    code, said = run(DOOR, place, tmp_path, "--workers", "1")
    # What could not be taken back because the way back is broken is graver still.
    assert code == (5 if place in ("teardown", "closing") else 4), said
    assert "on purpose" in said or "did not come to their end" in said
    assert findings(tmp_path) == []


@pytest.mark.parametrize("place", IN_WORKERS if EVERY else ["judging a test"])
def test_it_does_so_in_workers(place: str, tmp_path: Path) -> None:
    code, said = run(DOOR, place, tmp_path, "--workers", "2")
    assert code == 4, said
    assert findings(tmp_path) == []


@pytest.mark.parametrize("place", UNDER_PYTEST if EVERY else ["reports"])
def test_it_does_so_under_plain_pytest(place: str, tmp_path: Path) -> None:
    code, said = run(PLAIN, place, tmp_path)
    assert code == (5 if place == "closing" else 4), said
