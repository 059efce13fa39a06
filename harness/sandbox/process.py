"""The sandbox as a process beside this one: started without a wait, whose addresses are read when they are needed.

Imports nothing of the server: its caller loads other things meanwhile.
"""

from __future__ import annotations

import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.errors import UnfinishedError, UsageError
from harness.formats.json_text import read_json

READY = "deskcheck-sandbox "
"""The word before the one line of JSON by which a server says where it listens."""
PATIENCE = 20.0
"""Seconds in which a process has to come up."""


@dataclass(slots=True)
class Running:
    """A sandbox process. `urls` holds one per vendor, for accounts and control; `credentials` a mapping per vendor.

    `folder` is for what its clients keep of it, such as access tokens: private, and gone with the process.
    """

    urls: dict[str, str]
    credentials: dict[str, Any]
    pid: int
    process: subprocess.Popen[str] | None = field(default=None, repr=False)
    folder: Path | None = None

    def stop(self) -> None:
        """End the process and wait for it."""
        if self.process is None:
            return
        _remove(self.folder)
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(5)
        _close_pipes(self.process)

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


@dataclass(slots=True)
class Starting:
    """A sandbox process that may not listen yet."""

    process: subprocess.Popen[str] = field(repr=False)
    folder: Path | None = None

    def ready(self, patience: float = PATIENCE) -> Running:
        """Wait until it listens. Raises `UnfinishedError` where that takes more than `patience` seconds."""
        first_line = _first_line(self.process, patience)
        if first_line.startswith(READY):
            announced = read_json(first_line.removeprefix(READY))
            return Running(announced["urls"], announced["credentials"], self.process.pid, self.process, self.folder)
        _remove(self.folder)
        raise self._failure(first_line)

    def stop(self) -> None:
        """End the process, whether or not it listens."""
        Running({}, {}, self.process.pid, self.process, self.folder).stop()

    def _failure(self, first_line: str) -> UsageError | UnfinishedError:
        try:
            self.process.wait(2)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        # Not by `communicate`: what came with the first line stands in this stream's buffer, past which it reads.
        output = first_line + (self.process.stdout.read() if self.process.stdout else "")
        _close_pipes(self.process)
        if self.process.returncode == UsageError.exit_code:
            return UsageError(output.strip(), where="the embedded sandbox")
        return UnfinishedError(
            "the embedded sandbox did not start", where=output.strip()[-500:], remedy="Try: deskcheck sandbox"
        )


def launch(port: int = 0, faults: Iterable[str] = (), seed: int = 0, *, replay: bool = False) -> Starting:
    """Start the sandbox in a process of its own. Raises `UsageError` for an unknown fault."""
    faults = list(faults)
    if faults:
        from harness.sandbox.faults import parse

        for fault in faults:
            parse(fault)  # a wrong name is refused before a process is started for it
    command = [sys.executable, "-m", "harness.sandbox", "--quiet", "--attached"]
    command += ["--port", str(port), "--seed", str(seed)]
    folder = Path(tempfile.mkdtemp(prefix="deskcheck-sandbox-"))  # of mode 0700
    command += ["--folder", str(folder)]
    command += ["--replay"] * replay
    command += [part for fault in faults for part in ("--fault", fault)]
    # A session of its own: Ctrl-C in the terminal is for the run, which still needs the sandbox to take things back.
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    return Starting(process, folder)


def start(
    port: int = 0, faults: Iterable[str] = (), seed: int = 0, *, replay: bool = False, patience: float = PATIENCE
) -> Running:
    """Start the sandbox and wait until it listens.

    Raises `UsageError` for a taken port or an unknown fault, `UnfinishedError` where it does not come up within
    `patience` seconds.
    """
    return launch(port, faults, seed, replay=replay).ready(patience)


def _close_pipes(process: subprocess.Popen[str]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def _remove(folder: Path | None) -> None:
    if folder:
        shutil.rmtree(folder, ignore_errors=True)


def _first_line(process: subprocess.Popen[str], patience: float) -> str:
    assert process.stdout is not None
    end = time.monotonic() + patience
    while (left := end - time.monotonic()) > 0:
        if select.select([process.stdout], [], [], left)[0]:
            return process.stdout.readline()
    return ""
