"""pull-request.md says findings and leftovers first, fits into a comment, and nothing of a server has effect in it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from believable import HOSTILE, believable, two_orgs
from hypothesis import given
from hypothesis import strategies as st

from harness.finding import Finding
from harness.report import comment
from harness.results.outcome import AgainstBaseline, Outcome, Run, State, fingerprint

FINDING = Finding("zoho:A", "body", 200, "/b", "wrong", "type string")
OUTCOME = Outcome("zoho:A", "zoho", "GET", "/a", "A", "read", "get", State.FINDINGS, findings=(FINDING,))


def run_of(*outcomes: Outcome, **more: object) -> Run:
    return replace(believable(), outcomes=outcomes, **more)


def headline(run: Run) -> str:
    first, _, title, *_ = comment.render(run).splitlines()
    assert first == comment.MARKER
    return title.removeprefix("### deskcheck: ")


@pytest.mark.parametrize(("run", "said"), [
    (run_of(OUTCOME), "1 finding, 1 cause"),
    (run_of(OUTCOME, leftovers=("a", "b"), exit_code=5), "2 records still there, 1 finding, 1 cause"),
    (run_of(leftovers=("a",), exit_code=5), "1 record still there, no findings"),
    (run_of(OUTCOME, lost=True, exit_code=5), "the ledger was lost, 1 finding, 1 cause"),
    (run_of(replace(OUTCOME, state=State.ERROR, findings=())), "no findings, 1 without a verdict"),
    (run_of(exit_code=4), "no findings, could not finish"),
    (run_of(OUTCOME, against=AgainstBaseline("b", known=(fingerprint(FINDING),))), "0 new findings, 1 known"),
])  # fmt: skip
def test_the_headline_hides_nothing(run: Run, said: str) -> None:
    assert headline(run) == said


@pytest.mark.parametrize("hostile", [False, True])
@pytest.mark.parametrize("leftovers", [0, 3, 5_000])
def test_it_fits_and_still_says_the_next_step(hostile: bool, leftovers: int) -> None:
    lines = tuple(f"ticket {number} {HOSTILE if hostile else ''}" * 20 for number in range(leftovers))
    for run in (believable(hostile=hostile), two_orgs(hostile)):
        shown = comment.render(replace(run, leftovers=lines))
        assert len(shown.encode()) <= comment.LARGEST
        assert shown.rstrip().splitlines()[-1].startswith("Next: ")


def test_what_is_left_out_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comment, "LARGEST", 1_200)
    shown = comment.render(believable())
    assert len(shown.encode()) <= 1_200
    assert "More in the report." in shown


@given(st.text())
def test_text_of_a_server_stands_in_code_spans_alone(raw: str) -> None:
    marked = f"<img src=x>{raw}@everyone [a](https://evil.example) <!-- "
    finding = Finding("zoho:A", "body", 200, f"/{marked}", marked, marked)
    shown = comment.render(run_of(replace(OUTCOME, findings=(finding,)), leftovers=(marked,)))
    outside = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", shown.removeprefix(comment.MARKER))
    assert "<" not in outside
    assert "@" not in outside
    assert "](" not in outside


def test_only_new_causes_are_listed_against_a_baseline() -> None:
    other = replace(FINDING, pointer="/c")
    against = AgainstBaseline("before", new=(fingerprint(other),), known=(fingerprint(FINDING),))
    shown = comment.render(run_of(replace(OUTCOME, findings=(FINDING, other)), against=against))
    assert fingerprint(other) in shown
    assert fingerprint(FINDING) not in shown
    assert "Against `before`: 1 new finding, 1 known." in shown
