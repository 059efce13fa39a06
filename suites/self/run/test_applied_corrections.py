"""Outcomes tell which corrections counted: the user's wherever they did, ours where there is a finding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from harness import settings
from harness.finding import Finding
from harness.openapi import spec_files
from harness.planning import run_context
from harness.planning.run_context import RunContext
from harness.planning.run_options import RunOptions
from harness.results.outcome import AppliedCorrection, Outcome, State
from harness.run.applied_corrections import with_corrections
from harness.settings import Settings

LIST = Outcome("zendesk:ListTags", "zendesk", "GET", "/api/v2/tags", "Tags", "read", "get", State.PASSED)
SHOW = replace(LIST, key="zendesk:ShowTicket", path="/api/v2/tickets/{ticket_id}")
FINDING = Finding("zendesk:ShowTicket", "body", 200, "/ticket", "null")
MINE = AppliedCorrection("values", "specs/zendesk/fill.yaml:1", is_own=True)


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A file of the user's that gives a value to one operation."""
    file = tmp_path / "specs" / "zendesk" / "fill.yaml"
    file.parent.mkdir(parents=True)
    file.write_text("ListTags: {/a: 1}\n")
    monkeypatch.chdir(tmp_path)
    yield file
    spec_files.use_own(None)


def context(specs: Path | None = None) -> RunContext:
    return run_context.build(RunOptions(), Settings({}, settings.cache_folder(), specs=specs))


def test_without_files_of_the_user_s_only_findings_are_told_with_what_was_corrected() -> None:
    found = replace(SHOW, findings=(FINDING,))
    test = replace(LIST, key="zendesk:tests/test_a.py::test_it", method="", waived=(FINDING,))
    untouched, shown, of_test = with_corrections([LIST, found, test], context())
    assert untouched == LIST
    assert {row.kind for row in shown.corrections} == {"overlay"}
    assert all(row.place.startswith("shipped specs/zendesk/overlays/") for row in shown.corrections)
    assert of_test.corrections == shown.corrections, "a test has those of the operations that it found something about"


def test_what_the_user_corrected_is_told_without_a_finding_too(own: Path) -> None:
    rows = with_corrections([LIST, SHOW], context(own.parents[1]))
    assert [row.corrections for row in rows] == [(MINE,), ()]


def test_a_file_that_was_broken_meanwhile_does_not_end_the_run(own: Path) -> None:
    known = context(own.parents[1])
    own.write_text("- [")
    assert with_corrections([LIST], known) == (LIST,)
