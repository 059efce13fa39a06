"""A killed controller's workers send nothing once they can know, and a sweep that comes at once waits for them."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from benchmarks.lab import Lab, lab, workers_of

RUN = ("--target", "acme", "--target", "desk", "--only", "zendesk:*Organization", "--only", "zoho:*Contact",
       "--budget", "8", "--allow", "read,write", "--report-dir", "reports/one")  # fmt: skip
WORKERS = 2


@pytest.fixture
def org(tmp_path: Path) -> Iterator[Lab]:
    with lab(tmp_path) as one:
        yield one


def test_without_their_controller_workers_send_no_more_than_what_was_on_its_way(org: Lab) -> None:
    run = org.start("run", *RUN)
    until(org, 40, run)
    os.kill(run.pid, signal.SIGKILL)
    run.wait()
    known = len(org.journal())
    said, _ = run.communicate(timeout=60)  # the workers hold the pipe: this is their end
    late = org.journal()[known:]
    assert len(late) <= WORKERS, f"{[one['target'] for one in late]} {said}"


def test_a_sweep_waits_for_workers_that_still_live_and_takes_back_what_they_made_last(org: Lab) -> None:
    """They are held in the middle of whatever they do, so that the sweep is sure to come before their end."""
    before = org.rows()
    run = org.start("run", *RUN, "--workers", str(WORKERS))
    until(org, 40, run)
    workers = workers_of(run)
    assert len(workers) == WORKERS
    for worker in workers:
        os.kill(worker, signal.SIGSTOP)
    os.kill(run.pid, signal.SIGKILL)
    sweep = org.start("sweep", "--run", "reports/one")
    assert sweep.stdout
    assert "waiting for its workers to end" in sweep.stdout.readline()
    for worker in workers:
        os.kill(worker, signal.SIGCONT)
    said, _ = sweep.communicate(timeout=120)
    assert sweep.returncode == 0, said
    swept = len(org.journal())
    run.communicate(timeout=60)
    assert org.journal()[swept:] == [], "sent after the sweep"
    assert org.rows() == before


@pytest.mark.parametrize("requests", [0, 1])
def test_a_run_whose_controller_dies_while_it_starts_leaves_nothing_and_nobody(org: Lab, requests: int) -> None:
    """The first request asks the org what it is; the workers start after that, and come too late."""
    before = org.rows()
    run = org.start("run", *RUN)
    until(org, requests, run)
    os.kill(run.pid, signal.SIGKILL)
    code, said = org.run("sweep", "--all", "--report-dir", "reports")
    assert code == 0, said
    swept = len(org.journal())
    run.communicate(timeout=60)
    assert org.journal()[swept:] == [], "sent after the sweep"
    assert org.rows() == before


def until(org: Lab, requests: int, run: subprocess.Popen[str]) -> None:
    """Until so many requests have arrived, or the run has ended."""
    while run.poll() is None and len(org.journal()) < requests:
        with suppress(subprocess.TimeoutExpired):
            run.wait(0.02)
