"""Teardown: the ledger backwards through the guarded client, until each record is seen to be gone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from urllib.parse import quote

from harness import lost_creates
from harness.checks.lifecycle import trashed
from harness.errors import DeskcheckError
from harness.exchange import Response
from harness.ledger import Entry, Ledger
from harness.session import Session
from harness.undo import Step
from harness.wire.errors import UNSENDABLE, NoAnswerError

Sessions = Callable[[str], Session]
"""The session for a vendor's org."""

# Seconds after which a request that was cut off has had its effect, or never will.
SETTLED = 5.0
TRIES = 3
GONE = frozenset({404, 410})


def sweep(ledger: Ledger, sessions: Sessions) -> list[str]:
    """Take back everything that `ledger` holds open, newest first; one line for each thing that is still there.

    What hangs on a record of ours and cannot be taken off it, or was never proved to be there, goes with that record.
    """
    left: list[str] = []
    hanging: list[Entry] = []
    ledger.refresh()
    ours = {one for entry in ledger.entries() for one in entry.ids}
    for entry in ledger.open_entries():
        if not entry.setting and (entry.unanswered or not entry.undo) and ours & _above(entry):
            hanging.append(entry)
        else:
            left += _entry(entry, ledger, sessions)
    hung = {entry.id for entry in hanging}
    there = {one for entry in ledger.entries() if entry.id not in hung for one in entry.left}
    for entry in hanging:
        if there & _above(entry):
            left.append(f"{sessions(entry.vendor).target.name}: {entry.path} (made by {entry.operation})")
        else:
            ledger.gone(entry.id)
    return left


def _above(entry: Entry) -> set[str]:
    """The parts of a path that may name what an entry's record hangs on; a copy hangs on nothing of its original."""
    path = entry.search.get("home") or entry.path
    return set(path.strip("/").split("/")[:-1])


def _entry(entry: Entry, ledger: Ledger, sessions: Sessions) -> Iterator[str]:
    session = sessions(entry.vendor)
    if entry.setting:
        if any(all(_done(_send(session, step)) for step in entry.undo) for _ in range(TRIES)):
            ledger.gone(entry.id)
        else:
            yield f"{entry.operation} could not be put back: {entry.undo[0].method} {entry.path}"
        return
    if entry.unanswered:
        yield from _unanswered(entry, ledger, session)
        return
    yield from _taken(entry, entry.left, ledger, session)


def _unanswered(entry: Entry, ledger: Ledger, session: Session) -> Iterator[str]:
    """A request without an answer that proves its record: look whether it made one, remove what is proved ours."""
    lost_creates.settle(entry, SETTLED)
    found = lost_creates.search(entry, ledger, session)
    if found.ids:
        ledger.made(entry.id, *found.ids)
        yield from _taken(entry, found.ids, ledger, session)
    elif found.unproved:
        for address in found.unproved:
            yield f"{session.target.name}: {address} may hold a record of {entry.operation} that no answer proved ours"
    else:
        ledger.void(entry.id, found.why)


def _taken(entry: Entry, records: Iterable[str], ledger: Ledger, session: Session) -> Iterator[str]:
    """Take records back, more than once where the server stumbles; a line for each that is still there."""
    for record in records:
        for _ in range(TRIES if entry.undo else 0):
            for step in entry.undo:
                _send(session, step.of(record))
            if is_gone(session, entry, record):
                ledger.gone(entry.id, record)
                break
        else:
            yield f"{session.target.name}: {entry.path}/{record} (made by {entry.operation})"


def _home(entry: Entry) -> str:
    """The collection in which an entry's records live: as the tracker wrote it down, else where its undo finds them."""
    if home := entry.search.get("home"):
        return home
    return next((step.path.rsplit("/{id}", 1)[0] for step in entry.undo if "{id}" in step.path), entry.path)


def is_gone(session: Session, entry: Entry, record: str) -> bool:
    """Whether the vendor says that the record is not there any more; where nothing can show it, the undo counts."""
    path = f"{_home(entry)}/{quote(record, safe='')}"
    if session.shelf.catalog.match(entry.vendor, "GET", path) is None:
        return True
    response = _send(session, Step("GET", path))
    if response is None:
        return False
    return response.status in GONE or response.status == 204 or trashed(response)


def _send(session: Session, step: Step) -> Response | None:
    try:
        return session.client.send(step.request(session.target.base_url)).response
    except (NoAnswerError, DeskcheckError, *UNSENDABLE):
        return None


def _done(response: Response | None) -> bool:
    return response is not None and (200 <= response.status < 300 or response.status in GONE)
