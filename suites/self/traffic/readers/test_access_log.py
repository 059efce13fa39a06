"""Access logs whose fields somebody named."""

from __future__ import annotations

from typing import Any

import pytest
from writers import NGINX

from harness.traffic.readers.access_log import items, read
from harness.traffic.readers.attached_files import NOTHING_ATTACHED


@pytest.mark.parametrize(
    ("fields", "method", "url"),
    [
        ({"request": "PUT /a?b=1 HTTP/1.1", "status": 200}, "PUT", "https:///a?b=1"),
        (
            {"method": "get", "uri": "/a", "args": "b=1", "status": "200", "host": "h.example"},
            "GET",
            "https://h.example/a?b=1",
        ),
        ({"httpMethod": "GET", "path": "/a", "status": "200", "domainName": "h.example"}, "GET", "https://h.example/a"),
        (
            {"request_method": "GET", "url": "http://h.example/a", "status": 200, "args": "-"},
            "GET",
            "http://h.example/a",
        ),
    ],
)
def test_a_request_in_every_spelling(fields: Any, method: str, url: str) -> None:
    (raw,) = items(fields) or ()
    reading = read(raw, NOTHING_ATTACHED)
    assert reading.exchange is not None
    assert (reading.exchange.request.method, reading.exchange.request.url) == (method, url)
    assert not reading.whole


def test_fields_may_stand_under_one_name() -> None:
    assert items({"@timestamp": "x", "nginx": NGINX}) == [NGINX]


@pytest.mark.parametrize(
    "data",
    [
        [], {}, {"status": 200}, {"method": "GET", "uri": "/a"},
        {"ticket": {"url": "u", "status": "open", "method": "GET"}},
        {"webhook": {"http_method": "POST", "url": "https://h.example", "status": "active"}},
        {"request": "words", "status": 1},
        {"method": "GET", "path": "/a", "status": 20000},
    ],
)  # fmt: skip
def test_other_data_is_no_log(data: Any) -> None:
    assert items(data) is None


def test_a_table_of_operations_is_no_log() -> None:
    """Test data name a method, a path and a status as well; they say neither when nor where a request arrived."""
    assert items({"operation": "ShowTicket", "method": "GET", "path": "/tickets/{id}", "status": 404}) is None
