"""Cases are made once for the same document, operation, budget and seed, and made anew for anything else."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.cases import store
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


class Maker:
    """Gives the cases and counts how often it was asked."""

    def __init__(self, cases: tuple[Case, ...] = CASES) -> None:
        self.cases, self.asked = cases, 0

    def __call__(self) -> tuple[Case, ...]:
        self.asked += 1
        return self.cases


def test_the_second_time_nothing_is_generated(tmp_path: Path) -> None:
    maker = Maker()
    assert store.kept(tmp_path, LIST, "sha", 20, 1, maker) == CASES
    assert store.kept(tmp_path, LIST, "sha", 20, 1, maker) == CASES
    assert maker.asked == 1


@pytest.mark.parametrize(
    "other", [(SHOW, "sha", 20, 1), (LIST, "other", 20, 1), (LIST, "sha", 21, 1), (LIST, "sha", 20, 2)]
)
def test_anything_else_is_generated_anew(tmp_path: Path, other: tuple[Operation, str, int, int]) -> None:
    maker = Maker()
    store.kept(tmp_path, LIST, "sha", 20, 1, maker)
    store.kept(tmp_path, *other, maker)
    assert maker.asked == 2


def test_new_code_or_another_generator_makes_new_cases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    maker = Maker()
    store.kept(tmp_path, LIST, "sha", 20, 1, maker)
    monkeypatch.setattr(store, "_maker", lambda: "another")
    store.kept(tmp_path, LIST, "sha", 20, 1, maker)
    assert maker.asked == 2
    folder = Path(store.__file__).parent
    later = {"bind.py", "free_text.py", "marking.py", "marks.py"}  # what is done with a case after it was kept
    assert set(store._CODE) == {path.name for path in folder.glob("*.py")} - {"__init__.py", "store.py"} - later


@pytest.mark.parametrize("spoilt", [b"", b"[{", b"{}", b"\xff"])
def test_a_spoilt_file_is_made_anew(tmp_path: Path, spoilt: bytes) -> None:
    store.kept(tmp_path, LIST, "sha", 20, 1, Maker())
    (file,) = tmp_path.rglob("*.json")
    file.write_bytes(spoilt)
    assert store.kept(tmp_path, LIST, "sha", 20, 1, Maker()) == CASES
    assert file.read_bytes() != spoilt


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "cases").write_text("in the way")
    maker = Maker()
    assert store.kept(tmp_path, LIST, "sha", 20, 1, maker) == CASES
    assert store.kept(tmp_path, LIST, "sha", 20, 1, maker) == CASES
    assert maker.asked == 2


def test_what_has_no_json_form_is_used_and_not_kept(tmp_path: Path) -> None:
    """Half a surrogate pair cannot be written as UTF-8."""
    broken = (Case("POST", "/", Intent.FUZZ, has_json=True, json={"a": "\ud800"}),)
    assert store.kept(tmp_path, LIST, "sha", 20, 1, Maker(broken)) == broken
    assert list(tmp_path.rglob("*.json")) == []
