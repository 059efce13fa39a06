"""Zoho Desk's quota: API credits, and how many of them a request costs."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

from harness.vendors.vendor import QuotaConvention

# What one request of a list costs by the last row that it reaches, up to each of these rows (vendor page: API credits).
_LISTS = ((2_000, 3), (10_000, 5), (50_000, 10), (100_000, 50))
_DEEPEST_LIST = 100
_COUNT = 50
_LONGEST_NUMBER = 9
"""Digits of an offset; a longer one is refused, and so reaches nothing."""


def cost(method: str, path: str) -> int:
    """Credits of one request: counts 50, lists and histories 3 and more with depth, all else 1.

    `path` may have its query behind it, which says how deep a list is read (vendor page: API credits).
    """
    if method != "GET":
        return 1
    path, _, query = path.partition("?")
    last = path.rstrip("/").rsplit("/", 1)[-1]
    if re.search(r"(^c|C)ounts?(?![a-z])", last):
        return _COUNT
    if last.startswith("{") or last.isdigit():
        return 1
    reached = _last_row(query)
    return next((credits for row, credits in _LISTS if reached <= row), _DEEPEST_LIST)


def _last_row(query: str) -> int:
    given = dict(parse_qsl(query, keep_blank_values=True))
    numbers = (given.get(name, "") for name in ("from", "limit"))
    return sum(int(text) for text in numbers if re.fullmatch(f"[0-9]{{1,{_LONGEST_NUMBER}}}", text))


# No limit a minute is published, only credits a day; the header is known from client reports.
QUOTA = QuotaConvention(
    unit="API credits",
    left_headers=("x-rate-limit-remaining-v3",),
    cost=cost,
    renewed="at midnight of the data centre",
)
