"""A create whose answer was lost: whether it made a record, which one, and what proves that it is ours."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, quote

from harness.cases.marks import carries
from harness.exchange import Request, Response
from harness.execution.lists import LISTED
from harness.execution.reproduce import read
from harness.execution.session import Session
from harness.ledger import Entry, Ledger
from harness.openapi.graph import names_record
from harness.policy.ownership import CREATES
from harness.resources.created import created_at
from harness.resources.pool import Listing
from harness.resources.rows import id_in
from harness.risk import words
from harness.transport.failures import NoAnswerError
from harness.vendors import VENDORS

# Seconds that a record's creation may lie before the request: servers tell their time in whole ones.
EARLIER = 2.0
# Seconds after the request in which it can have had its effect, or never.
LATER = 120.0
# A server that stumbles is asked again.
TRIES = 3
# Candidates that are looked at one by one, and those that are told one by one; for more, their collection is told.
MOST = 20
FEW = 3
# Fields that say who made a record (documents of both vendors).
_AUTHORS = ("author_id", "submitter_id", "created_by_user_id", "creator_id", "created_by_id", "created_by",
            "createdById", "creatorId", "createdBy", "creator", "authorId", "author", "commenterId",
            "uploaderId")  # fmt: skip


Row = tuple[str, Mapping[str, Any]]
"""A record's id ("" where none can be read) and its fields as its list shows them."""


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a request without an answer: `ids` that are ours, or addresses at which something `unproved` is.

    With neither, nothing was made, and `why` says how that is known.
    """

    ids: tuple[str, ...] = ()
    unproved: tuple[str, ...] = ()
    why: str = ""


def search(entry: Entry, ledger: Ledger, session: Session) -> Found:
    """Look for what a create made: by its mark, else by what is new in its collection and made by our user."""
    if nothing := _makes_nothing(entry, session):
        return Found(why=nothing)
    home = entry.search.get("home") or entry.path
    listing = _listed(home, entry, session)
    if listing is None:
        return Found(unproved=(session.target.base_url + entry.path,))
    if not listing.complete and _is_absent(home, session):
        return Found(why="its collection is not there")
    marked = [record for record, row in listing.rows if carries(json.dumps(row, default=str), entry.mark)]
    others = {one for known in ledger.entries() if known.id != entry.id for one in known.ids}
    ours = tuple(one for one in marked if one and one not in others)
    if ours and (all(marked) or not listing.complete):
        return Found(ids=ours)
    if not all(marked) or not listing.complete:
        return Found(unproved=(session.target.base_url + home,))
    candidates = _candidates(entry, ledger, listing, others | set(marked))
    found = _judged(candidates, home, Origin(entry, ledger, session, home))
    if not found.ids and not found.unproved and _may_hide(home, entry, session):
        return Found(unproved=(session.target.base_url + home,))
    return found


def _makes_nothing(entry: Entry, session: Session) -> str:
    """Why a request cannot have added a record, whatever became of it; empty where it can have."""
    parts = set(entry.path.strip("/").split("/"))
    if parts & set(VENDORS[entry.vendor].impossible_ids.values()):
        return "its path names a record that cannot exist"
    operation = session.documents.catalog.by_key.get(entry.operation)
    if operation and not entry.cleanup_steps and CREATES.isdisjoint(words.split(operation.operation_id)):
        return "its operation adds no record"
    return ""


def _listed(home: str, entry: Entry, session: Session) -> Listing | None:
    """The rows of the collection, or of the one above it that a bulk create adds to; None where nothing lists them."""
    path = next((one for one in (home, home.rpartition("/")[0]) if session.records.graph.listing_at(one)), None)
    listing = None
    for _ in range(TRIES if path else 0):
        listing = session.records.listing(path or "", entry.search.get("query", ""))
        if listing and listing.complete:
            break
    return listing


def _is_absent(home: str, session: Session) -> bool:
    """Whether the vendor says that there is no such collection: nothing can have been added to it."""
    response = _asked(session, home)
    return response is not None and response.status in (404, 410)


def _may_hide(home: str, entry: Entry, session: Session) -> bool:
    """Whether the list may not show what the request made: it asks for a filter that the request left empty."""
    filters = parse_qsl(entry.search.get("query", ""), keep_blank_values=True)
    if all(value for _, value in filters):
        return False
    response = _asked(session, home)
    return response is None or response.status not in LISTED


def _candidates(entry: Entry, ledger: Ledger, listing: Listing, others: Iterable[str]) -> list[Row]:
    """Rows that were not there before the request, belong to no other one, and are of its time."""
    known = frozenset(others) | ledger.listed_before(entry.search.get("before", ""))
    skew = float(entry.search.get("skew") or listing.skew)
    return [(record, row) for record, row in listing.rows if record not in known and _in_time(row, entry.at + skew)]


def _in_time(row: Mapping[str, Any], sent: float) -> bool:
    """Whether a row may be of a request sent then, by the server's own clock; one that tells no time may be."""
    created = created_at(row)
    return created is None or sent - EARLIER <= created.timestamp() <= sent + LATER


@dataclass
class Origin:
    """What proves that a row is of one lost create: True, False for somebody else's, None where nothing says so."""

    entry: Entry
    ledger: Ledger
    session: Session
    home: str

    def of(self, record: str, row: Mapping[str, Any]) -> bool | None:
        """Whether a candidate is ours."""
        if not self.entry.mark:
            return self._by_origin(row)
        field = self.entry.search.get("field", "")
        if not _shows(row, field):
            row = {**row, **self._full(record)}
            if carries(json.dumps(row, default=str), self.entry.mark):
                return True
        if not _shows(row, field):
            # The vendor kept no such field: the row tells as much as one that carries no mark.
            return self._by_origin(row)
        # Another text in that field is somebody else's, or the vendor wrote ours anew: then our user is its author.
        return None if self.me in _authors(row) else False

    def _by_origin(self, row: Mapping[str, Any]) -> bool | None:
        """New since the list before, or by its time; and by our user, or upon a record that this run made."""
        if self._is_foreign(row):
            return False
        timed = created_at(row) is not None
        if timed and self.me and self.me in _authors(row):
            return True
        new = timed or "before" in self.entry.search
        return True if new and self.made & set(_named(row)) else None

    def _is_foreign(self, row: Mapping[str, Any]) -> bool:
        authors = set(_authors(row))
        return bool(authors) and bool(self.me) and self.me not in authors

    def _full(self, record: str) -> Mapping[str, Any]:
        """The record as its own address shows it."""
        body = _json(_asked(self.session, f"{self.home}/{quote(record, safe='')}"))
        inner = [value for value in body.values() if isinstance(value, dict)] if isinstance(body, dict) else []
        return inner[0] if len(inner) == 1 and len(body) == 1 else body if isinstance(body, dict) else {}

    @cached_property
    def me(self) -> str:
        """The id of the user whose credentials we send; empty where the org does not say."""
        whoami = VENDORS[self.session.target.vendor].whoami
        body = _json(_asked(self.session, whoami)) if whoami else None
        found = body.get("user", body) if isinstance(body, dict) else {}
        return id_in(found, "users") if isinstance(found, dict) else ""

    @cached_property
    def made(self) -> frozenset[str]:
        """All that this run made."""
        return frozenset(one for entry in self.ledger.entries() for one in entry.ids)


def _judged(rows: list[Row], home: str, origin: Origin) -> Found:
    """What the candidates amount to: those that are ours, else those that may be."""
    base = origin.session.target.base_url
    verdicts = [(record, origin.of(record, row)) for record, row in rows[:MOST]]
    if ours := tuple(record for record, verdict in verdicts if verdict and record):
        return Found(ids=ours)
    unproved = [record for record, verdict in verdicts if verdict is not False]
    if len(rows) > MOST or len(unproved) > FEW:
        return Found(unproved=(base + home,))
    addresses = tuple(f"{base}{home}/{quote(record, safe='')}".rstrip("/") for record in unproved)
    return Found(unproved=addresses, why="nothing in its collection is new and of our making")


def _shows(row: Mapping[str, Any], field: str) -> bool:
    """Whether a row holds a text in the field; rows call `templateName` `name` as well."""
    return any(isinstance(value, str) and _same(key, field) for key, value in row.items())


def _same(key: str, field: str) -> bool:
    plain, wanted = (name.replace("_", "").casefold() for name in (key, field))
    return bool(plain) and bool(wanted) and ((wanted.endswith(plain) and len(plain) > 3) or plain.endswith(wanted))


def _named(row: Mapping[str, Any]) -> Iterator[str]:
    """The ids of other records that a row names, bare (`ticket_id`) or with more of them (`ticket: {id: …}`)."""
    for key, value in row.items():
        for one in value if isinstance(value, list) else [value]:
            inner = one.get("id") if isinstance(one, Mapping) else one if names_record(key) else None
            if isinstance(inner, int | str) and not isinstance(inner, bool):
                yield str(inner)


def _authors(row: Mapping[str, Any]) -> Iterator[str]:
    for name in _AUTHORS:
        value = row.get(name)
        value = value.get("id") if isinstance(value, Mapping) else value
        if isinstance(value, int | str) and not isinstance(value, bool) and str(value).isdecimal():
            yield str(value)


def _json(response: Response | None) -> Any:
    return response.json_or(None) if response and response.status == 200 else None


def _asked(session: Session, path: str) -> Response | None:
    def ask() -> Response | None:
        try:
            return session.client.send(Request("GET", session.target.base_url + path)).response
        except NoAnswerError:
            return None

    return read(ask)
