"""What a reading says of an answer that is whole, cut, packed, or was never there."""

from __future__ import annotations

import gzip

import pytest

from harness.exchange import Request
from harness.traffic.readers.recording_format import LEFT_OUT, NO_ANSWER, reading

ASKED = Request("GET", "https://h.example/a")
JSON = (("content-type", "application/json"),)


@pytest.mark.parametrize("status", [None, 0, -1, 99])
def test_without_a_code_no_answer_came(status: int | None) -> None:
    assert reading(ASKED, status, (), b"") == NO_ANSWER


@pytest.mark.parametrize(
    ("status", "headers", "body", "whole"),
    [
        (200, JSON, b"{}", True),
        (200, JSON, b"", True),
        (200, JSON, None, False),
        (200, (*JSON, ("content-length", "2")), b"", False),
        (200, (*JSON, ("content-length", "0")), b"", True),
        (204, (), None, True),
        (304, JSON, b"{}", True),
    ],
)
def test_a_body_that_was_not_kept_is_told(status: int, headers: object, body: bytes | None, whole: bool) -> None:
    got = reading(ASKED, status, headers, body)  # type: ignore[arg-type]
    assert (got.whole, got.note) == (whole, "" if whole else LEFT_OUT)


def test_a_304_has_no_body_whatever_stands_beside_it() -> None:
    got = reading(ASKED, 304, JSON, b"{}")
    assert got.exchange is not None
    assert got.exchange.response.body == b""


def test_both_bodies_are_unpacked() -> None:
    packed, headers = gzip.compress(b"{}"), (("content-encoding", "gzip"),)
    got = reading(Request("PUT", "https://h.example/a", headers, packed), 200, (*JSON, *headers), packed)
    assert got.exchange is not None
    assert (got.exchange.request.body, got.exchange.response.body) == (b"{}", b"{}")


def test_a_body_that_cannot_be_unpacked_leaves_the_rest() -> None:
    got = reading(ASKED, 200, (*JSON, ("content-encoding", "gzip")), b"\x1f\x8bxx")
    assert got.exchange is not None
    assert (got.exchange.response.status, got.whole) == (200, False)
    assert "cannot be read" in got.note


def test_without_any_header_the_type_is_what_a_json_body_shows() -> None:
    for headers, body, media_type in (((), b" {}", "application/json"), ((), b"hi", ""), ((("a", "b"),), b"{}", "")):
        got = reading(ASKED, 200, headers, body)
        assert got.exchange is not None
        assert got.exchange.response.media_type == media_type


@pytest.mark.parametrize(
    ("at", "expected"), [(7.0, 7.0), (0.0, 1.0), (float("nan"), 1.0), (1e300, 1.0), (-5.0, 1.0), (None, 1.0)]
)
def test_the_time_is_the_writers_or_else_the_answers(at: float | None, expected: float) -> None:
    got = reading(ASKED, 200, (("date", "Thu, 01 Jan 1970 00:00:01 GMT"),), b"", at=at)
    assert got.exchange is not None
    assert got.exchange.at == expected
