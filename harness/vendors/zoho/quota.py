"""Zoho Desk's quota: API credits a day, what a request costs of them, and how many calls may run at once."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

from harness.vendors.vendor import QuotaConvention

_CONCURRENT = {"FREE": 5, "TRIAL": 5, "EXPRESS": 10, "STANDARD": 10, "PROFESSIONAL": 15, "ENTERPRISE": 25,
               "ZOHOONE": 25, "CRMPLUS": 25}  # fmt: skip
"""Calls at once by edition (vendor page: API credits)."""


_DEPTHS = ((2_000, 3), (10_000, 5), (50_000, 10), (100_000, 50))
_DEEPEST = 100
"""Credits of a list by the last row that it reaches; beyond all bounds."""


def cost(method: str, path: str) -> int:
    """Credits of one request, its path with or without a query (vendor page: API credits).

    Counts cost 50, lists and histories 3 and more the deeper they reach, all else 1.
    """
    path, _, query = path.partition("?")
    last = path.rstrip("/").rsplit("/", 1)[-1]
    if method != "GET":
        return 1
    if re.search(r"(^c|C)ounts?(?![a-z])", last):
        return 50
    return 1 if last.startswith("{") or last.isdigit() else _of_depth(query)


def _of_depth(query: str) -> int:
    pairs = dict(parse_qsl(query))
    reach = sum(int(pairs[name]) for name in ("from", "limit") if re.fullmatch(r"[0-9]{1,9}", pairs.get(name, "")))
    return next((credits for bound, credits in _DEPTHS if reach <= bound), _DEEPEST)


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
)
