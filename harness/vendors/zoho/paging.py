"""How Zoho Desk's lists are paged: from a row on, so many rows."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from harness.vendors.vendor import PageStyle, Paging

PARAMETERS = ("from", "limit")
# No list caps a page below this (vendor page: pagination).
LARGEST = 50


def first(declared: frozenset[str]) -> str:
    """The first page of a list, as large as every list takes."""
    return first_rows(LARGEST) if declared.issuperset(PARAMETERS) else ""


def first_rows(rows: int) -> str:
    """Rows are counted from 1."""
    return f"from=1&limit={rows}"


def following(query: str, body: Any, rows: int) -> str:
    """A page that is not full is the last one."""
    last = parse_qs(query)
    if not last.keys() >= set(PARAMETERS):
        return ""
    start, limit = (int(last[name][0]) for name in PARAMETERS)
    return f"from={start + limit}&limit={limit}" if rows >= limit else ""


PAGING = Paging(
    first,
    following,
    parameters=PARAMETERS,
    largest=LARGEST,
    # A page without rows is a 204 (vendor page: pagination).
    styles=(PageStyle("offset", first_rows, following, empty=204),),
)
