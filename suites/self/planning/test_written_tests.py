"""Hand-written tests are counted as often as pytest runs them, without running anything of their files."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.planning.written_tests import UNKNOWN_SETS, WrittenTest, written_tests
from harness.run import suites
from harness.vendors import VENDORS

FILE = """
import pytest
raise SystemExit("a plan runs nothing of a suite")
LISTS = ["groups", "users"]
pytestmark = pytest.mark.toys
def helper(client): ...
def test_alone(client): ...
@pytest.mark.write
@pytest.mark.parametrize("walk", [1, 2, 3])
@pytest.mark.parametrize("name", LISTS)
def test_each(client, walk, name): ...
@pytest.mark.parametrize("name", everything())
def test_some(client, name): ...
@pytest.mark.parametrize("style", STYLES, ids=str)
def test_pages(client, listing, style): ...
def test_operation(contract, operation): ...
class TestToys:
    def test_inside(self, client): ...
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "toys").mkdir()
    (tmp_path / "toys" / "test_a.py").write_text(FILE)
    (tmp_path / "toys" / "test_broken.py").write_text("def test_(:")
    (tmp_path / "toys" / "conftest.py").write_text("def test_no(): ...")
    return tmp_path


def test_each_function_counts_once_a_parameter_set(folder: Path) -> None:
    found = written_tests("toys", folder)
    assert [(test.name, test.drawn, test.times) for test in found] == [
        ("test_alone", "", 1), ("test_each", "", 6), ("test_some", "", UNKNOWN_SETS),
        ("test_pages", "listing", UNKNOWN_SETS), ("test_operation", "operation", 1),
        ("test_inside", "", 1),
    ]  # fmt: skip
    assert written_tests("nobody", folder) == ()


@pytest.mark.parametrize(("pattern", "key", "fits"), [
    ("toys:*", "", True), ("toys:test_each", "", True), ("*groups*", "", True), ("toys:test_each[[]users]", "", True),
    ("toys:test_alone", "", False), ("*Toy*", "toys:CreateToy", True), ("*Toy*", "toys:CreateDoll", False),
])  # fmt: skip
def test_a_pattern_fits_a_test_or_one_of_its_sets(pattern: str, key: str, fits: bool) -> None:
    test = WrittenTest("test_each", times=2, ids=("groups", "users"))
    assert test.is_selected("toys", ["nothing", pattern], key) is fits
    assert test.is_selected("toys", (), key)


def test_the_suites_are_those_that_runs_have() -> None:
    for vendor in VENDORS:
        files = {path.name for path in suites.folder_of(vendor).glob("test_*.py")}
        assert bool(written_tests(vendor)) == bool(files)
        assert {test.drawn for test in written_tests(vendor)} >= {"operation", "collection", "listing", "show", ""}
