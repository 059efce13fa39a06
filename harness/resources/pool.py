"""Ids of records that exist: listed for reads, made by this run for anything above."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any

from harness.exchange import Response
from harness.openapi.catalog import Catalog, Operation, filled
from harness.resources.cleanup import rows_of
from harness.resources.created import id_in

Fetch = Callable[[Operation, str], Response | None]
"""The answer of a list operation at a path without open parameters; None when none came."""
Make = Callable[[Operation, str], str]
"""Create one record by an operation whose path parameters are filled in; its id, or an empty text."""
Walk = Callable[[Operation, str, str], Iterator[Response | None]]
"""The pages of a list operation at a path, with a query where it asks for one; None last where its end was not seen."""

_PARAMETER = re.compile(r"{([^{}]+)}")
# Names that say of a record only that it is one: `ids`, `entityIds`.
_BARE = frozenset({"ids", "entity", "record", "item"})


@dataclass(frozen=True)
class Shape:
    """What the paths of one vendor say about where records live: which collection a parameter's ids come from."""

    catalog: Catalog

    @cached_property
    def lists(self) -> Mapping[str, Operation]:
        """Collection path to the operation that lists it."""
        return {one.path: one for one in self.catalog.operations if one.method == "GET" and not one.path.endswith("}")}

    @cached_property
    def creates(self) -> Mapping[str, Operation]:
        """Collection path to the operation that adds to it."""
        return {one.path: one for one in self.catalog.operations if one.method == "POST" and not one.path.endswith("}")}

    @cached_property
    def homes(self) -> Mapping[str, str]:
        """A parameter's or field's normalised name (`ticket`) to the collection that most paths use it under."""
        votes: dict[str, Counter[str]] = {}
        for operation in self.catalog.operations:
            for name, collection in places(operation.path):
                if collection in self.lists and "{" not in collection:
                    votes.setdefault(normal(name), Counter())[collection] += 1
        homes = {name: count.most_common(1)[0][0] for name, count in votes.items()}
        for collection in self.lists:
            if "{" not in collection:
                homes.setdefault(normal(collection.rsplit("/", 1)[-1].removesuffix("s")), collection)
        return homes

    def list_at(self, path: str) -> Operation | None:
        """The operation that lists the collection at a path whose parameters are filled in."""
        vendors = {one.vendor for one in self.catalog.operations}
        found = (self.catalog.match(vendor, "GET", path) for vendor in vendors)
        operation = next((match.operation for match in found if match), None)
        return None if operation is None or operation.path.endswith("}") else operation


def places(path: str) -> Iterator[tuple[str, str]]:
    """Each parameter of a template with the path of the collection that it stands under."""
    for found in _PARAMETER.finditer(path):
        yield found.group(1), path[: found.start()].rstrip("/")


def normal(name: str) -> str:
    """`ticket_id`, `ticketId` and `ticket_ids` to `ticket`."""
    return re.sub(r"(_?ids?|Ids?)$", "", name).replace("_", "").lower() or name.lower()


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows of a collection with their ids ("" where none can be read), and whether they are all there is.

    `skew` is the seconds by which the server's clock was ahead of ours.
    """

    rows: tuple[tuple[str, Mapping[str, Any]], ...]
    complete: bool = True
    skew: float = 0.0


@dataclass
class RecordPool:
    """The known ids of one org, found only when first asked for and then kept for the whole run.

    `fetch` lists, `make` creates, `walk` lists to the end. Values that cannot be found are left to the generator.
    """

    shape: Shape
    fetch: Fetch
    make: Make
    walk: Walk
    found: dict[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)
    made: dict[str, list[str]] = field(default_factory=dict)

    def values(self, operation: Operation, *, own: bool, fresh: bool = False) -> dict[str, str]:
        """Path parameters of `operation` to ids; with `own`, only of records that this run made.

        `fresh` makes a new last record even where one is there, for operations that use it up.
        """
        out: dict[str, str] = {}
        pairs = list(places(operation.path))
        for index, (name, collection) in enumerate(pairs):
            at = filled(collection, out)
            last = fresh and index == len(pairs) - 1
            value = self._own(collection, at, name, fresh=last) if own else self._any(collection, at, name)
            if value:
                out[name] = value
        return out

    def own(self, collection: str, *, fresh: bool = False) -> str:
        """The id of a record that this run made in a top-level collection, made now if need be; "" where it cannot."""
        if collection not in self.shape.creates:
            return ""
        return self._own(collection, collection, collection.rsplit("/", 1)[-1], fresh=fresh)

    def reference(self, name: str, operation: Operation | None = None) -> str:
        """An existing id for a field or query parameter such as `ticket_id`, or an empty text.

        A bare `ids` of `operation` names the records of the collection that its path is about.
        """
        home = self.home(name, operation)
        return self._pick(self.rows(home, home), name) if home else ""

    def home(self, name: str, operation: Operation | None = None) -> str:
        """The collection that a field's ids come from, or an empty text."""
        beside = operation.path.rpartition("/")[0] if operation and normal(name) in _BARE else ""
        return beside if beside in self.shape.lists else self.shape.homes.get(normal(name), "")

    def own_reference(self, name: str, operation: Operation | None = None) -> str:
        """The same for what is changed or made: a record of this run where it can make one, else one that exists.

        A new pin, task or comment changes the ticket that it names.
        """
        return self.own(self.home(name, operation)) or self.reference(name, operation)

    def listing(self, path: str, query: str = "", most: int = 0) -> Listing | None:
        """Every row of the collection at a path, asked for anew; None where no operation lists it.

        `query` is the filter that a record is found by, where the list asks for one. A list of more than `most` pages
        is given up; 0 leaves that to `walk`.
        """
        lists = self.shape.list_at(path)
        if lists is None:
            return None
        found: list[tuple[str, Mapping[str, Any]]] = []
        skew = 0.0
        for page, response in enumerate(self.walk(lists, path, query)):
            if response is None or (most and page >= most):
                return Listing(tuple(found), complete=False, skew=skew)
            skew = _skew(response)
            found += [(id_in(row, path), row) for row in _rows(response)]
        return Listing(tuple(found), complete=True, skew=skew)

    def rows(self, collection: str, at: str) -> tuple[Mapping[str, Any], ...]:
        """The first page of a collection; `collection` is its template, `at` the path to ask."""
        if at not in self.found:
            lists = self.shape.lists.get(collection) if "{" not in at else None
            self.found[at] = _rows(self.fetch(lists, at) if lists else None)
        return self.found[at]

    def _any(self, collection: str, at: str, name: str) -> str:
        value = self._pick(self.rows(collection, at), name) or next(iter(self.made.get(at, [])), "")
        return value or self.reference(name) or self._own(collection, at, name, fresh=False)

    def _own(self, collection: str, at: str, name: str, *, fresh: bool) -> str:
        home = collection if collection in self.shape.creates else self.shape.homes.get(normal(name), collection)
        place = at if home == collection else home
        made = self.made.setdefault(place, [])
        if (fresh or not made) and home in self.shape.creates and "{" not in place:
            record = self.make(self.shape.creates[home], place)
            if not record:
                return ""
            made.append(record)
        if made:
            return made.pop() if fresh else made[0]
        # Not a record of its own: what hangs on one of ours (a ticket's first comment) is ours as well.
        return self._pick(self.rows(collection, at), name) if place.count("/") > 3 else ""

    @staticmethod
    def _pick(rows: tuple[Mapping[str, Any], ...], name: str) -> str:
        """The id in the first row that has one."""
        return next((found for row in rows if (found := row_id(row, name))), "")


def row_id(row: Mapping[str, Any], name: str) -> str:
    """The id in a row, under the parameter's own name or the usual ones; empty where there is none."""
    last = re.split(r"_|(?=[A-Z])", name)[-1].lower()
    # `emailTemplateId` is called `templateId` in the row itself.
    kin = [key for key in row if key.endswith(("Id", "_id")) and normal(name).endswith(normal(key))]
    for key in (name, "id", *kin, last, "key", "token", "locale", "name"):
        value = row.get(key)
        if isinstance(value, int | str) and not isinstance(value, bool) and value != "":
            return str(value)
    return ""


def _skew(response: Response) -> float:
    """Seconds by which the server's clock is ahead of ours; 0 where it does not tell its time."""
    try:
        return parsedate_to_datetime(response.header("date")).timestamp() - time.time()
    except (TypeError, ValueError):
        return 0.0


def _rows(response: Response | None) -> tuple[Mapping[str, Any], ...]:
    """The records of a list answer; none where there is no answer or it is no list."""
    if response is None or response.status != 200:
        return ()
    return rows_of(response.json_or(None))
