"""Recorded sessions of the real Zendesk, sent again: the sandbox answers with their statuses and shapes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[4] / "shared"
TOOL, RECORDINGS = SHARED / "tools" / "fidelity.py", SHARED / "recordings" / "zendesk"


@pytest.mark.skipif(not TOOL.is_file() or not RECORDINGS.is_dir(), reason="the recordings are not on this machine")
def test_recorded_statuses_and_shapes_are_met(sandbox, control):
    credentials = sandbox.credentials["zendesk"]
    done = subprocess.run(
        [sys.executable, TOOL, sandbox.urls["zendesk"], RECORDINGS, "--reset", f"{sandbox.urls['control']}/reset",
         "--auth", f"{credentials['user']}:{credentials['token']}", "--json"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    score = json.loads(done.stdout)
    assert score["no_answer"] == 0
    assert score["status"] >= 0.97
    assert score["shape"] >= 0.90
