"""Cases are generated once for the same document, operation, budget and seed, and read from a file after that."""

from __future__ import annotations

from pathlib import Path

import pytest
from things import CATALOG, TREE

from harness.cases import generate
from harness.cases.case import Case, Intent
from harness.cases.source import CaseSource
from harness.openapi.document import Document
from harness.openapi.document_cache import DocumentCache

LIST = CATALOG.by_key["zendesk:ListThings"]
CASES = (Case("GET", LIST.path, Intent.EXAMPLE), Case("GET", LIST.path, Intent.FUZZ, negative=True))


@pytest.fixture
def generated(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Budget and seed of each call of the generator, which gives the same two cases each time."""
    calls: list[tuple[int, int]] = []

    def give(operation: object, budget: int, seed: int) -> tuple[Case, ...]:
        calls.append((budget, seed))
        return CASES

    monkeypatch.setattr(generate, "generate", give)
    return calls


def source(cache: Path, *, budget: int = 20, seed: int = 1, stamp: str = "sha") -> CaseSource:
    document = Document("things", "zendesk", Path("things.yaml"), "sha", TREE)
    return CaseSource(
        DocumentCache(CATALOG, cache, _read={"zendesk": (document,)}, _stamps={"zendesk": stamp}), budget, seed
    )


def test_a_process_generates_an_operations_cases_once(tmp_path: Path, generated: list[tuple[int, int]]) -> None:
    cases = source(tmp_path / "no" / "folder")
    assert cases.cases(LIST) is cases.cases(LIST)
    assert generated == [(20, 1)]


def test_the_next_process_reads_them(tmp_path: Path, generated: list[tuple[int, int]]) -> None:
    assert source(tmp_path).cases(LIST) == CASES
    assert source(tmp_path).cases(LIST) == CASES
    assert generated == [(20, 1)]


@pytest.mark.parametrize(
    "other", [{"budget": 21}, {"seed": 2}, {"stamp": "changed"}], ids=lambda other: next(iter(other))
)
def test_anything_else_is_generated_anew(tmp_path: Path, generated: list[tuple[int, int]], other: dict) -> None:
    source(tmp_path).cases(LIST)
    source(tmp_path, **other).cases(LIST)
    assert len(generated) == 2


@pytest.mark.usefixtures("generated")
def test_cases_that_an_org_should_accept_can_be_had_alone(tmp_path: Path) -> None:
    assert source(tmp_path).valid_cases(LIST) == CASES[:1]


def test_cases_are_known_once_they_were_generated(tmp_path: Path, generated: list[tuple[int, int]]) -> None:
    assert source(tmp_path).known(LIST) is None
    assert generated == []
    source(tmp_path).cases(LIST)
    assert source(tmp_path).known(LIST) == CASES
    assert source(tmp_path, budget=4).known(LIST) is None
