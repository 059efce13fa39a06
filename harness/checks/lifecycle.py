"""Checks on a record from its creation to its deletion, by all operations of its collection.

They are pure: answers go in, findings come out. `execution/lifecycle_walk` sends the requests.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.checks.response import NOTHING, decoded
from harness.exchange import Exchange, Response
from harness.finding import Finding
from harness.openapi.catalog import Operation, filled
from harness.openapi.graph import collection_and_member, graph_of
from harness.openapi.paths import parameter_names, template_shape
from harness.resources.cleanup import Cleanup, CleanupStep
from harness.resources.rows import Row
from harness.vendors import VENDORS

REFUSED_UNSIGNED = "401 or 403"
"""What a record that is read without credentials should answer."""

_NAMES = ("id", "key", "token", "name")


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """One collection whose records can be created and read by id.

    `listing` and `update` are None where the document has none. `cleanup_steps` remove a record: `{id}` stands for it,
    the path's other parameters for its parents; empty where it only goes with those.
    """

    create: Operation
    show: Operation
    listing: Operation | None = None
    update: Operation | None = None
    cleanup_steps: tuple[CleanupStep, ...] = ()

    @property
    def key(self) -> str:
        """The key of the create."""
        return self.create.key

    @property
    def name(self) -> str:
        """The parameter that names the record in the path of `show`."""
        return parameter_names(self.show.path)[-1]


def lifecycles(operations: Iterable[Operation], cleanup: Cleanup) -> tuple[Lifecycle, ...]:
    """Every collection of `operations` with a create and a read by id, in the order of the creates.

    A create whose records come to lie in another collection has none of its own.
    """
    graph = graph_of(operations)
    complete = []
    for create in graph.catalog.operations:
        collection = graph.at(create.path)
        if collection.create is not create or cleanup.collection(create) != create.path:
            continue
        if collection.show is None or not collection.is_named_by_id:
            continue
        steps = cleanup.steps(create.vendor, create.path)
        complete.append(Lifecycle(create, collection.show, collection.listing, collection.update, steps))
    return tuple(complete)


def touched(cycles: Iterable[Lifecycle], operations: Iterable[Operation]) -> tuple[Lifecycle, ...]:
    """The lifecycles of collections that one of the operations works on: it creates, lists, shows, changes, deletes."""
    paths = {template_shape(collection_and_member(operation.path)[0]) for operation in operations}
    return tuple(cycle for cycle in cycles if template_shape(cycle.create.path) in paths)


def paged(operations: Iterable[Operation], *names: str) -> tuple[Operation, ...]:
    """The lists that declare the query parameters `names` and require none."""
    reads = [operation for operation in operations if operation.method == "GET" and not needs_query(operation)]
    return tuple(read for read in reads if {parameter.name for parameter in read.parameters} >= set(names))


def reads_by_id(operations: Iterable[Operation]) -> tuple[Operation, ...]:
    """The reads of one record by nothing but its id."""
    collections = graph_of(operations).collections.values()
    shows = [collection.show for collection in collections if collection.is_named_by_id and not collection.parents]
    return tuple(show for show in shows if show and not needs_query(show))


def needs_query(operation: Operation) -> bool:
    """Whether the operation requires a query parameter."""
    return any(parameter.required and parameter.place == "query" for parameter in operation.parameters)


def path_of_unknown(operation: Operation, impossible: Mapping[str, str]) -> str:
    """The path of a read with an id that no record can have; `impossible` maps JSON types to such ids."""
    values = {}
    for parameter in operation.parameters:
        if parameter.place == "path":
            takes_numbers = not parameter.types or "integer" in parameter.types
            values[parameter.name] = impossible["integer" if takes_numbers else "string"]
    return filled(operation.path, values)


def readable(operation: Operation, record: str, exchange: Exchange) -> Iterator[Finding]:
    """A record that was just created is shown under its id, and no other in its place."""
    if not exchange.response.is_success:
        message = f"a record that was just made answers {exchange.response.status}"
        yield _finding(operation, "made_readable", exchange, message, "the record")
    elif record not in scalars(decoded(exchange.response)):
        message = "the answer does not show the record that was asked"
        yield _finding(operation, "made_readable", exchange, message, "its id")


def listed(operation: Operation, record: str, rows: Iterable[Row], exchange: Exchange) -> Iterator[Finding]:
    """A record that was just created is among the `rows` of its collection, read to the end."""
    if not any(record in scalars(row) for row in rows):
        message = "a record that was just made is not in its list"
        yield _finding(operation, "made_listed", exchange, message, "the record")


def renamed(body: Any, mark: str) -> dict[str, Any]:
    """The body of a change that gives a record another name, wrapped as the record in `body` is; empty where none fits.

    The field is the one that holds `mark`: it was sent at the creation, so it can be written.
    """
    for name, value in fields_of(body).items():
        if isinstance(value, str) and mark in value and "://" not in value:
            change = {name: f"{value} changed"}
            return change if name in body else {next(iter(body)): change}
    return {}


def change_kept(operation: Operation, sent: Any, answered: Any, exchange: Exchange) -> Iterator[Finding]:
    """The next read shows what the answer to a change accepted of it.

    `sent` and `answered` are the bodies of the change. Fields that the vendor did not accept, or gave another form,
    prove nothing; where it answers without a body, what was sent counts.
    """
    shown = fields_of(decoded(exchange.response))
    accepted = fields_of(answered) or fields_of(sent)
    for name, value in fields_of(sent).items():
        was_accepted = accepted.get(name) == value
        if was_accepted and shown.get(name, value) != value:
            message = f"the change of {name} was accepted, and the next read shows the value before it"
            yield _finding(operation, "change_kept", exchange, message, "the value that was sent", f"/{name}")


def gone(operation: Operation, exchange: Exchange) -> Iterator[Finding]:
    """A record that was deleted is not shown any more, or says that it lies in the trash."""
    if _shows(exchange) and not trashed(exchange.response, operation.vendor):
        message = f"a record that was deleted answers {exchange.response.status}"
        yield _finding(operation, "deleted_gone", exchange, message, "404, 410 or a mark that it is in the trash")


def trashed(response: Response, vendor: str) -> bool:
    """Whether an answer says that its record is in the trash, where the vendor still shows it by id."""
    flag, body = VENDORS[vendor].answers.trash_flag, decoded(response)
    return bool(flag) and isinstance(body, dict) and body.get(flag) in (True, "true")


def unsigned(operation: Operation, exchange: Exchange) -> Iterator[Finding]:
    """A record of ours is not shown without credentials."""
    if _shows(exchange):
        message = f"a record is shown without credentials, with {exchange.response.status}"
        yield _finding(operation, "ignored_auth", exchange, message, REFUSED_UNSIGNED)


def unknown_id(operation: Operation, exchange: Exchange) -> Iterator[Finding]:
    """An id that no record of this org can have shows none: what came would be another tenant's."""
    if _shows(exchange):
        message = f"an id that no record of this org can have answers {exchange.response.status}"
        yield _finding(operation, "unknown_id", exchange, message, "404")


def quota_told(operation: Operation, names: Sequence[str], exchange: Exchange) -> Iterator[Finding]:
    """A 2xx answer says by one of the headers `names` how much of the quota is left."""
    if exchange.response.is_success and not any(exchange.response.header(name) for name in names):
        yield _finding(operation, "quota_told", exchange, "no header says how much of the quota is left", names[0])


def pages(
    operation: Operation,
    whole: Sequence[Row],
    walked: Sequence[Sequence[Row]],
    again: Sequence[Row],
    exchange: Exchange,
) -> Iterator[Finding]:
    """Small pages hold each row once, and together every row of the one large page.

    `whole` are the rows of the large page before the walk and `again` after it, `walked` those of the small pages that
    should cover it. Where the list changed meanwhile, only a single page can be judged.
    """
    if any(map(_repeats, (whole, *walked))):
        yield _finding(operation, "page_repeats", exchange, "a page shows a row twice", "each row once")
    elif _is_unchanged(whole, again):
        places = [_places(row, whole) for page in walked for row in page]
        certain = [found[0] for found in places if len(found) == 1]
        if len(certain) > len(set(certain)):
            yield _finding(operation, "page_repeats", exchange, "two pages show the same row", "each row once")
        if missing := set(range(len(whole))).difference(*places):
            message = f"{len(missing)} of {len(whole)} rows are on no page"
            yield _finding(operation, "page_loses", exchange, message, "every row")


def distinct(rows: Iterable[Row]) -> bool:
    """Whether every row holds something that tells it from its neighbours."""
    return all(any(_name(row, field) for field in _NAMES) for row in rows)


def _places(row: Row, whole: Sequence[Row]) -> Sequence[int]:
    """Where in `whole` a row of a small page may be: where its like is, else where nothing tells the two apart.

    A row is not compared by all that it holds alone: a field that one answer has and another lacks is not a lost row.
    Nor by its id alone: some lists show one record in several rows (an article in each of its languages).
    """
    if row in whole:
        return [whole.index(row)]
    return [place for place, other in enumerate(whole) if not _is_another(row, other)]


def _is_another(row: Row, other: Row) -> bool:
    """Whether two rows are of different records, by the first name that both of them have."""
    names = ((_name(row, field), _name(other, field)) for field in _NAMES)
    return next((first != second for first, second in names if first and second), False)


def _name(row: Row, field: str) -> str:
    """The text or number by which a field names a row; empty where it holds neither."""
    value = row.get(field)
    return str(value) if value and isinstance(value, str | int) and not isinstance(value, bool) else ""


def _is_unchanged(before: Sequence[Row], after: Sequence[Row]) -> bool:
    """Whether a page shows the same rows as before, whatever became of their other fields."""
    return len(before) == len(after) and not any(map(_is_another, before, after))


def _repeats(rows: Sequence[Row]) -> bool:
    """Whether a row comes twice, to its last field."""
    return len({json.dumps(row, sort_keys=True) for row in rows}) < len(rows)


def sizes(rows: int, most: int = 3) -> tuple[int, int]:
    """Size and number of the pages, `most` at most, that cover `rows` rows; (0, 0) where there are none."""
    if not rows:
        return 0, 0
    size = -(-rows // most)
    return size, -(-rows // size)


def fields_of(body: Any) -> Mapping[str, Any]:
    """The fields of a record that hold no others, bare or wrapped under its own name: `{"ticket": {…}}`."""
    if not isinstance(body, dict):
        return {}
    inner = [value for value in body.values() if isinstance(value, dict)]
    record = inner[0] if inner and len(inner) == len(body) else body
    return {name: value for name, value in record.items() if not isinstance(value, dict | list)}


def scalars(body: Any) -> set[str]:
    """The texts and numbers of an answer's outermost objects, as texts."""
    if not isinstance(body, dict):
        return set()
    rows = [body, *(value for value in body.values() if isinstance(value, dict))]
    return {str(value) for row in rows for value in row.values() if isinstance(value, str | int)}


def _shows(exchange: Exchange) -> bool:
    """Whether an answer shows a record: 204 and an empty body do not."""
    return exchange.response.is_success and decoded(exchange.response) not in (NOTHING, None, {}, [])


def _finding(
    operation: Operation, check: str, exchange: Exchange, message: str, expected: str, pointer: str = ""
) -> Finding:
    return Finding(operation.key, check, exchange.response.status, pointer, message, expected, exchange=exchange)
