"""Checks on the rows of a list, as one answer shows them: each once, and as many as it counts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from harness.checks.response import decoded, finding_about
from harness.contract.contract import Contract
from harness.exchange import Exchange
from harness.finding import Finding
from harness.formats.pointer import pointer_of
from harness.openapi.catalog import Match
from harness.vendors import VENDORS

_NAMES = ("id", "key", "token")

Lists = Mapping[str, list[Any]]
"""Lists by the name of their property."""


def page_repeats(exchange: Exchange, match: Match, contract: Contract) -> Iterator[Finding]:
    """A read shows no row twice (none of 439 recorded lists does).

    Rows count as the same by all that they hold: some lists show one record in several rows (an article in each of its
    languages). Those that nothing tells apart may well repeat.
    """
    for name, rows in _lists(exchange).items():
        index = _first_repeat(rows)
        if index is None:
            continue
        place = (name, str(index)) if name else (str(index),)
        message = "a page shows a row twice"
        yield finding_about(exchange, match, "page_repeats", message, "each row once", pointer_of(place))


def page_loses(exchange: Exchange, match: Match, contract: Contract) -> Iterator[Finding]:
    """A list that is whole on one page has as many rows as it counts (all of 34 recorded ones have)."""
    count_of = VENDORS[match.operation.vendor].paging.whole_count
    lists = _lists(exchange) if count_of else {}
    if count_of is None or not lists:
        return
    count = count_of(decoded(exchange.response))
    lengths = [len(rows) for rows in lists.values()]
    if count is not None and count not in lengths:
        message = f"{max(lengths)} rows, and the count says {count}"
        yield finding_about(exchange, match, "page_loses", message, "every row", "/count")


def _lists(exchange: Exchange) -> Lists:
    """The lists of a read's 2xx answer by name, a bare one under an empty name."""
    if exchange.request.method != "GET" or not exchange.response.is_success:
        return {}
    body = decoded(exchange.response)
    if isinstance(body, list):
        return {"": body}
    if isinstance(body, dict):
        return {name: value for name, value in body.items() if isinstance(value, list)}
    return {}


def _first_repeat(rows: list[Any]) -> int | None:
    """The index of the first row that was there before; None where each is there once."""
    # Nearly all lists have ids that differ, and this is the quick way to see it.
    if len(rows) < 2 or _have_distinct_ids(rows):
        return None
    if not all(_is_named(row) for row in rows):
        return None
    before: set[str] = set()
    for index, row in enumerate(rows):
        text = json.dumps(row, sort_keys=True)
        if text in before:
            return index
        before.add(text)
    return None


def _have_distinct_ids(rows: list[Any]) -> bool:
    try:
        return len({row["id"] for row in rows}) == len(rows)
    except (KeyError, TypeError):
        return False


def _is_named(row: Any) -> bool:
    """Whether a row holds something that tells it from its neighbours."""
    return isinstance(row, dict) and any(row.get(name) for name in _NAMES)
