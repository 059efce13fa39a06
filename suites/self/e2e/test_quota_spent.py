"""A run whose org has few credits left stops before they are gone, says so, and still takes back all that it made."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path

import pytest

from benchmarks.lab import lab

CREDITS = 160
"""Enough to begin and to create tickets, not enough to end."""


def test_tests_stop_in_time_for_teardown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESKCHECK_STATE", str(tmp_path / "state"))
    with lab(tmp_path) as org:
        body = json.dumps({"zoho": {"credits": CREDITS}}).encode()
        control = org.sandbox.urls["control"]
        urllib.request.urlopen(urllib.request.Request(f"{control}/limits", body, method="PUT")).close()
        before = set(org.rows())
        words = ["--allow", "read,write", "--budget", "3", "--only", "zoho:*Ticket", "--workers", "1"]
        code, output = org.run("run", "--target", "desk", "--report-dir", str(tmp_path / "report"), *words)
        counted = org.ask("/limits")["zoho"]
        assert set(org.rows()) == before
    assert code == 4, output
    assert counted["refused"] == 0
    assert "the quota is spent" in output
    run = json.loads((tmp_path / "report" / "run.json").read_text())
    assert run["leftovers"] == []
