"""A test's name tells its file, but for those that are shipped; none of them is told by its parameters' brackets."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from harness import shipped
from harness.planning.suite_names import fits, names_test, short_name, suite_name
from harness.planning.written_tests import written_tests
from harness.vendors import VENDORS


@pytest.mark.parametrize(
    ("path", "classes", "name"),
    [
        (Path("tests/desk/test_a.py"), (), "tests/desk/test_a.py::test_it[1]"),
        (Path("tests/zendesk/test_a.py"), ("TestA", "TestB"), "tests/zendesk/test_a.py::TestA::TestB::test_it[1]"),
        (Path("../shared/test_a.py"), (), "../shared/test_a.py::test_it[1]"),
        (shipped.suites() / "zendesk" / "test_a.py", (), "test_it[1]"),
        (shipped.suites() / "zendesk" / "more" / "test_a.py", (), "suites/zendesk/more/test_a.py::test_it[1]"),
        (Path(), (), "test_it[1]"),
    ],
)
def test_a_test_is_called_by_file_class_and_function(
    path: Path, classes: tuple[str, ...], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shipped.root())
    absolute = Path.cwd() / path if path != Path() else path
    assert suite_name("test_it[1]", absolute, classes) == name
    assert short_name(name) == "test_it[1]"


def test_shipped_tests_of_one_vendor_have_names_of_their_own() -> None:
    """They are called by their function alone."""
    for vendor in VENDORS:
        count = Counter(test.name for test in written_tests(vendor))
        assert [name for name, times in count.items() if times > 1] == []


@pytest.mark.parametrize(
    ("name", "short"),
    [("test_a", "test_a"), ("a/b.py::T::test_a[x::y]", "test_a[x::y]"), ("test_a[b.py::c]", "test_a[b.py::c]")],
)
def test_parameters_are_no_part_of_the_place(name: str, short: str) -> None:
    assert short_name(name) == short


@pytest.mark.parametrize(
    ("pattern", "does"),
    [
        ("toys:test_a[1-b]", True),
        ("toys:test_*", True),
        ("toys:test_a", False),
        ("toys:test_a[[]1-b]", True),
        ("test_a[1-b]", False),
    ],
)
def test_a_pattern_fits_a_name_that_it_is_or_describes(pattern: str, does: bool) -> None:
    assert fits(iter(["toys:test_a[1-b]"]), [pattern]) is does


@pytest.mark.parametrize(
    ("pattern", "does"),
    [
        ("zendesk:test_tags*", True),
        ("zendesk:tests/desk/test_a.py::*", True),
        ("zendesk:tests/test_a.py::TestA::test_b[x:y]", True),
        ("zendesk:ListTags", False),
        ("/api/v2/tests*", False),
        ("*Tags", False),
    ],
)
def test_a_pattern_of_tests_is_known_by_their_names(pattern: str, does: bool) -> None:
    assert names_test(pattern) is does
