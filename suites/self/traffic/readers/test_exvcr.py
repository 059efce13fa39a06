"""Cassettes of ExVCR."""

from __future__ import annotations

from typing import Any

import pytest
from writers import EXVCR, base64_of

from harness.traffic.readers.attached_files import NOTHING_ATTACHED
from harness.traffic.readers.exvcr import items, read


def test_a_hand_written_one_says_less() -> None:
    raw = {"request": {"url": "https://h.example/", "method": "post"}, "response": {"status_code": 200, "body": "a"}}
    assert items([raw]) == [raw]
    exchange = read(raw, NOTHING_ATTACHED).exchange
    assert exchange is not None
    assert (exchange.request.method, exchange.response.body) == ("POST", b"a")


def test_a_term_that_is_no_binary_is_an_error() -> None:
    answer = EXVCR[0]["response"] | {"body": base64_of(b"\x83a\x01")}
    with pytest.raises(ValueError, match="no binary"):
        read(EXVCR[0] | {"response": answer}, NOTHING_ATTACHED)


@pytest.mark.parametrize("data", [[], [{}], {}, [{"request": {"url": "a"}, "response": {"status": 200}}]])
def test_other_data_is_no_cassette(data: Any) -> None:
    assert items(data) is None
