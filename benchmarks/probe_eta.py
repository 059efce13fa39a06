"""`python -m benchmarks.probe_eta FILE WORDS...`: a command of deskcheck that keeps what it says of its time left.

FILE gets a JSON object: `samples` has the seconds since the first progress and the seconds that the run said were
left, or null, once a second; `end` is when the command was over, `code` its exit code.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path
from typing import Any

from harness.cli import main as cli
from harness.report.console import Progress
from harness.run import controller_plugin

samples: list[tuple[float, float | None]] = []
started: list[float] = []


class WatchedProgress(Progress):
    """Progress that is asked once a second."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        started.append(self.started)
        self._over = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while not self._over.wait(1.0):
            with self._lock:
                elapsed = self._elapsed()
                samples.append((elapsed, self.time_left.seconds(elapsed)))

    def stop(self) -> None:
        """Ask it no more."""
        super().stop()
        self._over.set()


if __name__ == "__main__":
    controller_plugin.Progress = WatchedProgress  # type: ignore[misc]
    code = cli.main(sys.argv[2:])
    end = time.monotonic() - started[0] if started else 0.0
    Path(sys.argv[1]).write_text(json.dumps({"samples": samples, "end": end, "code": code}), encoding="utf-8")
