"""Teardown: the ledger backwards through the guarded client, until each record is proved to be gone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

from harness.checks.lifecycle import trashed
from harness.checks.response import decoded
from harness.errors import DeskcheckError
from harness.exchange import Response
from harness.execution import lost_creates
from harness.execution.lost_creates import Found
from harness.execution.reproduce import read
from harness.execution.session import Session
from harness.ledger import Entry, Ledger
from harness.resources.cleanup import Cleanup, CleanupStep
from harness.resources.removal import ABSENT_STATUSES, RemovalProof, holds, of_job, proof
from harness.transport.failures import UNSENDABLE, NoAnswerError
from harness.vendors import VENDORS

Sessions = Callable[[str], Session]
"""The session for a vendor's org."""

# Seconds after which a request that was cut off has had its effect, or never will.
SETTLED = 5.0
PAUSES = (0.0, 0.5, 2.0)
"""Seconds before each attempt to take something back."""
AGAIN = 2.0
"""Seconds before all that is left is tried once more, where something went."""
JOB_PAUSES = (0.0, 0.5, 1.0, 2.0, 4.0)
"""Seconds before each look at a job. Recorded jobs of one row were completed at the first look."""


@dataclass(frozen=True, slots=True)
class _Teardown:
    """What removing needs: the ledger, one org, and what is documented to remove things.

    `begun` is the moment at which the cleanup began, in seconds of the monotonic clock.
    """

    ledger: Ledger
    session: Session
    cleanup: Cleanup
    begun: float


def sweep(ledger: Ledger, sessions: Sessions, cleanup: Cleanup) -> list[str]:
    """Take back everything that `ledger` holds open, newest first; one line for each thing that is still there.

    What hangs on a record of ours and cannot be taken off it, or was never proved to be there, goes with that record.
    """
    ledger.refresh()
    begun = time.monotonic()
    ours = {one for entry in ledger.entries() for one in entry.ids}
    hanging = [entry for entry in ledger.open_entries() if _hangs(entry) and ours & _above(entry)]
    hung = {entry.id for entry in hanging}

    def go() -> list[str]:
        """Try each entry that hangs on nothing, newest first."""
        rest = [entry for entry in ledger.open_entries() if entry.id not in hung]
        return [
            line for entry in rest for line in _entry(entry, _Teardown(ledger, sessions(entry.vendor), cleanup, begun))
        ]

    before = len(ledger.open_entries())
    left = go()
    if left and len(ledger.open_entries()) < before:
        # The org answers, and some of it got lost: what three attempts missed, a later one finds.
        time.sleep(AGAIN)
        left = go()
    there = {one for entry in ledger.entries() if entry.id not in hung for one in entry.left}
    for entry in hanging:
        if there & _above(entry):
            left.append(f"{sessions(entry.vendor).target.name}: {entry.path} (made by {entry.operation})")
        else:
            ledger.removed(entry.id)
    return left


def _hangs(entry: Entry) -> bool:
    """Whether an entry's record can only go with another one, if it hangs on one."""
    return not entry.setting and (entry.unanswered or not entry.cleanup_steps)


def _above(entry: Entry) -> set[str]:
    """The parts of a path that may name what an entry's record hangs on; a copy hangs on nothing of its original."""
    path = entry.search.get("home") or entry.path
    return set(path.strip("/").split("/")[:-1])


def _entry(entry: Entry, teardown: _Teardown) -> Iterator[str]:
    if entry.setting:
        if _put_back(entry, teardown.session):
            teardown.ledger.removed(entry.id)
        else:
            yield f"{entry.operation} could not be put back: {entry.cleanup_steps[0].method} {entry.path}"
    elif entry.unanswered:
        yield from _unanswered(entry, teardown)
    else:
        yield from _taken(entry, entry.left, teardown)


def _put_back(entry: Entry, session: Session) -> bool:
    """Send what the setting was, more than once where the server stumbles, until it is read as it was.

    A change that the vendor refused has changed nothing: what reads as before is not sent again.
    """
    for pause in PAUSES:
        time.sleep(pause)
        if all(_is_as_it_was(session, step) for step in entry.cleanup_steps):
            return True
        for step in entry.cleanup_steps:
            _send(session, step)
    return all(_is_as_it_was(session, step) for step in entry.cleanup_steps)


def _is_as_it_was(session: Session, step: CleanupStep) -> bool:
    response = _read(session, step.path)
    body = decoded(response) if response is not None and response.status == 200 else None
    return holds(body, step.body)


def _unanswered(entry: Entry, teardown: _Teardown) -> Iterator[str]:
    """A request without an answer that proves its record: look whether it made one, remove what is proved ours."""
    # The sender may be dead while the server is still at it: look only when the request has come to its end.
    time.sleep(unsettled(teardown.begun, time.monotonic()))
    try:
        found = lost_creates.search(entry, teardown.ledger, teardown.session)
    except DeskcheckError:
        # No token, say: of this one nothing is known, and the rest is still to be taken back.
        found = Found(unproved=(teardown.session.target.base_url + entry.path,))
    if found.ids:
        teardown.ledger.created(entry.id, *found.ids)
        yield from _taken(entry, found.ids, teardown)
    elif found.unproved:
        for address in found.unproved:
            name = teardown.session.target.name
            yield f"{name}: {address} may hold a record of {entry.operation} that no answer proved ours"
    else:
        teardown.ledger.nothing_created(entry.id, found.why)


def unsettled(begun: float, now: float) -> float:
    """Seconds until every request sent before `begun` has had its effect: never below 0, never above `SETTLED`.

    Both are moments of this process, not of the wall clock: what an entry says of its own time may have been written
    by a clock that was set since, and a sweep would wait for hours, or not at all.
    """
    return min(SETTLED, max(0.0, begun + SETTLED - now))


def _taken(entry: Entry, records: Iterable[str], teardown: _Teardown) -> Iterator[str]:
    """Take records back; a line for each that is not proved to be gone."""
    for record in records:
        if entry.cleanup_steps and _removed(entry, record, teardown):
            teardown.ledger.removed(entry.id, record)
        else:
            yield f"{teardown.session.target.name}: {entry.path}/{record} (made by {entry.operation})"


def _removed(entry: Entry, record: str, teardown: _Teardown) -> bool:
    """Send the cleanup steps in order, more than once where the server stumbles, until the record is proved gone."""
    for pause in PAUSES:
        time.sleep(pause)
        last = RemovalProof.NOTHING
        for step in entry.cleanup_steps:
            last = _proof(teardown.session, step.of(record), record)
            if last is RemovalProof.NOTHING:
                break
        if last is not RemovalProof.NOTHING and _is_gone(entry, record, last, teardown):
            return True
    return False


def _proof(session: Session, step: CleanupStep, record: str) -> RemovalProof:
    """Send one step; what its answer proves, and the job's end where a job carries it out."""
    response = _send(session, step)
    vendor = VENDORS[session.target.vendor]
    found = proof(response, record, vendor.name)
    if found is not RemovalProof.JOB or response is None or vendor.jobs is None:
        return found
    job = vendor.jobs.path.format(id=response.json[vendor.jobs.key].get("id"))
    for pause in JOB_PAUSES:
        time.sleep(pause)
        found = of_job(_read(session, job), vendor.name)
        if found is not RemovalProof.JOB:
            return found
    return RemovalProof.NOTHING


def _home(entry: Entry) -> str:
    """The collection in which an entry's records live: as written down, else where its cleanup steps look."""
    if home := entry.search.get("home"):
        return home
    return next((step.path.rsplit("/{id}", 1)[0] for step in entry.cleanup_steps if "{id}" in step.path), entry.path)


def _is_gone(entry: Entry, record: str, last: RemovalProof, teardown: _Teardown) -> bool:
    """Whether the record is gone for good, by the `last` step's answer and by reading what can be read.

    A record that the last of several steps did not find may still lie in the trash, where a GET of it says 404 too.
    """
    session = teardown.session
    seen = _seen(session, f"{_home(entry)}/{quote(record, safe='')}")
    purges = len(entry.cleanup_steps) > 1
    if seen in (Seen.THERE, Seen.UNCLEAR) or (seen is Seen.IN_TRASH and purges):
        return False
    if last is RemovalProof.DONE:
        return True
    if not purges:
        return seen is not Seen.UNREADABLE or _is_unlisted(session, _home(entry), record)
    return seen is Seen.ABSENT and _is_unlisted(session, teardown.cleanup.trash(entry.vendor, _home(entry)), record)


class Seen(StrEnum):
    """What reading a record shows."""

    ABSENT = "absent"
    THERE = "there"
    IN_TRASH = "in the trash"
    UNREADABLE = "no operation reads it, or these credentials may not"
    UNCLEAR = "the server did not say"


def _seen(session: Session, path: str) -> Seen:
    if session.documents.catalog.match(session.target.vendor, "GET", path) is None:
        return Seen.UNREADABLE
    response = _read(session, path)
    if response is None:
        return Seen.UNCLEAR
    if response.status in ABSENT_STATUSES or response.status == 204:
        return Seen.ABSENT
    if response.status == 200:
        return Seen.IN_TRASH if trashed(response, session.target.vendor) else Seen.THERE
    return Seen.UNREADABLE if response.status in (401, 403) else Seen.UNCLEAR


def _is_unlisted(session: Session, collection: str, record: str) -> bool:
    """Whether a list, walked to its end, does not show the record, or went itself with what it hung on.

    True as well where there is no list to ask.
    """
    listing = session.records.listing(collection)
    if listing is not None and not listing.complete:
        return _seen(session, collection) is Seen.ABSENT
    return listing is None or all(one != record for one, _ in listing.rows)


def _read(session: Session, path: str) -> Response | None:
    return read(lambda: _send(session, CleanupStep("GET", path)))


def _send(session: Session, step: CleanupStep) -> Response | None:
    try:
        return session.client.send(step.request(session.target.base_url)).response
    except (NoAnswerError, DeskcheckError, *UNSENDABLE):
        return None
