"""How Zendesk's lists are paged: by cursor, or by page number."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlencode

from harness.vendors.vendor import PageStyle, Paging

# Rows a page at most (vendor page: pagination).
LARGEST = 100


def first(declared: frozenset[str]) -> str:
    """No query: a list then comes in its own style."""
    return ""


def following(query: str, body: Any, rows: int) -> str:
    """By cursor where the answer has one, else by the link to the next page (recorded 2023-09: either or none)."""
    page = body if isinstance(body, dict) else {}
    meta, link = page.get("meta"), page.get("next_page")
    if isinstance(meta, dict) and meta.get("has_more") is True and isinstance(meta.get("after_cursor"), str):
        return _after(LARGEST, meta["after_cursor"])
    return link.partition("?")[2] if isinstance(link, str) else ""


def first_by_cursor(rows: int) -> str:
    """A cursor begins with the size of the page alone."""
    return urlencode({"page[size]": rows})


def following_by_cursor(query: str, body: Any, rows: int) -> str:
    """The cursor of the next page, unless the answer says that there is none; its link has the cursor too."""
    page = body if isinstance(body, dict) else {}
    meta, links = page.get("meta"), page.get("links")
    if not isinstance(meta, dict) or meta.get("has_more") is False:
        return ""
    cursor, link = meta.get("after_cursor"), links.get("next") if isinstance(links, dict) else None
    if isinstance(cursor, str):
        (size,) = parse_qs(query)["page[size]"]
        return _after(int(size), cursor)
    return link.partition("?")[2] if isinstance(link, str) else ""


def first_by_number(rows: int) -> str:
    """Pages are counted from 1."""
    return urlencode({"page": 1, "per_page": rows})


def following_by_number(query: str, body: Any, rows: int) -> str:
    """The next number, while the answer links to a next page."""
    if not isinstance(body, dict) or not body.get("next_page"):
        return ""
    last = parse_qs(query)
    return urlencode({"page": int(last["page"][0]) + 1, "per_page": last["per_page"][0]})


def whole_count(body: Any) -> int | None:
    """`count`, where the links of page numbers lead neither back nor on."""
    if not isinstance(body, dict) or not {"next_page", "previous_page"} <= body.keys():
        return None
    count, others = body.get("count"), (body["next_page"], body["previous_page"])
    return count if type(count) is int and others == (None, None) else None


def _after(size: int, cursor: str) -> str:
    return urlencode({"page[size]": size, "page[after]": cursor})


PAGING = Paging(
    first,
    following,
    parameters=("page",),
    largest=LARGEST,
    styles=(
        PageStyle("cursor", first_by_cursor, following_by_cursor, frame="meta"),
        PageStyle("offset", first_by_number, following_by_number, frame="next_page"),
    ),
    whole_count=whole_count,
)
