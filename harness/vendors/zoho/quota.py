"""Zoho Desk's quota: API credits, and how many of them a request costs."""

from __future__ import annotations

import re

from harness.vendors.vendor import QuotaConvention


def cost(method: str, path: str) -> int:
    """Credits of one request: counts 50, lists and histories 3, all else 1 (vendor page: API credits)."""
    last = path.rstrip("/").rsplit("/", 1)[-1]
    if method == "GET" and re.search(r"(^c|C)ounts?(?![a-z])", last):
        return 50
    return 3 if method == "GET" and not last.startswith("{") and not last.isdigit() else 1


# No limit a minute is published, only credits a day; the header is known from client reports.
QUOTA = QuotaConvention(unit="API credits", left_headers=("x-rate-limit-remaining-v3",), cost=cost)
