"""Hand-written tests are counted as often as pytest runs them, without running anything of their files."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.openapi.document_cache import open_documents
from harness.planning.written_tests import UNKNOWN_SETS, WrittenTest, read_file, written_tests
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
    found = written_tests("toys", suites=folder)
    assert [(test.function, test.drawn, test.times) for test in found] == [
        ("test_alone", "", 1), ("test_each", "", 6), ("test_some", "", UNKNOWN_SETS),
        ("test_pages", "listing", UNKNOWN_SETS), ("test_operation", "operation", 1),
        ("test_inside", "", 1),
    ]  # fmt: skip
    assert written_tests("nobody", suites=folder) == ()


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


OWN = """
import pytest
pytestmark = [pytest.mark.zoho, pytest.mark.read]
def test_lists(client):
    client.get("/api/v1/tickets")
@pytest.mark.requests(90)
@pytest.mark.operations("getTicket")
def test_many(client): ...
"""


def test_suites_of_the_user_are_of_the_vendor_that_their_marks_name_wherever_they_lie(tmp_path: Path) -> None:
    (tmp_path / "refunds").mkdir()
    (tmp_path / "refunds" / "orders_test.py").write_text(OWN)
    (tmp_path / "test_any.py").write_text("def test_any(client): ...")
    own = {test.function: test for test in written_tests("zoho", [tmp_path]) if test.is_own}
    assert own.keys() == {"test_lists", "test_many", "test_any"}
    assert own["test_many"].most == 90
    assert [test.function for test in written_tests("zendesk", [tmp_path]) if test.is_own] == ["test_any"]


def test_a_test_touches_what_its_mark_names_and_what_it_sends(tmp_path: Path) -> None:
    file = tmp_path / "test_own.py"
    file.write_text(OWN)
    catalog = open_documents(tmp_path).catalog
    lists, many = (test.touches("zoho", catalog) for test in read_file(file))
    assert (lists, many) == ({"zoho:getTickets"}, {"zoho:getTicket"})


def test_a_ticket_of_the_plugin_s_fixture_touches_what_makes_one(tmp_path: Path) -> None:
    file = tmp_path / "test_desk.py"
    file.write_text("def test_a(ticket): ...\n")
    (test,) = read_file(file)
    catalog = open_documents(tmp_path).catalog
    assert "zendesk:CreateTicket" in test.touches("zendesk", catalog)
    assert {"zoho:createTicket", "zoho:createContact"} <= test.touches("zoho", catalog)
