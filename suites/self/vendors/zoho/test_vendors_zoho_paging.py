"""Zoho's lists are walked from row to row."""

from __future__ import annotations

import pytest

from harness.vendors import VENDORS
from harness.vendors.zoho.paging import PAGING, following


def test_a_list_is_followed_until_a_page_is_not_full() -> None:
    zoho = VENDORS["zoho"].paging
    assert zoho.first(frozenset({"from", "limit", "sortBy"})) == "from=1&limit=50"
    assert zoho.following("from=1&limit=50", {}, 50) == "from=51&limit=50"
    assert zoho.following("from=51&limit=50", {}, 49) == ""
    assert zoho.first(frozenset({"sortBy"})) == ""
    assert zoho.following("", {}, 50) == ""


@pytest.mark.parametrize(("rows", "query"), [(20, "from=41&limit=20"), (19, ""), (0, "")])
def test_only_a_full_page_has_another_behind_it(rows: int, query: str) -> None:
    assert following("from=21&limit=20", {"data": []}, rows) == query


def test_a_page_without_rows_is_a_204() -> None:
    assert [style.empty for style in PAGING.styles] == [204]
