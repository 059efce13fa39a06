"""A run's folder belongs to the run while one process of it lives: shown with real processes that are really killed."""

from __future__ import annotations

import errno
import fcntl
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.errors import OrphanedError, UnfinishedError, UsageError
from harness.ledger import claim
from harness.ledger.claim import TakenError

# A controller that starts a worker and tells its id. Both live until their input ends; a kill leaves the worker's open.
WORKER = "from harness.ledger import claim; from pathlib import Path; import sys; folder, controller = sys.argv[1:]; \
held = claim.join(Path(folder), int(controller)); print('ready', flush=True); sys.stdin.read()"
CONTROLLER = f"""
import os, subprocess, sys
from pathlib import Path
from harness.ledger import claim
held = claim.begin(Path(sys.argv[1]))
command = [sys.executable, "-c", {WORKER!r}, sys.argv[1], str(os.getpid())]
worker = subprocess.Popen(command, stdin=int(sys.argv[2]), stdout=subprocess.PIPE, pass_fds=[int(sys.argv[2])])
worker.stdout.readline()
print(worker.pid, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def orphan(tmp_path: Path) -> Iterator[Callable[[], None]]:
    """A worker whose controller was killed; calling this ends the worker, and waits until its locks are free."""
    inlet, outlet = os.pipe()
    # The controller's own input is another one: the worker has to outlive it.
    controller = subprocess.Popen(
        [sys.executable, "-c", CONTROLLER, str(tmp_path), str(inlet)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        pass_fds=[inlet],
    )
    os.close(inlet)
    assert controller.stdout
    controller.stdout.readline()
    controller.kill()
    controller.communicate()

    def end() -> None:
        nonlocal outlet
        if outlet >= 0:
            os.close(outlet)
        outlet = -1

    yield end
    end()


def test_a_folder_is_taken_by_one_run_or_sweep_at_a_time(tmp_path: Path) -> None:
    with claim.begin(tmp_path):
        for other in (claim.begin, claim.take):
            with pytest.raises(TakenError, match="a run is going on there"):
                other(tmp_path)
    with claim.take(tmp_path), pytest.raises(TakenError):
        claim.begin(tmp_path)
    claim.begin(tmp_path).close()


def test_all_processes_of_a_run_have_a_share(tmp_path: Path) -> None:
    with claim.begin(tmp_path), claim.join(tmp_path, os.getpid()), claim.join(tmp_path, os.getpid()):
        pass


def test_who_comes_after_a_killed_controller_waits_for_its_workers(tmp_path: Path, orphan: Callable[[], None]) -> None:
    told: list[str] = []

    def sleep(_: float) -> None:
        told.append("slept")
        orphan()

    with claim.take(tmp_path, waits=lambda: told.append("waits"), sleep=sleep) as held:
        assert held.locked
    assert told[:2] == ["waits", "slept"]
    assert told.count("waits") == 1


def test_the_wait_for_workers_that_never_end_has_a_bound(tmp_path: Path, orphan: Callable[[], None]) -> None:
    seconds = iter(range(0, 1000, 20))
    with pytest.raises(UnfinishedError, match=r"workers of it have not ended after 60 s"):
        claim.take(tmp_path, clock=lambda: next(seconds), sleep=lambda _: None)
    assert next(seconds) == 80, "it looked at 20, 40 and 60"


def test_a_worker_that_comes_after_its_controllers_end_gets_no_share(tmp_path: Path) -> None:
    claim.begin(tmp_path).close()
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    with pytest.raises(OrphanedError):
        claim.join(tmp_path, gone.pid)
    claim.take(tmp_path).close()


def test_a_worker_that_comes_during_a_sweep_gets_no_share(tmp_path: Path) -> None:
    claim.begin(tmp_path).close()
    with claim.take(tmp_path), pytest.raises(OrphanedError):
        claim.join(tmp_path, os.getpid())


def test_a_worker_whose_folder_is_gone_gets_no_share(tmp_path: Path) -> None:
    with pytest.raises(UnfinishedError, match="folder is gone"):
        claim.join(tmp_path / "gone", os.getpid())


def test_a_program_that_a_test_started_keeps_nobody_waiting(tmp_path: Path) -> None:
    held = claim.begin(tmp_path)
    command = [sys.executable, "-c", "import sys; print(flush=True); sys.stdin.read()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, close_fds=False) as program:
        assert program.stdout
        program.stdout.readline()
        held.close()
        claim.take(tmp_path).close()
        program.kill()


def test_a_folder_of_a_run_without_workers_lock_can_be_swept(tmp_path: Path) -> None:
    """As runs of earlier versions left it; a sweep writes nothing of its own into it."""
    claim.take(tmp_path).close()
    assert list(tmp_path.iterdir()) == []


def test_a_file_system_without_locks_is_tolerated_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def flock(handle: int, mode: int) -> None:
        raise OSError(errno.ENOLCK, "no locks available")

    monkeypatch.setattr(fcntl, "flock", flock)
    for held in (claim.begin(tmp_path), claim.take(tmp_path), claim.join(tmp_path, os.getpid())):
        assert not held.locked
        held.close()


def test_a_folder_that_vanished_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--report-dir"):
        claim.begin(tmp_path / "gone")


def test_only_the_controller_and_its_children_are_attended(tmp_path: Path) -> None:
    """A grandchild is what a worker forked: when the controller is gone, it could not know."""
    ask = (
        "import sys; from harness.ledger.claim import controller_is_alive; print(controller_is_alive(int(sys.argv[1])))"
    )
    again = "import subprocess, sys; subprocess.run([sys.executable, '-c', *sys.argv[1:]], check=True)"
    me = str(os.getpid())

    def said(*words: str) -> str:
        return subprocess.run([sys.executable, "-c", *words], capture_output=True, text=True, check=True).stdout.strip()

    assert claim.controller_is_alive(os.getpid())
    assert said(ask, me) == "True"
    assert said(again, ask, me) == "False"
