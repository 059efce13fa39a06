"""Zoho Desk's quota: API credits a day, what a request costs of them, and how many calls may run at once."""

from __future__ import annotations

import re
from typing import Any

from harness.vendors.vendor import QuotaConvention

_CONCURRENT = {"FREE": 5, "TRIAL": 5, "EXPRESS": 10, "STANDARD": 10, "PROFESSIONAL": 15, "ENTERPRISE": 25,
               "ZOHOONE": 25, "CRMPLUS": 25}  # fmt: skip
"""Calls at once by edition (vendor page: API credits)."""


def cost(method: str, path: str) -> int:
    """Credits of one request: counts 50, lists and histories 3, all else 1 (vendor page: API credits)."""
    last = path.rstrip("/").rsplit("/", 1)[-1]
    if method == "GET" and re.search(r"(^c|C)ounts?(?![a-z])", last):
        return 50
    return 3 if method == "GET" and not last.startswith("{") and not last.isdigit() else 1


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
