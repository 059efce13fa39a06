"""How much of a fault a run finds: it strikes every read there is, and the share that a run notices is counted.

`FAULTS=share pytest suites/self/e2e/test_faults_share.py` measures it again, half a minute a fault.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from benchmarks.lab import Lab, lab
from harness.sandbox.mutators import FAULTS, NAMES

PAGE = Path(__file__).resolve().parents[3] / "docs" / "faults.md"
VENDORS = ("zendesk", "zoho")
SLACK = 0.01
"""What a share may be below the page's: which records a read meets is not the same in each run."""


@dataclass(frozen=True)
class Share:
    """Of `struck` operations of each vendor `found` were noticed; both in the order of `VENDORS`."""

    fault: str
    found: tuple[int, int]
    struck: tuple[int, int]

    @property
    def line(self) -> str:
        """As the page shows it."""
        cells = [
            f"{found} of {struck} ({100 * found // struck} %)"
            for found, struck in zip(self.found, self.struck, strict=True)
        ]
        return f"| {self.fault} | {NAMES[self.fault]} | {' | '.join(cells)} |"


SHARES = (
    Share("undocumented_status", (184, 158), (184, 158)),
    Share("missing_field", (273, 250), (275, 251)),
    Share("extra_field", (265, 244), (286, 245)),
    Share("mistyped_field", (305, 251), (306, 251)),
    Share("wrong_enum", (36, 149), (36, 149)),
    Share("wrong_media_type", (317, 262), (317, 262)),
    Share("garbage", (184, 137), (184, 137)),
    Share("server_error", (184, 157), (184, 157)),
    Share("success_false", (178, 163), (184, 163)),
    Share("negative_accepted", (51, 31), (53, 51)),
    Share("auth_ignored", (314, 267), (317, 267)),
    Share("page_repeats", (53, 90), (55, 98)),
    Share("page_loses", (116, 45), (140, 150)),
)


@dataclass(frozen=True)
class Told:
    """A run: its outcomes, what arrived at the sandbox, and which operations the fault struck."""

    outcomes: list[dict[str, Any]]
    journal: list[dict[str, Any]]
    struck: frozenset[str]

    @property
    def good(self) -> set[str]:
        """The operations that succeeded at least once."""
        return {one["key"] for one in self.outcomes if one["succeeded"] and one["resource"] != "suite"}

    @property
    def found(self) -> set[str]:
        """The operations that a finding is about, wherever in the run it was made."""
        return {finding["operation"] for one in self.outcomes for finding in one["findings"]}

    @property
    def answers(self) -> dict[tuple[str, str, str], Counter[bool]]:
        """By operation and request: how often it was answered well, and how often it was refused."""
        seen: dict[tuple[str, str, str], Counter[bool]] = {}
        for one in self.journal:
            if one["operation"] and one["status"] < 500:
                seen.setdefault((one["operation"], one["method"], one["target"]), Counter())[one["status"] < 300] += 1
        return seen


def tell(lab: Lab, name: str, *faults: str) -> Told:
    """Run all reads of both vendors against the sandbox with some faults in force."""
    httpx.put(f"{lab.sandbox.urls['control']}/faults", json={"faults": faults}).raise_for_status()
    lab.ask("/reset", "POST")
    targets = ["--target", "acme", "--target", "desk"]
    _, said = lab.run("run", *targets, "--allow", "read", "--budget", "6", "--report-dir", name)
    results = lab.folder / name / "results.ndjson"
    assert results.is_file(), said
    struck = frozenset(key for rule in lab.ask("/faults")["faults"] for key in rule["struck"])
    return Told([json.loads(line) for line in results.read_text().splitlines()], lab.journal(), struck)


def struck(fault: str, told: Told, whole: Told) -> set[str]:
    """The operations where the fault was at work, of those that succeed without it.

    A fault of the call strikes where more requests are answered well, and fewer refused, than without it.
    """
    if FAULTS[fault].call is None:
        return set(told.struck) & whole.good
    now, before = told.answers, whole.answers
    return {
        key[0]
        for key, counts in before.items()
        if key in now and now[key][True] > counts[True] and now[key][False] < counts[False]
    } & whole.good


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with lab(tmp_path_factory.mktemp("share")) as one:
        yield one


@pytest.fixture(scope="module")
def whole(desks: Lab) -> Told:
    """The run without faults."""
    return tell(desks, "whole")


@pytest.mark.skipif(os.environ.get("FAULTS") != "share", reason="half a minute each; FAULTS=share measures them")
@pytest.mark.parametrize("share", SHARES, ids=lambda share: share.fault)
def test_a_run_finds_its_share(share: Share, desks: Lab, whole: Told, capsys: pytest.CaptureFixture[str]) -> None:
    """No less than the page says; nothing at all without the fault."""
    assert whole.found == set()
    told = tell(desks, share.fault, share.fault)
    hit = struck(share.fault, told, whole)
    counts = [
        (
            len({key for key in hit & told.found if key.startswith(vendor)}),
            len([k for k in hit if k.startswith(vendor)]),
        )
        for vendor in VENDORS
    ]
    with capsys.disabled():
        print(f"\n{Share(share.fault, *zip(*counts, strict=True)).line}")
    for (found, of), known, known_of in zip(counts, share.found, share.struck, strict=True):
        assert found / of >= known / known_of - SLACK


def test_the_page_says_the_same() -> None:
    page = PAGE.read_text().splitlines()
    assert [share.line for share in SHARES if share.line not in page] == []


def test_what_one_answer_can_show_has_a_share() -> None:
    """The other faults show between several answers only, or stop a run at once."""
    others = {"unavailable", "throttled", "slow", "cut", "still_readable", "not_readable", "foreign_readable", "stale",
              "rate_header_missing"}  # fmt: skip
    assert {share.fault for share in SHARES} == set(NAMES) - others - {name for name in NAMES if FAULTS[name].token}
