"""What a collection holds before a create that carries no mark: listed once a process, kept in the ledger."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from harness.cases.bind import names_record
from harness.cases.marking import leaves
from harness.ledger import Ledger
from harness.openapi.catalog import Catalog
from harness.resources.pool import Listing

Lister = Callable[[str, str], Listing | None]
"""The rows of the collection at a path, by the filter that its list asks for; None where nothing lists it."""

# A longer list costs more requests than the certainty is worth; its rows are then told apart by their time alone.
PAGES = 10


class PriorListing:
    """The lists that this process has taken. `ask` is how, and may send requests through the whole chain."""

    def __init__(self, vendor: str, catalog: Catalog, ledger: Ledger, ask: Lister) -> None:
        self.vendor, self.catalog, self.ledger, self.ask = vendor, catalog, ledger, ask
        self._known: dict[str, str] = {}

    def of(self, home: str, query: str) -> str:
        """The ledger's name for the list of `home` as it stood; empty where it cannot be had whole."""
        place = f"{home}?{query}"
        if place not in self._known:
            listing = self.ask(home, query)
            whole = listing is not None and listing.complete
            ids = [record for record, _ in listing.rows] if listing and whole else []
            self._known[place] = self.ledger.list_before(self.vendor, home, ids) if whole else ""
        return self._known[place]

    def query(self, home: str, body: Any) -> str:
        """The filter by which a list shows what a body makes: its required parameters, as far as the body has them.

        One that names a record, such as a department, is in it without a value where the body leaves it empty: the
        lists of all departments together need not show what lies in none.
        """
        match = self.catalog.match(self.vendor, "GET", home)
        if match is None:
            return ""
        required = {one.name for one in match.operation.parameters if one.required and one.place == "query"}
        found = {name: value for name, value in leaves(body) if name in required}
        empty = {name: "" for name, value in found.items() if value is None and names_record(name)}
        given = {name: value for name, value in found.items() if isinstance(value, int | str)}
        return urlencode(empty | given)


def nothing(home: str, query: str) -> None:
    """Lists no collection: for chains without a session."""
