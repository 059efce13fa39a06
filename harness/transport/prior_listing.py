"""What a collection holds before a create that carries no mark: listed once a process, and written into the ledger."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from harness.cases.marking import leaves
from harness.ledger import Ledger
from harness.openapi.catalog import Catalog
from harness.openapi.graph import names_record
from harness.resources.pool import Listing

Lister = Callable[[str, str], Listing | None]
"""The rows of the collection at a path, by the filter that its list asks for; None where nothing lists it."""

# A longer list costs too many requests; new rows are then recognised by their time alone.
MOST_PAGES = 10


class PriorListing:
    """The lists that this process has taken. `lister` takes them, and may send requests through the whole chain."""

    def __init__(self, vendor: str, catalog: Catalog, ledger: Ledger, lister: Lister) -> None:
        self.vendor, self.catalog, self.ledger, self.lister = vendor, catalog, ledger, lister
        self._names: dict[tuple[str, str], str] = {}

    def of(self, collection: str, query: str) -> str:
        """The ledger's name for the list of a collection as it was; empty where it cannot be read to its end."""
        if (collection, query) not in self._names:
            self._names[collection, query] = self._take(collection, query)
        return self._names[collection, query]

    def _take(self, collection: str, query: str) -> str:
        listing = self.lister(collection, query)
        if listing is None or not listing.complete:
            return ""
        return self.ledger.add_listing(self.vendor, collection, [record for record, _ in listing.rows])

    def query(self, collection: str, body: Any) -> str:
        """The filter by which a list shows what a body creates: its required parameters, as far as the body has them.

        One that names a record, such as a department, is in it without a value where the body leaves it empty: the
        lists of all departments together need not show what lies in none.
        """
        match = self.catalog.match(self.vendor, "GET", collection)
        if match is None:
            return ""
        parameters = match.operation.parameters
        required = {parameter.name for parameter in parameters if parameter.required and parameter.place == "query"}
        values = {name: value for name, value in leaves(body) if name in required}
        filled = {name: value for name, value in values.items() if isinstance(value, int | str)}
        empty = {name: "" for name, value in values.items() if value is None and names_record(name)}
        return urlencode(empty | filled)


def list_nothing(collection: str, query: str) -> None:
    """Lists no collection: for chains without a session."""
