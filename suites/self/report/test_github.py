"""github-annotations.txt keeps the grammar of workflow commands, whatever a server says."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from believable import HOSTILE, believable, two_orgs
from hypothesis import given
from hypothesis import strategies as st

from harness.finding import Finding
from harness.report import github
from harness.report.github import Annotation
from harness.report.text import visible
from harness.results.outcome import AgainstBaseline, Outcome, Run, State, fingerprint

# "Workflow commands for GitHub Actions": ::NAME key=value,key=value::message, with escapes in all of its parts.
_PAIR = r"(?:file|line|title)=[^,:\r\n]*"
COMMAND = re.compile(rf"::(error|warning|notice)(?: ({_PAIR}(?:,{_PAIR})*))?::([^\r\n]*)")
FINDING = Finding("zoho:A", "body", 200, "/b", "wrong", "type string")
OUTCOME = Outcome("zoho:A", "zoho", "GET", "/a", "A", "read", "get", State.FINDINGS, source="specs/a,b:c.json:9")


def run_of(*findings: Finding, **more: object) -> Run:
    return replace(believable(), outcomes=(replace(OUTCOME, findings=findings),), **more)


def parsed(line: str) -> tuple[str, dict[str, str], str]:
    """A command as GitHub's runner reads it."""
    match = COMMAND.fullmatch(line)
    assert match, line
    pairs = dict(pair.split("=", 1) for pair in (match[2] or "").split(",") if pair)
    return match[1], {name: unescaped(value) for name, value in pairs.items()}, unescaped(match[3])


def unescaped(text: str) -> str:
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, character)
    return text


@pytest.mark.parametrize("run", [believable(), believable(hostile=True), two_orgs(hostile=True)])
def test_every_line_is_a_command_and_no_kind_has_more_than_a_step_shows(run: Run) -> None:
    commands = [parsed(line) for line in github.render(run).splitlines()]
    kinds = [kind for kind, _, _ in commands]
    assert kinds
    assert all(kinds.count(kind) <= github.A_STEP for kind in kinds)


@given(st.text(), st.text())
def test_no_text_leaves_its_place(message: str, value: str) -> None:
    assert parsed(Annotation("error", message, {"title": value}).command) == (
        "error",
        {"title": visible(value)},
        message,
    )


def test_an_annotation_names_file_line_check_and_id() -> None:
    kind, places, message = parsed(github.render(run_of(FINDING)).strip())
    assert kind == "warning"
    assert places == {"file": "specs/a,b:c.json", "line": "9", "title": f"deskcheck body {fingerprint(FINDING)}"}
    assert message == "zoho:A answered 200: wrong at /b (expected: type string)"


def test_leftovers_and_missing_verdicts_come_first() -> None:
    error = replace(OUTCOME, key="zoho:B", state=State.ERROR, detail="cut\nthrice", findings=())
    run = replace(run_of(FINDING, leftovers=("ticket 7" + HOSTILE,), exit_code=5), outcomes=(error,))
    messages = [parsed(line)[2] for line in github.render(run).splitlines()]
    assert "ticket 7" in messages[0]
    assert "deskcheck sweep" in messages[0]
    assert messages[1].startswith("1 operation or test without a verdict")


def test_only_new_findings_are_marked() -> None:
    against = AgainstBaseline("b", known=(fingerprint(FINDING),))
    assert github.render(run_of(FINDING, against=against)) == ""


def test_what_is_left_out_is_counted() -> None:
    many = [replace(FINDING, pointer=f"/{name}") for name in "abcdefghijklmnop"]
    rest = github.render(run_of(*many)).splitlines()[-1]
    assert parsed(rest)[2].startswith("6 more findings in the report")
