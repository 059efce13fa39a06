"""A create whose answer was lost: whether it created a record, which one, and what proves that it is ours."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qsl, quote

from harness.cases.marks import carries
from harness.execution import authors
from harness.execution.id_chooser import has_impossible_id
from harness.execution.lists import LISTED
from harness.execution.org_under_test import OrgUnderTest
from harness.ledger import Entry, Ledger
from harness.openapi.graph import names_record
from harness.policy.ownership import CREATES
from harness.resources.created import created_at
from harness.resources.pool import Listing
from harness.resources.rows import Row
from harness.risk import words

EARLIER = 2.0
"""Seconds that a record's creation may be before the request: servers round their times to whole ones."""
LATER = 120.0
"""Seconds after the request in which it has had its effect, or never will."""
TRIES = 3
"""How often a list is requested: single requests may fail."""
MOST_CANDIDATES = 20
"""Candidates that are judged; for more, their collection is reported."""
MOST_ADDRESSES = 3
"""Candidates that are reported by their own address; for more, their collection is reported."""
Candidate = tuple[str, Row]
"""A record's id ("" where none can be read) and its fields as its list shows them."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a request without an answer created: `ids` that are ours, or `unproved` addresses that may be.

    With neither, nothing was created, and `why` says how that is known.
    """

    ids: tuple[str, ...] = ()
    unproved: tuple[str, ...] = ()
    why: str = ""


def search(entry: Entry, ledger: Ledger, org: OrgUnderTest) -> SearchResult:
    """Search for what a create created: by its mark, else by what is new in its collection and of our user."""
    if why := _creates_nothing(entry, org):
        return SearchResult(why=why)
    collection = entry.search.get("home") or entry.path
    somewhere_in_collection = SearchResult(unproved=(org.target.base_url + collection,))
    listing = _list(collection, entry, org)
    if listing is None:
        return SearchResult(unproved=(org.target.base_url + entry.path,))
    if not listing.complete and _is_absent(collection, org):
        return SearchResult(why="its collection is not there")
    marked = [record for record, row in listing.rows if _is_marked(row, entry)]
    others = [other for other in ledger.entries() if other.target == entry.target and other.id != entry.id]
    of_others = {record for other in others for record in other.ids}
    ours = tuple(record for record in marked if record and record not in of_others)
    if ours and (all(marked) or not listing.complete):
        return SearchResult(ids=ours)
    if not all(marked) or not listing.complete:
        return somewhere_in_collection
    candidates = _candidates(entry, ledger, listing, of_others | set(marked))
    result = _judge(candidates, collection, Origin(entry, ledger, org, collection))
    if not result.ids and not result.unproved and _may_hide(collection, entry, org):
        return somewhere_in_collection
    return result


def _creates_nothing(entry: Entry, org: OrgUnderTest) -> str:
    """Why a request cannot have created a record, whatever its answer was; empty where it can have."""
    if has_impossible_id(entry.path.split("/"), entry.vendor):
        return "its path names a record that cannot exist"
    operation = org.documents.catalog.by_key.get(entry.operation)
    if operation and not entry.cleanup_steps and CREATES.isdisjoint(words.split(operation.operation_id)):
        return "its operation adds no record"
    return ""


def _list(collection: str, entry: Entry, org: OrgUnderTest) -> Listing | None:
    """The rows of the collection, or of the one above it that a bulk create adds to; None where nothing lists them."""
    paths = (collection, collection.rpartition("/")[0])
    listed = next((path for path in paths if org.records.graph.listing_at(path)), "")
    if not listed:
        return None
    listing = None
    for _ in range(TRIES):
        listing = org.records.listing(listed, entry.search.get("query", ""))
        if listing and listing.complete:
            break
    return listing


def _is_absent(collection: str, org: OrgUnderTest) -> bool:
    """Whether the vendor says that there is no such collection: nothing can have been added to it."""
    response = authors.get(org, collection)
    return response is not None and response.status in (404, 410)


def _may_hide(collection: str, entry: Entry, org: OrgUnderTest) -> bool:
    """Whether the list may not show what the request created: it requires a filter that the request left empty."""
    filters = parse_qsl(entry.search.get("query", ""), keep_blank_values=True)
    if all(value for _, value in filters):
        return False
    response = authors.get(org, collection)
    return response is None or response.status not in LISTED


def _candidates(entry: Entry, ledger: Ledger, listing: Listing, of_others: Iterable[str]) -> list[Candidate]:
    """Rows that were not there before the request, belong to no other one, and are of its time."""
    excluded = frozenset(of_others) | ledger.listed_before(entry.search.get("before", ""))
    sent = entry.at + float(entry.search.get("skew") or listing.skew)
    return [(record, row) for record, row in listing.rows if record not in excluded and _in_time(row, sent)]


def _in_time(row: Row, sent: float) -> bool:
    """Whether a row may be of a request sent then, by the server's clock; one without a time may be."""
    created = created_at(row)
    return created is None or sent - EARLIER <= created.timestamp() <= sent + LATER


@dataclass
class Origin:
    """What proves that a row is of one lost create."""

    entry: Entry
    ledger: Ledger
    org: OrgUnderTest
    collection: str

    def is_ours(self, record: str, row: Row) -> bool | None:
        """Whether a candidate is ours: True, False for another user's, None where nothing proves either."""
        if not self.entry.mark:
            return self._by_origin(row)
        field = self.entry.search.get("field", "")
        if not _shows(row, field):
            row = {**row, **authors.full_record(self.org, self.collection, record)}
            if _is_marked(row, self.entry):
                return True
        if not _shows(row, field):
            # The vendor has no such field: the row proves as much as one of a create without a mark.
            return self._by_origin(row)
        # Another text in that field is another user's, or the vendor changed ours: then our user is its author.
        return None if self.our_user in authors.of(row) else False

    def _by_origin(self, row: Row) -> bool | None:
        """New since the list before, or by its time; and of our user, or with a reference to a record of this run."""
        creators = set(authors.of(row))
        if creators and self.our_user and self.our_user not in creators:
            return False
        is_timed = created_at(row) is not None
        if is_timed and self.our_user and self.our_user in creators:
            return True
        is_new = is_timed or "before" in self.entry.search
        return True if is_new and self.created_by_run & set(_named_records(row)) else None

    @cached_property
    def our_user(self) -> str:
        """The id of the user whose credentials we send; empty where the org does not show it."""
        return authors.our_user(self.org)

    @cached_property
    def created_by_run(self) -> frozenset[str]:
        """All ids that this run created in the same org."""
        entries = [entry for entry in self.ledger.entries() if entry.target == self.entry.target]
        return frozenset(record for entry in entries for record in entry.ids)


def _judge(candidates: list[Candidate], collection: str, origin: Origin) -> SearchResult:
    """Of the candidates, those that are ours, else those that may be."""
    base = origin.org.target.base_url
    verdicts = [(record, origin.is_ours(record, row)) for record, row in candidates[:MOST_CANDIDATES]]
    ours = tuple(record for record, is_ours in verdicts if is_ours and record)
    if ours:
        return SearchResult(ids=ours)
    unproved = [record for record, is_ours in verdicts if is_ours is not False]
    if len(candidates) > MOST_CANDIDATES or len(unproved) > MOST_ADDRESSES:
        return SearchResult(unproved=(base + collection,))
    addresses = tuple(f"{base}{collection}/{quote(record, safe='')}".rstrip("/") for record in unproved)
    return SearchResult(unproved=addresses, why="nothing in its collection is new and of our making")


def _is_marked(row: Row, entry: Entry) -> bool:
    return carries(json.dumps(row, default=str), entry.mark)


def _shows(row: Row, field: str) -> bool:
    """Whether a row has a text in the field; rows have `name` for `templateName` as well."""
    return any(isinstance(value, str) and _is_same_name(key, field) for key, value in row.items())


def _is_same_name(key: str, field: str) -> bool:
    key, field = (name.replace("_", "").casefold() for name in (key, field))
    if not key or not field:
        return False
    return key.endswith(field) or (field.endswith(key) and len(key) > 3)


def _named_records(row: Row) -> Iterator[str]:
    """The ids of other records that a row names, bare (`ticket_id`) or inside an object (`ticket: {id: …}`)."""
    for key, value in row.items():
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, Mapping) or names_record(key):
                yield from authors.id_of(item)
