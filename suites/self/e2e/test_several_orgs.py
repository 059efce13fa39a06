"""Two orgs of one vendor and one of the other in one run: each has its own permit, records, teardown and results."""

from __future__ import annotations

import json
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from benchmarks.lab import Lab, kill, lab
from harness.sandbox.process import Running, start

OTHER = """
[targets.other]
vendor = "zendesk"
base_url = "{zendesk}"
auth = "basic"
user = "{user}"
secret_env = "LAB_TOKEN"
org = "other"
quota = 0

[targets.away]
vendor = "zendesk"
base_url = "http://127.0.0.1:9"
auth = "basic"
user = "{user}"
secret_env = "LAB_TOKEN"
"""
TARGETS = ("--target", "acme", "--target", "other", "--target", "desk")
WORDS = (
    "run", *TARGETS, "--allow", "read,write", "--budget", "4", "--report-dir", "report",
    "--only", "zendesk:*Organization", "--only", "zendesk:ListLocales", "--only", "zendesk:test_what_was_sent*",
    "--only", "zoho:*Contact",
)  # fmt: skip


@dataclass
class Orgs:
    """`first` has the orgs `acme` and `desk`, `second` the org `other`: sandboxes of one seed, so with the same ids."""

    first: Lab
    second: Lab

    @property
    def rows(self) -> list[dict[tuple[str, str, str], Any]]:
        """Every record of both, job rows aside."""
        return [{key: row for key, row in org.rows().items() if key[1] != "job_statuses"} for org in self.both]

    @property
    def both(self) -> tuple[Lab, Lab]:
        """The two sandboxes."""
        return self.first, self.second

    def results(self, folder: str = "report") -> list[dict[str, Any]]:
        """The lines of a run's results."""
        lines = (self.first.folder / folder / "results.ndjson").read_text().splitlines()
        return [json.loads(line) for line in lines]

    def run_json(self, folder: str = "report") -> dict[str, Any]:
        """What a run says of itself."""
        head: dict[str, Any] = json.loads((self.first.folder / folder / "run.json").read_text())
        return head


@contextmanager
def two_orgs(folder: Path) -> Iterator[Orgs]:
    """Two sandboxes with one configuration for both."""
    with lab(folder) as first, start() as sandbox:
        config = folder / "deskcheck.toml"
        config.write_text(config.read_text() + OTHER.format(**sandbox.credentials["zendesk"], **sandbox.urls))
        yield Orgs(first, Lab(sandbox, folder))


def spoil(sandbox: Running, *faults: str) -> None:
    """Make a sandbox wrong in named ways."""
    body = json.dumps({"faults": list(faults)}).encode()
    request = urllib.request.Request(sandbox.urls["control"] + "/faults", data=body, method="PUT")
    urllib.request.urlopen(request, timeout=30).close()


@pytest.mark.parametrize("workers", ["1", "2"])
def test_each_operation_is_tested_on_each_org_and_all_is_taken_back(tmp_path: Path, workers: str) -> None:
    with two_orgs(tmp_path) as orgs:
        before = orgs.rows
        code, said = orgs.first.run(*WORDS, "--har", "--workers", workers)
        assert code == 0, said
        assert orgs.rows == before, "each org got back what was made in it"
        lines = Counter((line["key"], line["target"]) for line in orgs.results())
        of_zendesk = {key for key, _ in lines if key.startswith("zendesk:")}
        assert "zendesk:test_what_was_sent_can_be_read" in of_zendesk, "hand-written tests run on each org too"
        assert {key for key, target in lines if target == "acme"} == of_zendesk
        assert {key for key, target in lines if target == "other"} == of_zendesk
        assert {target for key, target in lines if key.startswith("zoho:")} == {"desk"}
        assert set(lines.values()) == {1}
        created = [
            {one["operation"] for one in org.journal() if one["method"] == "POST" and one["vendor"] == "zendesk"}
            for org in orgs.both
        ]
        assert created[0] == created[1] != set(), "the same was created in both"
        head = orgs.run_json()
        assert {name: org["vendor"] for name, org in head["orgs"].items()} == {
            "acme": "zendesk", "other": "zendesk", "desk": "zoho",
        }  # fmt: skip
        assert head["orgs"]["acme"]["totals"]["passed"] == head["orgs"]["other"]["totals"]["passed"] > 0
        assert head["orgs"]["other"]["permit"]["proof"] == "sandbox"
        for name in head["orgs"]:
            assert (tmp_path / "report" / f"exchanges-{name}.har").is_file()


def test_a_finding_says_which_org_showed_it_and_is_replayed_there(tmp_path: Path) -> None:
    with two_orgs(tmp_path) as orgs:
        spoil(orgs.second.sandbox, "undocumented_status:ListLocales")
        code, said = orgs.first.run(*WORDS, "--workers", "1")
        assert code == 1, said
        assert "1 operation differs between orgs" in said
        (line,) = [line for line in orgs.results() if line["findings"]]
        assert (line["key"], line["target"]) == ("zendesk:ListLocales", "other")
        finding = next(row["id"] for row in line["findings"] if row["check"] == "status")
        code, said = orgs.first.run("replay", finding, "--run", "report")
        assert (code, orgs.second.sandbox.urls["zendesk"] in said) == (1, True), said
        code, said = orgs.first.run("compare", "report/baseline.ndjson", "report")
        assert code == 0, said


def test_an_org_that_cannot_be_reached_keeps_the_run_from_its_first_test(tmp_path: Path) -> None:
    with two_orgs(tmp_path) as orgs:
        code, said = orgs.first.run("run", "--target", "acme", "--target", "away", "--only", "zendesk:ListLocales")
        assert code == 4, said
        assert "target away" in said
        paths = {entry["target"] for entry in orgs.first.journal()}
        assert not [path for path in paths if "/tags" in path]


def test_an_org_that_falls_silent_leaves_the_others_their_results(tmp_path: Path) -> None:
    with two_orgs(tmp_path) as orgs:
        process = orgs.first.start(*WORDS, "--workers", "1", "--timeout", "5")
        while process.poll() is None and len(orgs.second.journal()) < 20:
            continue
        spoil(orgs.second.sandbox, "cut")
        said, _ = process.communicate(timeout=300)
        assert process.returncode in (4, 5), said
        states = {target: set() for target in ("acme", "other", "desk")}
        for line in orgs.results():
            states[line["target"]].add(line["state"])
        assert "error" in states["other"], said
        assert "error" not in states["acme"] | states["desk"], said


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_killed_run_is_swept_in_each_org(tmp_path: Path, workers: str) -> None:
    with two_orgs(tmp_path) as orgs:
        before = orgs.rows
        process = orgs.first.start(*WORDS, "--workers", workers)
        while process.poll() is None and any(now == was for now, was in zip(orgs.rows, before, strict=True)):
            continue
        kill(process)
        code, said = orgs.first.run("sweep", "--run", "report")
        assert code == 0, said
        assert orgs.rows == before
