"""What a foreign recording says is read as text, URL and time, or refused in a way that is expected."""

from __future__ import annotations

from typing import Any

import pytest

from harness.traffic.recorded_exchange import BROKEN, RecordedExchange, seconds, text, url


@pytest.mark.parametrize(("raw", "read"), [("a", "a"), (5, "5"), (None, "None"), (True, "True"), (b"a\xff", "a\ufffd")])
def test_a_scalar_is_text(raw: Any, read: str) -> None:
    assert text(raw) == read


@pytest.mark.parametrize("raw", [{}, [], ({},), {"a": [1]}])
def test_a_container_is_none(raw: Any) -> None:
    with pytest.raises(BROKEN):
        text(raw)


def test_a_url_can_be_taken_apart_or_is_none() -> None:
    assert url("https://acme.example/a?b=1") == "https://acme.example/a?b=1"
    with pytest.raises(BROKEN):
        url("https://[::1/a")


@pytest.mark.parametrize(
    ("raw", "time"),
    [
        ("1970-01-01T00:00:07Z", 7.0), ("1970-01-01T01:00:00.500+01:00", 0.5), ("yesterday", 0.0), (None, 0.0),
        ({}, 0.0), ("", 0.0), ("1970-01-01 00:00:07", 7.0), ("1970-01-01 00:00:07 GMT", 7.0),
        ("1970-01-01 00:00:07.000000000 Z", 7.0), ("Thu, 01 Jan 1970 00:00:07 GMT", 7.0), (7, 7.0), (7.5, 7.5),
        ("7", 7.0),
        (1_793_527_200_000, 1_793_527_200.0), ("1793527200.000", 1_793_527_200.0), (True, 0.0),
        ("9" * 400, 1e17), ("Thu, 01 Jan 99999 00:00:07 GMT", 0.0),
    ],
)  # fmt: skip
def test_a_time_that_is_none_is_the_beginning_of_all(raw: Any, time: float) -> None:
    assert seconds(raw) == time


def test_an_entry_is_nobodys_and_whole_unless_the_recording_says_otherwise() -> None:
    entry = RecordedExchange("a.har", 3, note="no request")
    assert (entry.exchange, entry.whole, entry.ours, entry.case_findings) == (None, True, False, ())
