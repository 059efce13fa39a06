"""Zoho Desk's quota: API credits a day, what a request costs of them, and how many calls may run at once."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

from harness.vendors.vendor import QuotaConvention

_CONCURRENT = {"FREE": 5, "TRIAL": 5, "EXPRESS": 10, "STANDARD": 10, "PROFESSIONAL": 15, "ENTERPRISE": 25,
               "ZOHOONE": 25, "CRMPLUS": 25}  # fmt: skip
"""Calls at once by edition (vendor page: API credits)."""

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


def concurrent_by_edition(body: Any, org_id: str) -> int | None:
    """Calls at once that the `edition` of an org allows, from the list of organizations; None where it shows none."""
    rows = body.get("data") if isinstance(body, dict) else None
    editions = [row.get("edition") for row in rows or () if isinstance(row, dict) and str(row.get("id")) == org_id]
    return _CONCURRENT.get(re.sub(r"[^A-Z]", "", str(editions[0]).upper())) if editions else None


def error_code(body: Any) -> str:
    """The code of an error answer (vendor page: Error codes)."""
    return str(body.get("errorCode", "")) if isinstance(body, dict) else ""


# No limit a minute is published, only credits a day; the headers are known from client reports.
QUOTA = QuotaConvention(
    unit="API credits",
    left_headers=("x-rate-limit-remaining-v3",),
    cost=cost,
    concurrent=max(_CONCURRENT.values()),
    edition_path="/api/v1/organizations",
    concurrent_by_edition=concurrent_by_edition,
    error_code=error_code,
    spent_codes=frozenset({"THRESHOLD_EXCEEDED"}),
    concurrent_codes=frozenset({"TOO_MANY_REQUESTS"}),
    renewed="at midnight of the data centre",
)
