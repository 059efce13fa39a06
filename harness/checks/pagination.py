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
    """A list that is whole on one page has as many rows as its `count` says (all of 34 recorded ones have)."""
    if b'"next_page"' not in exchange.response.body:
        return
    lists, count = _lists(exchange), _count_of_single_page(decoded(exchange.response))
    if not lists or count is None:
        return
    lengths = [len(rows) for rows in lists.values()]
    if count not in lengths:
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


def _count_of_single_page(body: Any) -> int | None:
    """The count of a list that says it has neither a page before nor one after (Zendesk's offset paging)."""
    if not isinstance(body, dict) or not {"next_page", "previous_page"} <= body.keys():
        return None
    if body["next_page"] is not None or body["previous_page"] is not None:
        return None
    count = body.get("count")
    return count if type(count) is int else None


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
