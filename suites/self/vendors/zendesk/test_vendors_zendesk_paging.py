"""Zendesk's lists are walked by cursor or by page number, whichever the answer is paged by."""

from __future__ import annotations

from typing import Any

import pytest

from harness.vendors import VENDORS
from harness.vendors.zendesk.paging import (
    LARGEST,
    first_by_cursor,
    following_by_cursor,
    following_by_number,
    whole_count,
)


@pytest.mark.parametrize(
    ("body", "query"),
    [
        ({"meta": {"has_more": True, "after_cursor": "a=="}}, "page%5Bsize%5D=100&page%5Bafter%5D=a%3D%3D"),
        ({"meta": {"has_more": False, "after_cursor": "a=="}, "next_page": None}, ""),
        ({"next_page": "https://elsewhere.example/api/v2/tickets.json?page=2&per_page=100"}, "page=2&per_page=100"),
        ({"next_page": None}, ""),
        ({"meta": "no"}, ""),
        ([], ""),
        (None, ""),
    ],
)
def test_a_list_is_followed_by_cursor_or_by_link(body: Any, query: str) -> None:
    """Only the query of a link counts: where to ask is not the server's to say."""
    assert VENDORS["zendesk"].paging.following("", body, 100) == query


def test_a_page_is_as_large_as_the_first_one_was() -> None:
    more = {"meta": {"has_more": True, "after_cursor": "b"}}
    assert following_by_cursor(first_by_cursor(LARGEST), more, LARGEST) == "page%5Bsize%5D=100&page%5Bafter%5D=b"
    assert following_by_cursor(first_by_cursor(5), {"meta": {"has_more": False}}, 5) == ""


@pytest.mark.parametrize("broken", [{"has_more": True}, {"has_more": True, "after_cursor": {"of": "another type"}}, {}])
def test_a_field_that_is_missing_or_wrong_does_not_end_the_pages(broken: dict[str, Any]) -> None:
    links = {"next": "https://elsewhere.example/api/v2/groups?page%5Bsize%5D=5&page%5Bafter%5D=b"}
    query = following_by_cursor(first_by_cursor(5), {"meta": broken, "links": links}, 5)
    assert query == "page%5Bsize%5D=5&page%5Bafter%5D=b"
    assert following_by_cursor(first_by_cursor(5), {"meta": broken}, 5) == ""


def test_page_numbers_go_on_while_the_answer_links_to_a_next_page() -> None:
    assert following_by_number("page=2&per_page=30", {"next_page": "https://x.example/?page=99"}, 30) == (
        "page=3&per_page=30"
    )
    assert following_by_number("page=3&per_page=30", {"next_page": None}, 30) == ""


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ({"count": 3, "next_page": None, "previous_page": None}, 3),
        ({"count": 3, "next_page": "https://x.example/?page=2", "previous_page": None}, None),
        ({"count": 3}, None),
        ({"count": {"value": 3}, "next_page": None, "previous_page": None}, None),
        ([], None),
    ],
)
def test_a_count_is_held_against_a_list_only_where_this_page_is_all_of_it(body: Any, count: int | None) -> None:
    assert whole_count(body) == count
