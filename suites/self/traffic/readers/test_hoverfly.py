"""Simulations of Hoverfly."""

from __future__ import annotations

from typing import Any

import pytest
from writers import HOST, HOVERFLY_5, PATH, exact

from harness.traffic.readers.attached_files import NOTHING_ATTACHED
from harness.traffic.readers.hoverfly import MANY, items, read

ANSWER = {"status": 200, "body": "{}", "headers": {"Content-Type": ["application/json"]}}


@pytest.mark.parametrize(
    ("more", "query"),
    [
        ({"query": {"page": exact("2"), "ids": [{"matcher": "array", "value": ["1"]}]}}, "?page=2"),
        ({"query": {"id": exact("1;2")}}, "?id=1&id=2"),
        ({"query": {"page": {"matcher": "exact", "value": "2"}}}, "?page=2"),
        ({"query": {}, "deprecatedQuery": exact("page=2")}, "?page=2"),
        ({"query": "page=2"}, "?page=2"),
        ({"query": {"exactMatch": "page=2"}}, "?page=2"),
        ({}, ""),
    ],
)
def test_the_query_of_every_version(more: Any, query: str) -> None:
    reading = read({"request": HOVERFLY_5 | more, "response": ANSWER}, NOTHING_ATTACHED)
    assert reading.exchange is not None
    assert reading.exchange.request.url == f"https://{HOST}{PATH}{query}"


@pytest.mark.parametrize(
    "more",
    [{"path": [{"matcher": "regex", "value": ".*"}]}, {"path": None}, {"method": []}, {"path": {"globMatch": "/*"}}],
)
def test_a_pair_of_many_requests_shows_none(more: Any) -> None:
    reading = read({"request": HOVERFLY_5 | more, "response": ANSWER}, NOTHING_ATTACHED)
    assert (reading.exchange, reading.note) == (None, MANY)


@pytest.mark.parametrize("data", [[], {}, {"data": []}, {"data": {"pairs": {}}}, {"journal": "x"}])
def test_other_data_is_no_simulation(data: Any) -> None:
    assert items(data) is None
