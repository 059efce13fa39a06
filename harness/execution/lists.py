"""Lists: the collections of one org, page by page to their end, also those that ask for a filter."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from urllib.parse import parse_qsl, urlencode

from harness.exchange import Exchange, Request, Response
from harness.execution.reproduce import read
from harness.openapi.catalog import Operation, Parameter
from harness.openapi.graph import names_record
from harness.resources.pool import Fetch, RecordPool
from harness.resources.rows import rows_of, value_for
from harness.vendors import VENDORS

# Pages that are looked through for a record of ours before the search is given up, and told.
PAGES = 50
LISTED = (200, 204)
# Queries by which a list that asks for a department or module is put together; more cost too much.
FEW = 30


@dataclass(frozen=True)
class Lists:
    """`ask` sends a request, or gives nothing where no answer comes; `fetch` lists as a valid case does.

    `records` are those of the org; they list by this, so they are asked for only when needed.
    """

    base_url: str
    ask: Callable[[Request], Exchange | None]
    fetch: Fetch
    records: Callable[[], RecordPool]

    def walk(self, operation: Operation, path: str, query: str = "") -> Iterator[Response | None]:
        """The pages of a list to its end; None where that did not come, or one could not be had.

        First without what the document requires beside the page: it would be a filter, and it is often not required.
        `query` is the filter by which a certain record is found, where the list asks for one.
        """
        required = [one for one in operation.parameters if one.required and one.place == "query"]
        pages = self._pages(operation, path)
        first = next(pages)
        if first is not None or not required:
            yield first
            yield from pages
        elif filters := self._filters(required, dict(parse_qsl(query))):
            for one in filters:
                yield from self._pages(operation, path, one)
        else:
            filtered = self.fetch(operation, path)
            yield from [filtered] if filtered and filtered.status in LISTED else []
            yield None

    def _pages(self, operation: Operation, path: str, kept: str = "") -> Iterator[Response | None]:
        """The pages of a list, each with `kept` in its query; None last where its end was not seen."""
        paging = VENDORS[operation.vendor].paging
        query = paging.first(frozenset(one.name for one in operation.parameters if one.place == "query"))
        for _ in range(PAGES):
            asked = "&".join(filter(None, [query, kept]))
            response = self._read(path + (f"?{asked}" if asked else ""))
            if response is None or response.status not in LISTED:
                break
            body = response.json_or(None)
            if body is None and (response.status == 200 or response.body):
                # Half a page looks like the last one, and says nothing of what is not on it.
                break
            yield response
            query = paging.following(query, body, len(rows_of(body)))
            if not query:
                return
        yield None

    def _read(self, path: str) -> Response | None:
        def ask() -> Response | None:
            exchange = self.ask(Request("GET", self.base_url + path))
            return exchange.response if exchange else None

        return read(ask)

    def _filters(self, required: Sequence[Parameter], given: Mapping[str, str]) -> list[str]:
        """Queries that together show all of a list which requires parameters; none where that takes too many."""
        choices = [[given[one.name]] if one.name in given else self._choices(one) for one in required]
        queries = [
            urlencode(dict(zip([one.name for one in required], values, strict=True))) for values in product(*choices)
        ]
        return queries if len(queries) <= FEW else []

    def _choices(self, parameter: Parameter) -> list[str]:
        """All values that a parameter can have here: those declared, or the ids of all records that it may name."""
        if parameter.enum:
            return list(parameter.enum)
        collection = self.records().collection(parameter.name)
        rows = self.records().rows(collection, collection) if collection and names_record(parameter.name) else ()
        if len(rows) >= FEW:
            # A full page may not be all of them.
            return []
        values = [value_for(row, parameter.name) for row in rows]
        return [value for value in values if value]
