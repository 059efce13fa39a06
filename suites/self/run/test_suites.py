"""Where the suites of a vendor are, and which of pytest's paths ask an org anything."""

from __future__ import annotations

import pytest

from harness.run.suites import GENERAL, OWN, SUITES, concerns, folder_of, leaves_out, vendors_of


def test_a_vendor_has_the_folder_of_its_name_or_else_the_general_one() -> None:
    assert folder_of("zendesk") == SUITES / "zendesk"
    assert folder_of("toydesk") == GENERAL


def test_a_suite_file_tests_the_vendors_of_its_folder() -> None:
    vendors = ("zendesk", "zoho", "toydesk")
    assert vendors_of(SUITES / "zoho" / "test_contract.py", vendors) == ["zoho"]
    assert vendors_of(GENERAL / "test_contract.py", vendors) == ["toydesk"]
    assert vendors_of(SUITES / "self" / "test_structure.py", vendors) == []


@pytest.mark.parametrize(("path", "guarded"), [
    ("suites/zendesk", True), ("suites/general", True), ("suites/zoho/test_pins.py::test_unpin", True),
    ("suites", True), (".", True),
    ("suites/self", False), ("suites/self/transport/test_egress.py", False), ("docs", False),
])  # fmt: skip
def test_suites_against_an_org_are_guarded(path: str, guarded: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(SUITES.parent)
    assert concerns([path]) is guarded


def test_one_suite_among_other_paths_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(SUITES.parent)
    assert concerns(["docs", "suites/zoho"])
    assert not concerns([])


@pytest.mark.parametrize(("paths", "left_out"), [
    (["suites"], True), (["."], True), (["suites/zendesk"], True),
    (["suites/self"], False), (["suites", "suites/self/test_errors.py"], False),
])  # fmt: skip
def test_a_run_leaves_out_the_tests_of_the_harness_unless_they_are_named(
    paths: list[str], left_out: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(SUITES.parent)
    assert leaves_out(OWN, paths) is left_out
    assert not leaves_out(SUITES / "zendesk", paths)
