"""JSON sessions of Charles."""

from __future__ import annotations

from typing import Any

import pytest
from writers import CHARLES_SESSION

from harness.traffic.readers.attached_files import NOTHING_ATTACHED
from harness.traffic.readers.charles_session import items, read
from harness.traffic.readers.recording_format import NO_ANSWER

ONE: dict[str, Any] = CHARLES_SESSION[0]


def test_a_tunnel_is_no_exchange() -> None:
    assert items([ONE, ONE | {"method": "CONNECT"}]) == [ONE]


def test_the_address_is_put_together() -> None:
    reading = read(ONE | {"actualPort": 8443, "query": "a=b"}, NOTHING_ATTACHED)
    assert reading.exchange is not None
    assert reading.exchange.request.url == "https://acme.zendesk.com:8443/api/v2/tickets/count.json?a=b"


@pytest.mark.parametrize("more", [{"status": "FAILED"}, {"response": None}])
def test_what_failed_has_no_answer(more: Any) -> None:
    assert read(ONE | more, NOTHING_ATTACHED) == NO_ANSWER


@pytest.mark.parametrize("data", [[], [{}], {}, [1]])
def test_other_data_is_no_session(data: Any) -> None:
    assert items(data) is None
