"""A run that records: the recording holds every request that arrived, and shows what the run found."""

from __future__ import annotations

import json
import resource
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from benchmarks.lab import Lab, lab

WORDS = (
    "run", "--har", "--only", "zendesk:*Organization", "--only", "zendesk:CountOrganizations",
    "--allow", "read,write", "--budget", "6",
)  # fmt: skip


def entries(folder: Path) -> list[dict[str, Any]]:
    """All entries of the one recording of a run."""
    (path,) = folder.glob("exchanges-*.har")
    assert path.name == "exchanges-zendesk.har"
    found: list[dict[str, Any]] = json.loads(path.read_bytes())["log"]["entries"]
    return found


@pytest.mark.parametrize("workers", ["1", "2"])
def test_every_request_that_arrived_is_in_the_recording_and_shows_what_the_run_found(
    tmp_path: Path, workers: str
) -> None:
    """The witness is the server's journal; one operation answers with a status that nothing declares."""
    with lab(tmp_path) as org:
        spoil(org)
        code, said = org.run(*WORDS, "--target", "acme", "--workers", workers, "--report-dir", "report")
        journal = org.journal()
        assert code == 1, said
        recorded = entries(tmp_path / "report")
        arrived = Counter((one["method"], one["target"].partition("?")[0]) for one in journal)
        assert Counter((one["request"]["method"], _path(one)) for one in recorded) == arrived
        assert ("DELETE", 204) in {(one["request"]["method"], one["response"]["status"]) for one in recorded}
        times = [one["startedDateTime"] for one in recorded]
        assert times == sorted(times)
        code, said = org.run("observe", "--json", "report/exchanges-zendesk.har")
        assert code == 1, said
        assert _observed(json.loads(said)) == _found(tmp_path / "report")


def test_a_disk_that_is_full_costs_the_recording_and_no_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No file may grow beyond 60 KB, which is enough for all but the recording."""
    with lab(tmp_path) as org:
        spoil(org)
        words = (*WORDS, "--target", "acme", "--workers", "1", "--report-dir", "report")
        org.run(*(word for word in words if word != "--har"))  # so that nothing has to be written into the cache
        found = _found(tmp_path / "report")
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, before[1]))
        try:
            code, said = org.run(*words)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert code == 4, said
        assert _found(tmp_path / "report") == found != set()
        assert "the recording cannot be written: File too large" in (tmp_path / "report" / "run.json").read_text()
        assert 10 < len(entries(tmp_path / "report")) < len(org.journal()) / 2
        assert not (org.run("sweep", "--run", "report", "--dry-run")[0])


def spoil(org: Lab) -> None:
    """From now on one operation answers with a status that nothing declares."""
    rules = json.dumps(["undocumented_status:CountOrganizations"]).encode()
    url = org.sandbox.urls["control"] + "/faults"
    with urllib.request.urlopen(urllib.request.Request(url, rules, method="PUT"), timeout=30):
        pass


def _path(entry: dict[str, Any]) -> str:
    return "/" + entry["request"]["url"].split("/", 3)[3].partition("?")[0]


def _observed(seen: dict[str, Any]) -> set[tuple[str, str, int, str]]:
    return {(one["operation"], one["check"], one["status"], one["pointer"]) for one in seen["findings"]}


def _found(folder: Path) -> set[tuple[str, str, int, str]]:
    rows = [json.loads(line) for line in (folder / "results.ndjson").read_text().splitlines()]
    return {
        (one["operation"], one["check"], one["status"], one["pointer"])
        for row in rows
        for one in (*row["findings"], *row["waived"])
    }
