"""The lists of one org: their first page for an id that exists, or all pages to the end, filters included."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from urllib.parse import parse_qsl, urlencode

from harness.cases.source import CaseSource
from harness.exchange import Request, Response
from harness.execution.org_client import OrgClient
from harness.execution.reproduce import read_until_certain
from harness.openapi.catalog import Operation, Parameter
from harness.openapi.graph import names_record
from harness.resources.pool import RecordPool
from harness.resources.rows import rows_of, value_for
from harness.vendors import VENDORS

MOST_PAGES = 50
"""Pages that are searched for a record of ours before the search is given up, and reported."""
LISTED = (200, 204)
MOST_QUERIES = 30
"""Queries by which a list that requires a department or module is read whole; more cost too much."""
FIRST_PAGE_TRIES = 4
"""Different queries that are tried for a first page."""


@dataclass(frozen=True)
class ListReader:
    """Reads lists through `client`; `cases` say with which query a list answers, `most_pages` when to give one up."""

    client: OrgClient
    cases: CaseSource
    most_pages: int = MOST_PAGES

    def first_page(self, operation: Operation, path: str) -> Response | None:
        """The first 200, without a query where none is required, then with those of valid cases; else the last."""
        queries = [] if _required_query(operation) else [""]
        queries += [case.query for case in self.cases.valid_cases(operation) if case.query][: FIRST_PAGE_TRIES - 1]
        response = None
        for query in dict.fromkeys(queries):
            response = self._get(path, query)
            if response and response.status == 200:
                return response
        return response

    def pages(self, operation: Operation, path: str, query: str, records: RecordPool) -> Iterator[Response | None]:
        """The pages of a list to its end; None last where the end was not reached.

        First without what the document requires beside the page: that would be a filter, and often it is not required.
        `query` is the filter that shows the wanted record, where the list requires one; `records` give the ids for
        other filters.
        """
        required = _required_query(operation)
        pages = self._pages(operation, path)
        first = next(pages)
        if first is not None or not required:
            yield first
            yield from pages
            return
        filters = _filters(required, dict(parse_qsl(query)), records)
        if filters:
            for list_filter in filters:
                yield from self._pages(operation, path, list_filter)
            return
        page = self.first_page(operation, path)
        if page and page.status in LISTED:
            yield page
        yield None

    def _pages(self, operation: Operation, path: str, list_filter: str = "") -> Iterator[Response | None]:
        """The pages of a list, each with `list_filter`; None last where its end was not reached."""
        paging = VENDORS[operation.vendor].paging
        parameters = frozenset(parameter.name for parameter in operation.parameters if parameter.place == "query")
        position = paging.first(parameters)
        for _ in range(self.most_pages):
            query = "&".join(filter(None, [position, list_filter]))
            response = read_until_certain(partial(self._get, path, query))
            if response is None or response.status not in LISTED:
                break
            body = response.json_or(None)
            if body is None and (response.status == 200 or response.body):
                # Half a page looks like the last one, and does not show what is missing.
                break
            yield response
            position = paging.following(position, body, len(rows_of(body)))
            if not position:
                return
        yield None

    def _get(self, path: str, query: str) -> Response | None:
        address = self.client.target.base_url + path
        exchange = self.client.try_upkeep(Request("GET", f"{address}?{query}" if query else address))
        return exchange.response if exchange else None


def _required_query(operation: Operation) -> list[Parameter]:
    return [parameter for parameter in operation.parameters if parameter.required and parameter.place == "query"]


def _filters(required: Sequence[Parameter], given: Mapping[str, str], records: RecordPool) -> list[str]:
    """Queries that together show all of a list which requires parameters; none where that takes too many."""
    names = [parameter.name for parameter in required]
    choices = [
        [given[parameter.name]] if parameter.name in given else _choices(parameter, records) for parameter in required
    ]
    queries = [urlencode(dict(zip(names, values, strict=True))) for values in product(*choices)]
    return queries if len(queries) <= MOST_QUERIES else []


def _choices(parameter: Parameter, records: RecordPool) -> list[str]:
    """All values that a parameter can have here: those declared, or the ids of all records that it may name."""
    if parameter.enum:
        return list(parameter.enum)
    collection = records.collection(parameter.name)
    if not collection or not names_record(parameter.name):
        return []
    rows = records.rows(collection, collection)
    if len(rows) >= MOST_QUERIES:
        # A full page may not be all of them.
        return []
    return [value for row in rows if (value := value_for(row, parameter.name))]
