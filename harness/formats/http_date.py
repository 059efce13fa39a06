"""The Date header of an answer: when the server says that it answered, and how far its clock is from ours."""

from __future__ import annotations

import time
from datetime import datetime
from email.utils import parsedate_to_datetime


def parse_http_date(text: str) -> datetime | None:
    """The moment that a Date header tells; None where it tells none."""
    try:
        return parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None


def clock_skew(text: str) -> float | None:
    """Seconds by which the clock of the server that sent this Date header is ahead of ours; None without a date."""
    date = parse_http_date(text)
    return None if date is None else date.timestamp() - time.time()


def seconds_until(text: str, now: str) -> float | None:
    """Seconds from `now`, the Date of the answer that has it, to the moment that `text` tells; None without a date.

    Both are the server's, whose clock may be wrong; where it tells no `now`, ours has to do.
    """
    date, sent = parse_http_date(text), parse_http_date(now)
    if date is None:
        return None
    return date.timestamp() - (time.time() if sent is None else sent.timestamp())
