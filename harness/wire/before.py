"""What a collection holds before a create that carries no mark: listed once a process, kept in the ledger."""

from __future__ import annotations

import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from harness.catalog import Catalog
from harness.ledger import Ledger
from harness.records import row_id
from harness.settings import Target
from harness.undo import rows_of
from harness.vendors import VENDORS

# A longer list costs more requests than the certainty is worth; its rows are then told apart by their time alone.
PAGES = 10
_PASSED = ("authorization", "orgid", "accept", "host")


class Before:
    """Lists a collection through the layers below the tracker, the first time that it is asked for."""

    def __init__(self, inner: httpx.BaseTransport, target: Target, catalog: Catalog, ledger: Ledger) -> None:
        self.inner, self.target, self.catalog, self.ledger = inner, target, catalog, ledger
        self._known: dict[str, str] = {}

    def of(self, home: str, request: httpx.Request) -> str:
        """The ledger's name for the list of `home` as it stood; empty where it cannot be had whole."""
        if home not in self._known:
            ids = self._ids(home, request)
            self._known[home] = self.ledger.list_before(self.target.vendor, home, ids) if ids is not None else ""
        return self._known[home]

    def _ids(self, home: str, request: httpx.Request) -> list[str] | None:
        match = self.catalog.match(self.target.vendor, "GET", home)
        if match is None or match.operation.path.endswith("}"):
            return None
        name = home.rsplit("/", 1)[-1].removesuffix("s")
        found: list[str] = []
        for rows in self._pages(home, request):
            if rows is None:
                return None
            found += [row_id(row, name) for row in rows]
        return found

    def _pages(self, home: str, request: httpx.Request) -> Iterator[tuple[Any, ...] | None]:
        """The rows of each page; None last where the end was not seen."""
        vendor = VENDORS[self.target.vendor]
        match = self.catalog.match(self.target.vendor, "GET", home)
        declared = match.operation.parameters if match else ()
        query = vendor.first(frozenset(one.name for one in declared if one.place == "query"))
        headers = {name: value for name, value in request.headers.items() if name in _PASSED}
        for _ in range(PAGES):
            url = self.target.base_url + home + (f"?{query}" if query else "")
            try:
                response = self.inner.handle_request(httpx.Request("GET", url, headers=headers))
                response.read()
            except httpx.HTTPError:
                break
            if response.status_code not in (200, 204):
                break
            body = _json(response)
            rows = rows_of(body)
            yield rows
            query = vendor.following(query, body, len(rows))
            if not query:
                return
        yield None


def skew(response: httpx.Response) -> float | None:
    """Seconds by which the server's clock is ahead of ours; None where it does not tell its time."""
    try:
        return parsedate_to_datetime(response.headers["date"]).timestamp() - time.time()
    except (KeyError, TypeError, ValueError):
        return None


def _json(response: httpx.Response) -> Any:
    try:
        return response.json()
    except (ValueError, RecursionError):
        return None
