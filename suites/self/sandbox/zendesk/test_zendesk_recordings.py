"""Recorded sessions of the real Zendesk, sent again: the sandbox answers with their statuses and shapes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import zendesk_mapped

SHARED = Path(__file__).resolve().parents[5] / "shared"
TOOL, RECORDINGS = SHARED / "tools" / "fidelity.py", SHARED / "recordings" / "zendesk"
pytestmark = pytest.mark.skipif(
    not TOOL.is_file() or not RECORDINGS.is_dir(), reason="the recordings are not on this machine"
)


@pytest.mark.parametrize("reset", ["reset?replay=false", "reset?replay=true"])
def test_recorded_statuses_and_shapes_are_met(sandbox, control, reset):
    """What is missed is of the recorded account alone: a field that it added, a cursor of its own."""
    score, _ = played(sandbox, TOOL, reset=reset)
    assert score["no_answer"] == 0
    assert score["status"] >= 0.995
    assert score["shape"] >= 0.985


def test_with_every_id_mapped_only_what_no_answer_named_is_missed(sandbox, control):
    """Sessions that clean up after another one, or ask for a record that the account had before."""
    score, misses = played(sandbox, zendesk_mapped.__file__, TOOL)
    assert score["no_answer"] == 0
    assert score["status"] >= 0.995
    assert score["shape"] >= 0.985
    assert misses <= strange()


def played(sandbox, *tool, reset="reset?replay=false"):
    """What a tool says of the recordings against a sandbox: its figures, and which statuses were missed how often."""
    credentials = sandbox.credentials["zendesk"]
    done = subprocess.run(
        [sys.executable, *tool, sandbox.urls["zendesk"], RECORDINGS, "--reset", f"{sandbox.urls['control']}/{reset}",
         "--auth", f"{credentials['user']}:{credentials['token']}", "--worst", "999"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    figures = dict(word.split("=") for word in done.stdout.splitlines()[-1].split())
    misses = re.findall(r"(\d+)  (\S+ \S+): recorded ", done.stdout)
    return {name: float(value) for name, value in figures.items()}, Counter({asked: int(n) for n, asked in misses})


def strange():
    """How often the recordings ask for something by a name that the session was never told, by method and path."""
    asked = Counter()
    for recording in RECORDINGS.glob("*.har"):
        told, untold = set(), set()
        for entry in json.loads(recording.read_text())["log"]["entries"]:
            path = urlsplit(entry["request"]["url"]).path.removesuffix(".json")
            names = set(zendesk_mapped.NAME.findall(path))
            untold |= names - told
            told |= set(zendesk_mapped.NAME.findall(entry["response"]["content"].get("text") or ""))
            if names & untold:
                asked[entry["request"]["method"] + " " + re.sub(r"\d{6,}", "ID", path)] += 1
    return asked
