"""Which runs go on, by their marks, wherever their folders lie: what ended or was killed does not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from harness.ledger import live_runs

MARK = "deskcheck-t0000000ab"


def test_a_run_goes_on_until_it_ends(tmp_path: Path) -> None:
    assert not live_runs.is_live(tmp_path, MARK)
    live = live_runs.begin(tmp_path, MARK)
    assert live
    assert live_runs.is_live(tmp_path, MARK)
    live.end()
    assert not live_runs.is_live(tmp_path, MARK)
    assert list((tmp_path / "runs").iterdir()) == [], "nothing is left of it"


def test_a_killed_run_does_not_go_on(tmp_path: Path) -> None:
    code = (
        "import os, signal, pathlib, sys\nfrom harness.ledger import live_runs\n"
        "held = live_runs.begin(pathlib.Path(sys.argv[1]), sys.argv[2])\nos.kill(os.getpid(), signal.SIGKILL)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path), MARK], check=False).returncode == -9
    assert (tmp_path / "runs" / MARK).is_dir()
    assert not live_runs.is_live(tmp_path, MARK)
    assert not (tmp_path / "runs" / MARK).exists()


def test_a_worker_belongs_to_a_run_that_goes_on(tmp_path: Path) -> None:
    assert live_runs.join(tmp_path, MARK, os.getpid()) is None
    live = live_runs.begin(tmp_path, MARK)
    assert live
    worker = live_runs.join(tmp_path, MARK, os.getpid())
    assert worker
    assert live_runs.join(tmp_path, MARK, 1) is None, "its controller is gone"
    worker.close()
    live.end()


def test_where_nothing_can_be_written_runs_go_on_unseen(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert live_runs.begin(tmp_path / "file", MARK) is None
    assert not live_runs.is_live(tmp_path / "file", MARK)
