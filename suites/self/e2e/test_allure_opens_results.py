"""Allure 2 and Allure 3 open the results of two runs: every result, its attachments, the categories and the history."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from harness.exchange import Exchange, Request, Response
from harness.finding import Finding
from harness.report import allure
from harness.results.outcome import Outcome, Run, State

# Where `.ci/run` installs both.
TOOLS = Path(sys.prefix) / "allure" / "node_modules"
ALLURE_3 = TOOLS / ".bin" / "allure"
ALLURE_2 = TOOLS / "allure-commandline" / "dist" / "bin" / "allure"
INSTALL = f"npm install --prefix {Path('.venv/allure')} allure allure-commandline"

EXCHANGE = Exchange(
    Request("GET", "https://org.example.com/api/v2/tickets", (("accept", "application/json"),)),
    Response(500, (("content-type", "application/json"),), b'{"error": "boom"}', 0.1),
)


def outcome(name: str, state: State, *checks: str) -> Outcome:
    key = f"zendesk:{name}"
    findings = tuple(Finding(key, check, 500, "", f"{check} is wrong", "", "", EXCHANGE) for check in checks)
    path = f"/api/v2/{name}"
    return Outcome(key, "zendesk", "GET", path, "Tickets", "read", "get", state, "why", seconds=0.5, findings=findings)


EXPECTED = {
    "Server errors": ["ShowTicket"],
    "Deviations from the contract": ["ListTickets"],
    "Refused by the gate": ["DeleteTicket"],
    "No 2xx": ["ListTags"],
    "No verdict": ["ListUsers"],
}
FIRST = Run(
    id="20261127-060000-1",
    started="2026-11-27T06:00:00+00:00",
    seconds=3.0,
    seed=1,
    targets={"zendesk": "acme"},
    permit={"tiers": ["read"]},
    versions={"deskcheck": "0.1.0"},
    exit_code=1,
    outcomes=(
        outcome("ListViews", State.PASSED),
        outcome("ShowTicket", State.FINDINGS, "status", "server_error"),
        outcome("ListTickets", State.FINDINGS, "body"),
        outcome("DeleteTicket", State.REFUSED),
        outcome("ListTags", State.NO_SUCCESS),
        outcome("ListUsers", State.ERROR),
    ),
)
SECOND = replace(
    FIRST,
    id="20261128-060000-1",
    started="2026-11-28T06:00:00+00:00",
    outcomes=(outcome("ShowTicket", State.PASSED), *FIRST.outcomes[:1], *FIRST.outcomes[2:]),
)


def run(folder: Path, *command: str | Path) -> None:
    environment = os.environ | {"NO_COLOR": "1"}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def read(path: Path):
    return json.loads(path.read_text())


@pytest.fixture(scope="module")
def by_allure_3(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two reports, made one after the other in one folder."""
    if not (ALLURE_3.exists() and shutil.which("node")):
        pytest.skip(f"Allure 3 is not installed: {INSTALL}")
    folder = tmp_path_factory.mktemp("allure3")
    for name, one in (("first", FIRST), ("second", SECOND)):
        results = allure.write(one, folder / name)
        run(folder, ALLURE_3, "generate", results, "--config", results / "allurerc.json", "-o", f"{name}-report")
    return folder


def results_of(report: Path) -> dict[str, dict]:
    rows = [read(path) for path in (report / "data" / "test-results").glob("*.json")]
    return {row["fullName"]: row for row in rows}


def test_allure_3_shows_every_result_with_its_attachments(by_allure_3: Path) -> None:
    shown = results_of(by_allure_3 / "first-report")
    assert sorted(shown) == sorted(one.key for one in FIRST.outcomes)
    (step,) = shown["zendesk:ListTickets"]["steps"]
    links = [one["link"] for one in step["steps"] if one["type"] == "attachment"]
    assert [link["name"] for link in links] == ["request", "answer", "curl"]
    assert not any(link["missed"] for link in links)


def test_allure_3_shows_the_categories(by_allure_3: Path) -> None:
    tree = read(by_allure_3 / "first-report" / "widgets" / "categories.json")
    nodes = [tree["nodes"][name] for name in tree["roots"]]
    assert {node["name"]: node["statistic"]["total"] for node in nodes} == {
        name: len(members) for name, members in EXPECTED.items()
    }


def test_allure_3_knows_each_result_again(by_allure_3: Path) -> None:
    shown = results_of(by_allure_3 / "second-report")
    assert {len(row["history"]) for row in shown.values()} == {1}
    assert shown["zendesk:ShowTicket"]["transition"] == "fixed"


@pytest.fixture(scope="module")
def by_allure_2(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, the history carried from the first report into the results of the second."""
    if not (ALLURE_2.exists() and shutil.which("java")):
        pytest.skip(f"Allure 2 is not installed: {INSTALL}, and apt-get install default-jre-headless")
    folder = tmp_path_factory.mktemp("allure2")
    run(folder, "sh", ALLURE_2, "generate", allure.write(FIRST, folder / "first"), "-o", "first-report")
    results = allure.write(SECOND, folder / "second")
    shutil.copytree(folder / "first-report" / "history", results / "history")
    run(folder, "sh", ALLURE_2, "generate", results, "-o", "second-report")
    return folder


def test_allure_2_shows_every_result(by_allure_2: Path) -> None:
    summary = read(by_allure_2 / "first-report" / "widgets" / "summary.json")
    shown = {name: count for name, count in summary["statistic"].items() if count and name != "total"}
    assert shown == Counter(failed=2, skipped=2, broken=1, passed=1)


def test_allure_2_shows_the_categories(by_allure_2: Path) -> None:
    shown = read(by_allure_2 / "first-report" / "data" / "categories.json")["children"]
    assert {one["name"] for one in shown} == set(EXPECTED)


def test_allure_2_knows_each_result_again(by_allure_2: Path) -> None:
    cases = [read(path) for path in (by_allure_2 / "second-report" / "data" / "test-cases").glob("*.json")]
    assert {case["fullName"] for case in cases} == {one.key for one in SECOND.outcomes}
    assert all(len(case["extra"]["history"]["items"]) == 1 for case in cases)
    trend = read(by_allure_2 / "second-report" / "widgets" / "history-trend.json")
    assert len(trend) == 2
    assert trend[0]["buildOrder"] > trend[1]["buildOrder"]
