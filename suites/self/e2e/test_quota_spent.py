"""A run whose org has few credits left stops before they are gone, says so, and still takes back all that it made."""

from __future__ import annotations

import json
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from benchmarks.lab import Lab, lab

BEGUN = 60
"""Credits that the run has spent when others begin to spend: its forecast has fitted, its first records are made."""
LEFT = 150
"""Credits that others leave then: enough to go on for a while, not enough to end (a whole run takes about 430)."""
POLL = 0.02
"""Seconds between two looks at the sandbox's own count."""


def spend_the_rest(org: Lab, ended: Event) -> None:
    """Spend the org's credits as its other users do, once the run has begun."""
    while (spent := org.ask("/limits")["zoho"]["credits"]) < BEGUN:
        if ended.wait(POLL):
            return
    body = json.dumps({"zoho": {"credits": spent + LEFT}}).encode()
    request = urllib.request.Request(f"{org.sandbox.urls['control']}/limits", body, method="PUT")
    urllib.request.urlopen(request).close()


def test_tests_stop_in_time_for_teardown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESKCHECK_STATE", str(tmp_path / "state"))
    with lab(tmp_path) as org, ThreadPoolExecutor() as pool:
        before, ended = set(org.rows()), Event()
        others = pool.submit(spend_the_rest, org, ended)
        words = ["--allow", "read,write", "--budget", "3", "--only", "zoho:*Ticket", "--workers", "1"]
        code, output = org.run("run", "--target", "desk", "--report-dir", str(tmp_path / "report"), *words)
        ended.set()
        others.result()
        counted = org.ask("/limits")["zoho"]
        assert set(org.rows()) == before
    assert code == 4, output
    assert counted["refused"] == 0
    assert "the quota is spent" in output
    run = json.loads((tmp_path / "report" / "run.json").read_text())
    assert run["leftovers"] == []
