"""Findings, causes, waived findings and leftovers of a run: the same numbers in every output that says them."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from believable import believable, two_orgs
from rich.console import Console

from harness.finding import Finding
from harness.report import console
from harness.report.formats import BY_NAME, FORMATS
from harness.report.run_counts import run_counts
from harness.results import archive
from harness.results.outcome import AgainstBaseline, Outcome, Run, State, fingerprint

Counts = Mapping[str, int]
ALL = frozenset({"findings", "causes", "waived", "leftovers"})


def _with_tests(run: Run) -> Run:
    """The run with a hand-written test that shows findings of operations again, and one that is new and waived both."""
    found = next(row for row in run.outcomes if len(row.findings) > 1)
    test = Outcome(
        f"{found.vendor}:test_all", found.vendor, "", "test_all", "suites", "read", "", State.FINDINGS,
        findings=found.findings, waived=(replace(found.findings[0], waiver="W-1"),), target=found.target,
    )  # fmt: skip
    return replace(run, outcomes=(*run.outcomes, test))


def _known(run: Run) -> Run:
    names = [fingerprint(finding) for row in run.outcomes for finding in row.findings]
    return replace(run, against=AgainstBaseline("b", new=tuple(names[:3]), known=tuple(names[3:])))


def _thousands() -> Run:
    """More findings than fit into three digits, or into what a list of any format shows at first."""
    run = believable(zendesk=80, zoho=40)
    outcomes = [
        replace(row, findings=tuple(Finding(row.key, "body", 200, f"/{index}/k{n}", "wrong") for n in range(20)))
        for index, row in enumerate(run.outcomes)
        if row.state is State.FINDINGS or row.state is State.PASSED
    ]
    return replace(run, outcomes=tuple(replace(row, state=State.FINDINGS) for row in outcomes))


MANY = _with_tests(replace(believable(zendesk=300, zoho=200), leftovers=("a ticket", "a user"), exit_code=5))
CLEAN = tuple(row for row in MANY.outcomes if not row.findings and not row.waived)
RUNS = {
    "many": MANY,
    "thousands": _thousands(),
    "two orgs": _with_tests(two_orgs()),
    "against a baseline": _known(MANY),
    "hostile": replace(believable(zendesk=80, zoho=40, hostile=True), leftovers=("a ticket",)),
    "nothing found": replace(MANY, leftovers=(), outcomes=CLEAN, exit_code=0),
}


def in_words(said: str) -> Counts:
    """The numbers of the one sentence in which outputs say them."""
    words = {
        "findings": r"([\d,]+) findings?",
        "causes": r"([\d,]+) causes?",
        "waived": r"([\d,]+) waived",
        "leftovers": r"([\d,]+) records? still there",
    }
    amounts = {name: re.search(pattern, said) for name, pattern in words.items()}
    return {name: int(amount[1].replace(",", "")) if amount else 0 for name, amount in amounts.items()}


def line_with(text: str, beginning: str) -> str:
    return next(line for line in text.splitlines() if line.startswith(beginning))


def of_summary(path: Path) -> Counts:
    told = path.read_text()
    counts = in_words(line_with(told, "Found: "))
    if counts["findings"]:
        assert f"## {counts['findings']:,} findings, {counts['causes']:,} causes" in told
    if counts["waived"]:
        assert f"## Waived: {counts['waived']:,} finding" in told
    if counts["leftovers"]:
        assert f"## Still there ({counts['leftovers']:,})" in told
    return counts


def of_page(path: Path) -> Counts:
    shown = path.read_text()
    names = {"Findings": "findings", "Causes": "causes", "Waived": "waived", "Still there": "leftovers"}
    pairs = re.findall(r"<dt>([^<]+)</dt><dd>([\d,]+)</dd>", shown.partition("</dl>")[0])
    counts = {names[head]: int(amount.replace(",", "")) for head, amount in pairs if head in names}
    assert len(re.findall('<details class="cause"', shown)) == counts["causes"]
    return counts


def of_junit(path: Path) -> Counts:
    suites = Xml.parse(path).getroot().findall("testsuite")
    told = [
        {
            row.get("name", "").removeprefix("run."): int(row.get("value", ""))
            for row in suite.findall("properties/property")
            if row.get("name", "").startswith("run.")
        }
        for suite in suites
    ]
    assert all(counts == told[0] for counts in told)
    return told[0]


def of_allure(path: Path) -> Counts:
    rows = (line.partition("=") for line in (path / "environment.properties").read_text().splitlines())
    return {name: int(value) for name, _, value in rows if name in ALL}


def of_baseline(path: Path) -> Counts:
    return {"findings": len(path.read_text().splitlines()) - 1}


def of_sarif(path: Path) -> Counts:
    (run,) = json.loads(path.read_text())["runs"]
    suppressed = [result for result in run["results"] if "suppressions" in result]
    notices = run["invocations"][0]["toolExecutionNotifications"]
    assert len(run["results"]) - len(suppressed) == run["properties"]["findings"]
    assert len(suppressed) == run["properties"]["waived"]
    left = [one for one in notices if one["message"]["text"].startswith("still there: ")]
    assert len(left) == run["properties"]["leftovers"]
    return run["properties"]


def of_gitlab(path: Path) -> Counts:
    return {"findings": len(json.loads(path.read_text()))}


def of_comment(path: Path) -> Counts:
    told = path.read_text()
    facts = re.search(r"in all (.*?) · ", told)
    return in_words(facts[1] if facts else line_with(told, "### deskcheck: "))


def of_wfc(path: Path) -> Counts:
    return {"findings": json.loads(path.read_text())["faults"]["totalNumber"]}


@dataclass(frozen=True)
class Reader:
    """How a format's counts are read, which of them it says, and why not the others."""

    read: Callable[[Path], Counts]
    says: frozenset[str] = ALL
    why: str = ""


READERS = {
    "summary": Reader(of_summary),
    "page": Reader(of_page),
    "junit": Reader(of_junit),
    "junit-strict": Reader(of_junit),
    "allure": Reader(of_allure),
    "sarif": Reader(of_sarif),
    "comment": Reader(of_comment),
    "baseline": Reader(of_baseline, frozenset({"findings"}), "a list of what is known, a line a finding"),
    "gitlab": Reader(of_gitlab, frozenset({"findings"}), "the form has issues and nothing else"),
    "wfc": Reader(of_wfc, frozenset({"findings"}), "the form has no causes and no waivers"),
    "github": Reader(lambda path: {}, frozenset(), "GitHub takes 10 annotations of a kind"),
}


def test_every_format_has_a_reader_here() -> None:
    assert set(READERS) == set(BY_NAME)
    assert all(reader.why for reader in READERS.values() if reader.says != ALL)


@pytest.mark.parametrize("name", RUNS)
def test_every_output_says_the_same(name: str, tmp_path: Path) -> None:
    run = RUNS[name]
    expected = asdict(run_counts(run))
    for row in FORMATS:
        reader, path = READERS[row.name], row.write(run, tmp_path)
        assert reader.read(path) == {count: expected[count] for count in reader.says}, row.name
    archive.save(run, tmp_path, run_counts(run))
    totals = json.loads((tmp_path / archive.RUN).read_text())["totals"]
    assert {count: totals[count] for count in ALL} == expected
    screen = io.StringIO()
    console.close(run, tmp_path, Console(file=screen, highlight=False, width=80))
    assert in_words(line_with(screen.getvalue(), "Found")) == expected


def test_the_counts_are_of_distinct_things() -> None:
    counts = run_counts(MANY)
    new = {fingerprint(finding) for row in MANY.outcomes for finding in row.findings}
    waived = {fingerprint(finding) for row in MANY.outcomes for finding in row.waived}
    assert counts.findings == len(new) < sum(len(row.findings) for row in MANY.outcomes)
    assert counts.waived == len(waived - new) < len(waived)
    assert 0 < counts.causes < counts.findings
    assert counts.leftovers == 2
