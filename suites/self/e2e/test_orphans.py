"""A killed controller's workers send nothing once they can know, and a sweep that comes at once waits for them."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from benchmarks.lab import Lab, lab

RUN = ("--target", "acme", "--target", "desk", "--only", "zendesk:*Organization", "--only", "zoho:*Contact",
       "--budget", "8", "--allow", "read,write", "--report-dir", "reports/one")  # fmt: skip


@pytest.fixture
def org(tmp_path: Path) -> Iterator[Lab]:
    with lab(tmp_path) as one:
        yield one


@pytest.mark.parametrize("requests", [0, 1, 40, 120])
def test_a_sweep_right_after_the_controllers_death_leaves_nothing_and_nobody(org: Lab, requests: int) -> None:
    """From before the workers' start to the middle of the run."""
    before = org.rows()
    run = org.start("run", *RUN)
    until(org, requests, run)
    os.kill(run.pid, signal.SIGKILL)
    code, said = org.run("sweep", "--all", "--report-dir", "reports")
    assert code == 0, said
    swept, state = len(org.journal()), org.rows()
    said, _ = run.communicate(timeout=60)  # its workers hold the pipe: this is their end
    assert org.journal()[swept:] == [], f"sent after the sweep; {said}"
    assert state == before
    assert org.rows() == before


def until(org: Lab, requests: int, run: subprocess.Popen[str]) -> None:
    """Until so many requests have arrived, or the run has ended."""
    while run.poll() is None and len(org.journal()) < requests:
        with suppress(subprocess.TimeoutExpired):
            run.wait(0.02)
