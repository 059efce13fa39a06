"""The context is built once a process: by the command, and by each of its workers; the same for all that is in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
COMMAND = [sys.executable, "-c", "import count_calls, sys; from harness.cli.main import main; sys.exit(main())", "run"]
PYTEST = [sys.executable, "-m", "pytest", "suites/zendesk", "-p", "no:cacheprovider", "-q"]
ONCE = {"planning/run_context.py:build", "settings.py:load", "openapi/document_cache.py:open_documents",
        "resources/cleanup.py:load"}  # fmt: skip


def counts(command: list[str], folder: Path) -> list[dict[str, int]]:
    """How often each process of a run called what is counted; the controller's first."""
    places = os.pathsep.join([str(Path(__file__).parent), str(ROOT)])
    more = {"COUNTS": str(folder), "PYTEST_ADDOPTS": "-p count_calls", "PYTHONPATH": places}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")} | more
    words = ["--only", "zendesk:ListTickets", "--budget", "2", "--report-dir", str(folder / "report")]
    process = subprocess.Popen([*command, *words], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 0, output
    files = sorted(folder.glob("*.json"), key=lambda path: path.stem != str(process.pid))
    return [json.loads(path.read_text()) for path in files]


@pytest.mark.parametrize("workers", [1, 2])
def test_each_process_of_a_run_builds_its_context_once(tmp_path: Path, workers: int) -> None:
    controller, *others = counts([*COMMAND, "--workers", str(workers)], tmp_path)
    assert len(others) == (workers if workers > 1 else 0)
    assert {name: controller[name] for name in ONCE} == dict.fromkeys(ONCE, 1)
    assert controller["planning/run_options.py:from_namespace"] == 1
    assert controller["planning/plan.py:make"] == 2, "before anybody is asked, and with the permits"
    assert controller["risk/overrides.py:load"] == 2, "one file a vendor"
    for worker in others:
        assert {name: worker[name] for name in ONCE} == dict.fromkeys(ONCE, 1)
        assert worker["planning/run_options.py:from_namespace"] == 0, "its options come with its job"
        assert worker["planning/plan.py:make"] == 1


def test_so_does_plain_pytest(tmp_path: Path) -> None:
    (process,) = counts(PYTEST, tmp_path)
    assert {name: process[name] for name in ONCE} == dict.fromkeys(ONCE, 1)
    assert process["planning/run_options.py:from_namespace"] == 1
