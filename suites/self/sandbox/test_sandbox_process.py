"""A sandbox process: started without a wait, asked for its addresses, and gone when it is not needed any more."""

from __future__ import annotations

import os
import select
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from harness.errors import UnfinishedError, UsageError
from harness.sandbox.process import Running, Starting, start
from harness.sandbox.server import HOST


def program(code: str) -> Starting:
    """A process that runs this code in place of the sandbox."""
    return Starting(
        subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True,
        )
    )  # fmt: skip


def test_the_line_that_a_process_announces_itself_by_says_where_it_is() -> None:
    announced = '{"urls": {"control": "http://127.0.0.1:1"}, "credentials": {"zendesk": {"user": "me"}}}'
    with program(f"print('deskcheck-sandbox ' + {announced!r}, flush=True); input()").ready() as running:
        assert running.urls == {"control": "http://127.0.0.1:1"}
        assert running.credentials == {"zendesk": {"user": "me"}}
    assert running.process is not None
    assert running.process.poll() is not None, "it is stopped where the block ends"


def test_a_process_that_says_something_else_is_told_with_its_last_words() -> None:
    with pytest.raises(UnfinishedError, match="did not start") as failed:
        program("raise SystemExit('no module named uvicorn')").ready()
    assert "no module named uvicorn" in failed.value.where


def test_a_process_that_ends_as_wrong_use_is_wrong_use() -> None:
    with pytest.raises(UsageError, match="port taken"):
        program("print('port taken'); raise SystemExit(2)").ready()


def test_a_process_that_says_nothing_is_not_waited_for_longer_than_asked() -> None:
    starting = program("input()")
    try:
        with pytest.raises(UnfinishedError):
            starting.ready(patience=0.0)
    finally:
        starting.stop()


def test_the_folder_for_its_clients_is_private_and_goes_with_it() -> None:
    with start() as running:
        assert running.folder is not None
        assert stat.S_IMODE(running.folder.stat().st_mode) == 0o700
        (running.folder / "token").write_text("")
    assert not running.folder.exists()


def test_a_folder_does_not_outlive_a_sandbox_that_never_came_up(tmp_path: Path) -> None:
    for end in ("raise SystemExit(2)", "input()"):
        folder = tmp_path / "kept"
        folder.mkdir()
        starting = program(end)
        starting.folder = folder
        if end.startswith("raise"):
            with pytest.raises(UsageError):
                starting.ready()
        else:
            starting.stop()
        assert not folder.exists()


def test_a_sandbox_that_another_process_started_is_left_to_it() -> None:
    Running({}, {}, pid=1).stop()


def test_starting_on_a_port_in_use_says_so():
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        with pytest.raises(UsageError, match="cannot be used"):
            start(taken.getsockname()[1])


def test_an_unknown_fault_is_wrong_use():
    with pytest.raises(UsageError, match="there is no fault"):
        start(faults=["gremlins"])


def test_it_ends_with_the_process_that_started_it():
    code = (
        "from harness.sandbox.process import start; r = start(); print(r.pid, r.folder, flush=True); "
        "import time; time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    pid, folder = parent.stdout.readline().split()
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    # The child's stdin closes with its parent; a process that is gone has no pid to wait for.
    descriptor = os.pidfd_open(int(pid)) if hasattr(os, "pidfd_open") else None
    if descriptor is None:
        pytest.skip("this system cannot wait for a process that is not its child")
    assert select.select([descriptor], [], [], 20)[0]
    os.close(descriptor)
    assert not Path(folder).exists()
