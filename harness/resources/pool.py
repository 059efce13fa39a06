"""Ids of records that exist: listed for reads, created by this run for anything above."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from harness.exchange import Response
from harness.formats.http_date import clock_skew
from harness.openapi.catalog import Operation, filled
from harness.openapi.graph import ResourceGraph, places_of, record_name
from harness.resources.rows import Row, id_in, rows_of, value_for

Fetch = Callable[[Operation, str], Response | None]
"""The answer of a list operation at a path without open parameters; None when none came."""
Create = Callable[[Operation, str], str]
"""Create one record by an operation whose path parameters are filled in; its id, or an empty text."""
Walk = Callable[[Operation, str, str], Iterator[Response | None]]
"""The pages of a list operation at a path, with a query where it requires one; None last where it broke off."""

# Names that do not say which kind of record they name: `ids`, `entityIds`.
_BARE_NAMES = frozenset({"ids", "entity", "record", "item"})


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows of a collection with their ids ("" where none can be read), and whether they are all there is.

    `skew` is the seconds by which the server's clock was ahead of ours.
    """

    rows: tuple[tuple[str, Row], ...]
    complete: bool = True
    skew: float = 0.0


@dataclass
class RecordPool:
    """The ids of one org's records, requested when first needed and then used for the whole run.

    `fetch` lists, `create` creates, `walk` lists to the end. Values that no record gives are left to the generator.
    """

    graph: ResourceGraph
    fetch: Fetch
    create: Create
    walk: Walk
    _listed: dict[str, tuple[Row, ...]] = field(default_factory=dict)
    _created: dict[str, list[str]] = field(default_factory=dict)

    def values(self, operation: Operation, *, own: bool, fresh: bool = False) -> dict[str, str]:
        """Path parameters of `operation` to ids; with `own`, only of records that this run created.

        `fresh` creates a new last record even where one is there, for operations that use it up.
        """
        values: dict[str, str] = {}
        places = list(places_of(operation.path))
        for index, (parameter, collection) in enumerate(places):
            path = filled(collection, values)
            if own:
                is_last = index == len(places) - 1
                value = self._own(collection, path, parameter, fresh=fresh and is_last)
            else:
                value = self._any(collection, path, parameter)
            if value:
                values[parameter] = value
        return values

    def own(self, collection: str, *, fresh: bool = False) -> str:
        """The id of a record that this run created in a top-level collection, or creates now; "" where it cannot."""
        if self.graph.at(collection).create is None:
            return ""
        return self._own(collection, collection, collection.rsplit("/", 1)[-1], fresh=fresh)

    def reference(self, name: str, operation: Operation | None = None) -> str:
        """An existing id for a field or query parameter such as `ticket_id`, or an empty text.

        A bare `ids` of `operation` names the records of the collection that its path is about.
        """
        collection = self.collection(name, operation)
        return self._first_value(self.rows(collection, collection), name) if collection else ""

    def own_reference(self, name: str, operation: Operation | None = None) -> str:
        """The same for what is changed or created: a record of this run where it can create one, else an existing one.

        A new pin, task or comment changes the ticket that it names.
        """
        return self.own(self.collection(name, operation)) or self.reference(name, operation)

    def collection(self, name: str, operation: Operation | None = None) -> str:
        """The path of the collection that a field's ids come from, or an empty text."""
        if operation and record_name(name) in _BARE_NAMES:
            above = operation.path.rpartition("/")[0]
            if self.graph.at(above).listing:
                return above
        return self.graph.by_record_name.get(record_name(name), "")

    def listing(self, path: str, query: str = "", most: int = 0) -> Listing | None:
        """Every row of the collection at a path, requested anew; None where no operation lists it.

        `query` is the filter that shows the wanted record, where the list requires one. A list of more than `most`
        pages is given up; 0 leaves that to `walk`.
        """
        operation = self.graph.listing_at(path)
        if operation is None:
            return None
        rows: list[tuple[str, Row]] = []
        skew = 0.0
        for page, response in enumerate(self.walk(operation, path, query)):
            if response is None or (most and page >= most):
                return Listing(tuple(rows), complete=False, skew=skew)
            skew = clock_skew(response.header("date")) or 0.0
            rows += [(id_in(row, path), row) for row in _rows(response)]
        return Listing(tuple(rows), complete=True, skew=skew)

    def rows(self, collection: str, path: str) -> tuple[Row, ...]:
        """The first page of a collection; `collection` is its template, `path` the same with ids in it."""
        if path not in self._listed:
            operation = self.graph.at(collection).listing if "{" not in path else None
            self._listed[path] = _rows(self.fetch(operation, path) if operation else None)
        return self._listed[path]

    def _any(self, collection: str, path: str, parameter: str) -> str:
        """The id of any record of a collection; else of another collection that has such records, else a new one."""
        listed = self._first_value(self.rows(collection, path), parameter)
        created = next(iter(self._created.get(path, [])), "")
        return listed or created or self.reference(parameter) or self._own(collection, path, parameter, fresh=False)

    def _own(self, collection: str, path: str, parameter: str, *, fresh: bool) -> str:
        """The id of a record that this run created or creates now.

        Where the collection has no create, in the one that the parameter's name points to.
        """
        create, create_path = self.graph.at(collection).create, path
        if create is None:
            named = self.graph.by_record_name.get(record_name(parameter), collection)
            create = self.graph.at(named).create
            create_path = path if named == collection else named
        created = self._created.setdefault(create_path, [])
        if create and (fresh or not created) and "{" not in create_path:
            record = self.create(create, create_path)
            if not record:
                return ""
            created.append(record)
        if created:
            return created.pop() if fresh else created[0]
        # What belongs to a record of ours (a ticket's first comment) is ours as well.
        is_nested = create_path.count("/") > 3
        return self._first_value(self.rows(collection, path), parameter) if is_nested else ""

    @staticmethod
    def _first_value(rows: tuple[Row, ...], name: str) -> str:
        """What the first row with an id has for a parameter or field of this name."""
        values = (value_for(row, name) for row in rows)
        return next((value for value in values if value), "")


def _rows(response: Response | None) -> tuple[Row, ...]:
    """The records of a list answer; none where there is no answer or it is no list."""
    if response is None or response.status != 200:
        return ()
    return rows_of(response.json_or(None))
