"""Media types by what they hold and by what covers them."""

from __future__ import annotations

import pytest

from harness.formats.media_types import bare, covers, fitting, is_json, is_xml


@pytest.mark.parametrize("name", ["application/json", "application/problem+json"])
def test_json_by_name_or_suffix(name: str) -> None:
    assert is_json(name)
    assert not is_xml(name)


@pytest.mark.parametrize("name", ["application/xml", "text/xml", "application/atom+xml"])
def test_xml_by_name_or_suffix(name: str) -> None:
    assert is_xml(name)
    assert not is_json(name)


def test_parameters_and_case_do_not_count() -> None:
    assert bare("Application/JSON; charset=utf-8") == "application/json"


def test_the_most_exact_declared_type_fits() -> None:
    contents = {"*/*": 1, "image/*": 2, "image/png": 3}
    assert fitting(contents, "image/png") == "image/png"
    assert fitting(contents, "image/gif") == "image/*"
    assert fitting(contents, "text/csv") == "*/*"
    assert fitting({"image/*": 2}, "text/csv") is None
    assert covers("image/*", "image/png")
    assert not covers("image/*", "text/csv")
