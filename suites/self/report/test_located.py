"""Each finding of a run stands once, at its operation, the gravest first."""

from __future__ import annotations

from dataclasses import replace

import pytest
from believable import believable, two_orgs
from hypothesis import given
from hypothesis import strategies as st

from harness.finding import Finding
from harness.report.located import NOWHERE, Source, located, source_of
from harness.report.text import visible
from harness.results.outcome import AgainstBaseline, Outcome, State, fingerprint

MINOR, CRITICAL = (
    Finding("zoho:A", "undocumented_field", 200, "/x", "m"),
    Finding("zoho:A", "server_error", 500, "", "m"),
)
OPERATION = Outcome("zoho:A", "zoho", "GET", "/a", "A", "read", "get", State.FINDINGS, source="specs/zoho/desk.json:9")
WRITTEN = Outcome("zoho:test_a", "zoho", "", "test_a", "suite", "read", "hand-written", State.FINDINGS, source="t.py:3")


def test_grave_findings_come_first_and_old_ones_last() -> None:
    run = replace(believable(), outcomes=(replace(OPERATION, findings=(MINOR, CRITICAL)),))
    assert [row.finding for row in located(run)] == [CRITICAL, MINOR]
    known = replace(run, against=AgainstBaseline("b", known=(fingerprint(CRITICAL),)))
    assert [(row.finding, row.is_new) for row in located(known)] == [(MINOR, True), (CRITICAL, False)]


def test_a_finding_of_a_test_stands_at_the_operation_that_it_is_about() -> None:
    run = replace(believable(), outcomes=(OPERATION, replace(WRITTEN, findings=(MINOR,))))
    assert [(row.source, row.operation) for row in located(run)] == [(Source("specs/zoho/desk.json", 9), "GET /a")]


def test_a_finding_of_no_tried_operation_stands_at_its_test() -> None:
    run = replace(believable(), outcomes=(replace(WRITTEN, findings=(MINOR,)),))
    assert [(row.source, row.operation) for row in located(run)] == [(Source("t.py", 3), "zoho:A")]


def test_what_several_orgs_show_is_one_row_with_their_names() -> None:
    rows = located(two_orgs())
    assert len({row.id for row in rows}) == len(rows)
    assert ("eu", "us") in {row.orgs for row in rows}


@pytest.mark.parametrize("source", ["", "x", "x:", ":3", "x:0", "x:y", "x:-1"])
def test_a_place_that_is_none_is_said_to_be_unknown(source: str) -> None:
    assert source_of(replace(OPERATION, source=source)) == Source(NOWHERE, 1)


@given(st.text(min_size=1), st.integers(1, 10**6))
def test_a_file_may_have_any_name(file: str, line: int) -> None:
    assert source_of(replace(OPERATION, source=f"{file}:{line}")) == Source(file, line)


@given(st.text())
def test_a_sentence_is_one_visible_line(raw: str) -> None:
    run = replace(
        believable(), outcomes=(replace(OPERATION, findings=(Finding("zoho:A", "body", 200, raw, raw, raw),)),)
    )
    assert all(visible(row.sentence) == row.sentence for row in located(run))
