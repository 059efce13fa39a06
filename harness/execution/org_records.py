"""The records of one org for tests: its pool of ids, which lists and creates them by requests of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from harness.cases import bind
from harness.cases.source import CaseSource
from harness.checks.response import decoded
from harness.exchange import Response
from harness.execution.binder import CaseBinder
from harness.execution.lists import MOST_PAGES, ListReader
from harness.execution.org_client import OrgClient
from harness.openapi.catalog import Operation
from harness.resources.created import created_records
from harness.resources.pool import RecordPool

CREATE_TRIES = 4
"""Valid cases of a create that are tried; then the org refuses what the document calls valid."""


class OrgRecords:
    """Sends the requests by which the `pool` of an org's ids lists and creates records.

    `may` says whether the run may send a create and remove what it creates.
    """

    def __init__(
        self,
        client: OrgClient,
        cases: CaseSource,
        binder: CaseBinder,
        may: Callable[[Operation], bool],
        most_pages: int = MOST_PAGES,
    ) -> None:
        self.client, self.cases, self.binder, self.may = client, cases, binder, may
        self.lists = ListReader(client, cases, most_pages)
        self.pool = RecordPool(binder.graph, self.lists.first_page, self._create, self._pages)

    def _pages(self, operation: Operation, path: str, query: str) -> Iterator[Response | None]:
        return self.lists.pages(operation, path, query, self.pool)

    def _create(self, operation: Operation, path: str) -> str:
        """Create one record from the first of the operation's valid cases that the org accepts; its id, or ""."""
        if not self.may(operation):
            return ""
        for case in self.cases.valid_cases(operation)[:CREATE_TRIES]:
            bound = self.binder.bind(operation, case, {}, lambda name: self.pool.own_reference(name, operation))
            request = bind.request(replace(bound, path=path, values={}), self.client.target.base_url)
            exchange = self.client.try_upkeep(request)
            if exchange and exchange.response.is_success:
                records = created_records(decoded(exchange.response), path, operation.vendor)
                return next((record.id for record in records), "")
        return ""
