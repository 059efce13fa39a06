"""A checkout of deskcheck to measure, this or an older one: its command, run with a probe inside, and its layers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent.parent
"""The checkout that this file is part of."""
RUN_ONE_OPERATION = ("run", "--only", "zendesk:ListTickets", "--workers", "1")


@dataclass(frozen=True)
class Ended:
    """A process that has ended."""

    pid: int
    exit_code: int
    output: str


@dataclass(frozen=True)
class Checkout:
    """The code in `root`, run by our own interpreter; caches, reports and measurements go to `folder`."""

    root: Path
    folder: Path

    def run(self, words: Sequence[str], probe: Path, measured: Path) -> Ended:
        """Run the checkout's deskcheck with `probe` inside every process; what it measures goes to `measured`."""
        probes = self.folder / "probes" / probe.stem
        probes.mkdir(parents=True, exist_ok=True)
        # Python imports a module of this name in each process before anything else.
        shutil.copyfile(probe, probes / "sitecustomize.py")
        environ = {
            "PYTHONPATH": os.pathsep.join((str(probes), str(self.root))),
            "PYTHONDONTWRITEBYTECODE": "",
            "DESKCHECK_CACHE": str(self.folder / "cache"),
            "PROBE_ROOT": str(self.root),
            "PROBE_OUTPUT": str(measured),
        }
        process = subprocess.Popen(
            [sys.executable, "-c", self._entry_point(), *words],
            cwd=self.folder,
            env={**os.environ, **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        output, _ = process.communicate()
        return Ended(process.pid, process.returncode, output)

    def layers(self) -> list[set[str]]:
        """The modules at the top level of harness/, from the highest layer to the lowest."""
        contracts = self._settings()["tool"]["importlinter"]["contracts"]
        contract = next(row for row in contracts if row["type"] == "layers" and row["containers"] == ["harness"])
        return [set(layer.replace("|", " ").replace(":", " ").split()) for layer in contract["layers"]]

    def _entry_point(self) -> str:
        module, function = self._settings()["project"]["scripts"]["deskcheck"].split(":")
        return f"import sys; from {module} import {function}; sys.exit({function}())"

    def _settings(self) -> dict[str, Any]:
        return tomllib.loads((self.root / "pyproject.toml").read_text())
