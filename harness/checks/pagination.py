"""Checks on the rows of a list, as one answer shows them: each once, and as many as it counts."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from harness.checks.response import decoded, found
from harness.contract.contract import Contract
from harness.exchange import Exchange
from harness.finding import Finding
from harness.formats.pointer import pointer_of
from harness.openapi.catalog import Match

_NAMES = ("id", "key", "token")

Lists = Mapping[str, list[Any]]


def page_repeats(exchange: Exchange, match: Match, contract: Contract) -> Iterator[Finding]:
    """A read shows no row twice (none of 439 recorded lists does).

    Rows count as the same by all that they hold: some lists show one record in several rows (an article in each of its
    languages). Those that nothing tells apart may well repeat.
    """
    for name, rows in _lists(exchange).items():
        if (index := _twice(rows)) is not None:
            pointer = pointer_of((name, str(index)) if name else (str(index),))
            yield found(exchange, match, "page_repeats", pointer, "a page shows a row twice", "each row once")


def page_loses(exchange: Exchange, match: Match, contract: Contract) -> Iterator[Finding]:
    """A list that is whole on one page has as many rows as its `count` says (all of 34 recorded ones have)."""
    lists = _lists(exchange) if b'"next_page"' in exchange.response.body else {}
    count = _whole(decoded(exchange.response)) if lists else None
    if count is not None and all(len(rows) != count for rows in lists.values()):
        most = max(map(len, lists.values()))
        yield found(exchange, match, "page_loses", "/count", f"{most} rows, and the count says {count}", "every row")


def _lists(exchange: Exchange) -> Lists:
    """The lists of a read's 2xx answer by name, a bare one under an empty name."""
    if exchange.request.method != "GET" or not 200 <= exchange.response.status < 300:
        return {}
    body = decoded(exchange.response)
    if isinstance(body, list):
        return {"": body}
    return {name: one for name, one in body.items() if isinstance(one, list)} if isinstance(body, dict) else {}


def _whole(body: Any) -> int | None:
    """The count of a list that says it has neither a page before nor one after (Zendesk's offset paging)."""
    if not isinstance(body, dict) or not {"next_page", "previous_page"} <= body.keys():
        return None
    count, others = body.get("count"), (body["next_page"], body["previous_page"])
    return count if type(count) is int and others == (None, None) else None


def _twice(rows: list[Any]) -> int | None:
    """The index of the first row that was there before; None where each is there once."""
    if len(rows) < 2:
        return None
    # Nearly all lists have ids that differ, and this is the quick way to see it.
    with contextlib.suppress(KeyError, TypeError):
        if len({row["id"] for row in rows}) == len(rows):
            return None
    if not all(isinstance(row, dict) and any(map(row.get, _NAMES)) for row in rows):
        return None
    seen: set[str] = set()
    for index, row in enumerate(rows):
        text = json.dumps(row, sort_keys=True)
        if text in seen:
            return index
        seen.add(text)
    return None
