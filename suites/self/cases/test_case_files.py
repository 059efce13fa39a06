"""Cases are read from the file for the same document, operation, budget and seed, and from no other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.cases import case_files
from harness.cases.case import Case, Intent
from harness.openapi.catalog import Operation

LIST = Operation("zendesk", "ListTickets", "GET", "/api/v2/tickets")
SHOW = Operation("zendesk", "ShowTicket", "GET", "/api/v2/tickets/{id}")
CASES = (
    Case(
        "GET", "/api/v2/tickets", Intent.EXAMPLE, headers=(("a", "b"),), body=b"\xff\x00", origin={"meta": {"a": [1]}}
    ),
    Case("POST", "/api/v2/tickets", Intent.FUZZ, negative=True, has_json=True, json={"a": [None, 1.5, "é"]}),
)


def path_of(folder: Path, operation: Operation = LIST, document: str = "sha", budget: int = 20, seed: int = 1) -> Path:
    return case_files.path_of(folder, operation, document, budget, seed)


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    assert case_files.load(path_of(tmp_path)) is None
    case_files.save(path_of(tmp_path), CASES)
    assert case_files.load(path_of(tmp_path)) == CASES


@pytest.mark.parametrize(
    "other",
    [{"operation": SHOW}, {"document": "other"}, {"budget": 21}, {"seed": 2}],
    ids=lambda other: next(iter(other)),
)
def test_anything_else_has_a_file_of_its_own(tmp_path: Path, other: dict[str, Any]) -> None:
    case_files.save(path_of(tmp_path), CASES)
    assert case_files.load(path_of(tmp_path, **other)) is None


def test_new_code_or_another_generator_has_files_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case_files.save(path_of(tmp_path), CASES)
    monkeypatch.setattr(case_files, "_generator_version", lambda: "another")
    assert case_files.load(path_of(tmp_path)) is None


def test_every_file_that_decides_which_cases_there_are_counts() -> None:
    folder = Path(case_files.__file__).parent
    later = {"bind.py", "free_text.py", "marking.py", "marks.py"}  # what is done with a case after it was kept
    around = {"__init__.py", "case_files.py", "source.py"}
    assert set(case_files.GENERATOR) == {path.name for path in folder.glob("*.py")} - around - later


@pytest.mark.parametrize("spoilt", [b"", b"[{", b"{}", b"\xff"])
def test_a_spoilt_file_is_none_and_is_written_anew(tmp_path: Path, spoilt: bytes) -> None:
    path = path_of(tmp_path)
    case_files.save(path, CASES)
    path.write_bytes(spoilt)
    assert case_files.load(path) is None
    case_files.save(path, CASES)
    assert case_files.load(path) == CASES


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "cases").write_text("in the way")
    case_files.save(path_of(tmp_path), CASES)
    assert case_files.load(path_of(tmp_path)) is None


def test_what_has_no_json_form_is_not_written(tmp_path: Path) -> None:
    """Half a surrogate pair cannot be written as UTF-8."""
    case_files.save(path_of(tmp_path), (Case("POST", "/", Intent.FUZZ, has_json=True, json={"a": "\ud800"}),))
    assert list(tmp_path.rglob("*.json")) == []
