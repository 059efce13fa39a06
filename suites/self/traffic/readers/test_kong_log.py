"""Logs of Kong."""

from __future__ import annotations

from typing import Any

import pytest
from writers import KONG, URL

from harness.traffic.readers.attached_files import NOTHING_ATTACHED
from harness.traffic.readers.kong_log import items, read

ASKED: dict[str, Any] = KONG["request"]  # type: ignore[assignment]
ANSWERED: dict[str, Any] = KONG["response"]  # type: ignore[assignment]


def test_bodies_of_every_kind() -> None:
    raw = KONG | {"request": ASKED | {"body": {"a": 1}}, "response": ANSWERED | {"body": {"b": 2}}}
    exchange = read(raw, NOTHING_ATTACHED).exchange
    assert exchange is not None
    assert (exchange.request.body, exchange.response.json) == (b'{"a": 1}', {"b": 2})
    without = {name: value for name, value in ANSWERED.items() if name != "body"}
    exchange = read(KONG | {"response": without, "response_body": "{}", "request_body": "x"}, NOTHING_ATTACHED).exchange
    assert exchange is not None
    assert (exchange.request.body, exchange.response.body) == (b"x", b"{}")


def test_a_query_that_stands_beside_the_url() -> None:
    reading = read(KONG | {"request": ASKED | {"querystring": {"page": "2"}}}, NOTHING_ATTACHED)
    assert reading.exchange is not None
    assert reading.exchange.request.url == f"{URL}?page=2"


@pytest.mark.parametrize("data", [[], {}, [KONG, 1], {"request": {"uri": "/"}, "response": {"status": 200}}])
def test_other_data_is_no_log(data: Any) -> None:
    assert items(data) is None
