"""Recorded sessions of the real Zendesk, sent again: the sandbox answers with their statuses and shapes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from harness.sandbox.server import start

SHARED = Path(__file__).resolve().parents[4] / "shared"
TOOL, RECORDINGS = SHARED / "tools" / "fidelity.py", SHARED / "recordings" / "zendesk"


@pytest.mark.skipif(not TOOL.is_file() or not RECORDINGS.is_dir(), reason="the recordings are not on this machine")
@pytest.mark.parametrize(("replay", "status"), [(False, 0.92), (True, 0.97)])
def test_recorded_statuses_and_shapes_are_met(replay, status):
    """By default every miss is a name that only the recorded account could give, and that the tool cannot map."""
    with start(replay=replay) as sandbox:
        score = played(sandbox)
    assert score["no_answer"] == 0
    assert score["status"] >= status
    assert score["shape"] >= 0.90


def played(sandbox):
    """What the tool says of the recordings against a sandbox."""
    credentials = sandbox.credentials["zendesk"]
    done = subprocess.run(
        [sys.executable, TOOL, sandbox.urls["zendesk"], RECORDINGS, "--reset", f"{sandbox.urls['control']}/reset",
         "--auth", f"{credentials['user']}:{credentials['token']}", "--json"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)
