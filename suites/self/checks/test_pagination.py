"""A list's rows: each once, and as many as it counts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from promised import exchange, promise

from harness.checks import BY_NAME, judge

A, B = {"id": 1, "name": "a"}, {"id": 2, "name": "b"}
ALONE = {"next_page": None, "previous_page": None}


def seen(body, method="GET", status=200):
    """(check, pointer) of what the rows' checks find in an answer."""
    match, contract = promise({})
    one = exchange(body, status=status)
    one = replace(one, request=replace(one.request, method=method))
    return [
        (found.check, found.pointer)
        for found in judge(one, match, contract, [BY_NAME["page_repeats"], BY_NAME["page_loses"]])
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"things": [A, B]}, []),
        ({"things": [A, B, A]}, [("page_repeats", "/things/2")]),
        ([A, A], [("page_repeats", "/1")]),
        ({"things": [A, {**A, "locale": "de"}]}, []),  # one record in two of its languages
        ({"things": [{"name": "a"}, {"name": "a"}]}, []),  # nothing tells them apart
        ({"things": ["a", "a"]}, []),
        ({"things": []}, []),
        ({"thing": A}, []),
    ],
)
def test_a_row_that_is_there_twice_is_found(body, expected):
    assert seen(body) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"things": [A, B], "count": 2, **ALONE}, []),
        ({"things": [A], "count": 2, **ALONE}, [("page_loses", "/count")]),
        ({"things": [], "count": 1, **ALONE}, [("page_loses", "/count")]),
        ({"things": ["a"], "count": 2, **ALONE}, [("page_loses", "/count")]),
        ({"things": [A], "users": [A, B], "count": 2, **ALONE}, []),  # which list is counted, nobody says
        ({"things": [A], "count": 2, **ALONE, "next_page": "https://h/?page=2"}, []),
        ({"things": [A], "count": {"value": 2}, **ALONE}, []),
        ({"things": [A], "count": 2}, []),
        ({"count": 2, **ALONE}, []),
    ],
)
def test_a_list_on_one_page_has_as_many_rows_as_it_counts(body, expected):
    assert seen(body) == expected


@pytest.mark.parametrize(("method", "status"), [("POST", 200), ("GET", 404)])
def test_only_reads_that_succeed_are_lists(method, status):
    assert seen({"results": [A, A], "count": 9, **ALONE}, method, status) == []


@given(st.lists(st.integers(1, 50), unique=True, min_size=2), st.data())
def test_repeating_or_losing_any_row_of_any_list_is_found(ids, data):
    rows = [{"id": ident} for ident in ids]
    assert seen({"things": rows, "count": len(rows), **ALONE}) == []
    at = data.draw(st.integers(0, len(rows) - 1))
    assert seen({"things": rows[:at] + rows[at + 1 :], "count": len(rows), **ALONE}) == [("page_loses", "/count")]
    assert [check for check, _ in seen([*rows, rows[at]])] == ["page_repeats"]
