"""A sandbox in a process of its own, configured as a customer's org would be, and runs of deskcheck against it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.sandbox.process import Running, start

PROGRAM = ("-c", "import sys; from harness.cli.main import main; sys.exit(main())")
"""What Python is told to run for a command of deskcheck."""
CONFIG = """
[targets.acme]
vendor = "zendesk"
base_url = "{zendesk}"
auth = "basic"
user = "{user}"
secret_env = "LAB_TOKEN"
org = "acme"
quota = 0

[targets.desk]
vendor = "zoho"
base_url = "{zoho}"
token_url = "{accounts}"
auth = "zoho"
client_id = "{client_id}"
secret_env = "LAB_REFRESH"
client_secret_env = "LAB_CLIENT_SECRET"
org_id = "{org_id}"
org = "desk"
quota = 0
"""


@dataclass
class Lab:
    """A running sandbox, and the folder in which deskcheck runs."""

    sandbox: Running
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """What the commands find in their environment: the credentials, and nothing of pytest's."""
        zendesk, zoho = self.sandbox.credentials["zendesk"], self.sandbox.credentials["zoho"]
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "LAB_"))}
        return inherited | {
            "LAB_TOKEN": zendesk["token"],
            "LAB_REFRESH": zoho["refresh_token"],
            "LAB_CLIENT_SECRET": zoho["client_secret"],
            "DESKCHECK_STATE": str(self.folder / "state"),
        }

    def start(self, *words: str, program: Sequence[str] = PROGRAM) -> subprocess.Popen[str]:
        """Start a command in a process group of its own."""
        return subprocess.Popen(
            [sys.executable, *program, *words],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *words: str, seconds: float = 300, program: Sequence[str] = PROGRAM) -> tuple[int, str]:
        """Run a command to its end: exit code and what it printed."""
        process = self.start(*words, program=program)
        output, _ = process.communicate(timeout=seconds)
        return process.returncode, output

    def ask(self, path: str, method: str = "GET") -> Any:
        """The control path's answer."""
        request = urllib.request.Request(self.sandbox.urls["control"] + path, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def set_faults(self, *faults: str) -> None:
        """Make the sandbox wrong in these named ways alone."""
        body = json.dumps({"faults": faults}).encode()
        request = urllib.request.Request(self.sandbox.urls["control"] + "/faults", body, method="PUT")
        urllib.request.urlopen(request, timeout=30).close()

    def rows(self) -> dict[tuple[str, str, str], Any]:
        """Every record by (vendor, table, id), those in the trash included."""
        return {
            (vendor, table, key): row
            for vendor, tables in self.ask("/state").items()
            for table, content in tables.items()
            for key, row in (*content["rows"].items(), *content.get("trash", {}).items())
        }

    def journal(self) -> list[dict[str, Any]]:
        """Every request that arrived, oldest first."""
        rows: list[dict[str, Any]] = self.ask("/journal")
        return rows


def workers_of(controller: subprocess.Popen[str]) -> list[int]:
    """The processes of pytest-xdist below a run; none before it has started them, and none where it tests itself."""
    rows = subprocess.run(
        ["ps", "-A", "-ww", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True
    ).stdout
    fields = (row.split(None, 2) for row in rows.splitlines())
    return [int(pid) for pid, parent, args in fields if parent == str(controller.pid) and "stdin.readline" in args]


def kill(process: subprocess.Popen[str]) -> None:
    """End a command and all its workers at once, as a power cut would."""
    with suppress(ProcessLookupError):  # the run may have come to its end first
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=30)


@contextmanager
def lab(folder: Path) -> Iterator[Lab]:
    """A fresh sandbox with `deskcheck.toml` for it in `folder`."""
    with start() as sandbox:
        values = {**sandbox.credentials["zendesk"], **sandbox.credentials["zoho"], **sandbox.urls}
        (folder / "deskcheck.toml").write_text(CONFIG.format(**values))
        yield Lab(sandbox, folder)
