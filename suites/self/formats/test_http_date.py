"""The Date header of an answer: the moment it tells, and none where it tells none."""

from __future__ import annotations

import time
from email.utils import formatdate

import pytest

from harness.formats.http_date import clock_skew, parse_http_date


def test_a_date_header_tells_the_moment_and_the_skew() -> None:
    header = "Sun, 06 Nov 1994 08:49:37 GMT"
    date = parse_http_date(header)
    assert date is not None
    assert date.isoformat() == "1994-11-06T08:49:37+00:00"
    ahead = clock_skew(formatdate(time.time() + 3600, usegmt=True))
    assert ahead is not None
    assert ahead > 0


@pytest.mark.parametrize("header", ["", "yesterday", "Sun, 99 Nov 1994 08:49:37 GMT"])
def test_what_is_no_date_tells_nothing(header: str) -> None:
    assert parse_http_date(header) is None
    assert clock_skew(header) is None
