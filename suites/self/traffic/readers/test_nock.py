"""Recordings of nock."""

from __future__ import annotations

from typing import Any

import pytest
from writers import nock

from harness.formats.json_text import read_json
from harness.traffic.readers.attached_files import NOTHING_ATTACHED
from harness.traffic.readers.nock import items, read

GZIP = ["Content-Type", "application/json", "Content-Encoding", "gzip"]


@pytest.mark.parametrize(
    ("more", "body"),
    [
        ({"response": {"a": 1}}, b'{"a": 1}'),
        ({"response": ["7b7d"]}, b'["7b7d"]'),
        ({"response": ["7b7d"], "rawHeaders": GZIP}, b"{}"),
        ({"response": [{"a": 1}], "rawHeaders": GZIP}, b'[{"a": 1}]'),
        ({"response": "words"}, b"words"),
        ({"response": "7b7d", "responseIsBinary": True}, b"{}"),
        ({"response": ""}, b""),
        ({"rawHeaders": None, "headers": {"Content-Type": "application/json"}, "response": [1]}, b"[1]"),
        ({"rawHeaders": {"Content-Type": "application/json"}, "response": [1]}, b"[1]"),
    ],
)
def test_a_body_of_every_kind(more: Any, body: bytes) -> None:
    (raw,) = read_json(nock(**more))
    exchange = read(raw, NOTHING_ATTACHED).exchange
    assert exchange is not None
    assert exchange.response.body == body


def test_a_body_that_was_sent() -> None:
    (raw,) = read_json(nock(method="POST", body={"a": 1}, reqheaders={"Accept": ["*/*"]}))
    request = read(raw, NOTHING_ATTACHED).exchange.request  # type: ignore[union-attr]
    assert (request.method, request.body, request.headers) == ("POST", b'{"a": 1}', (("accept", "*/*"),))


@pytest.mark.parametrize("data", [[], [1], [{"scope": "a"}], {"scope": "a", "path": "b", "status": 1}])
def test_other_data_is_no_recording(data: Any) -> None:
    assert items(data) is None
