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
from harness.execution.lost_creates import SearchResult
from harness.execution.org_under_test import OrgUnderTest
from harness.execution.reproduce import read_until_certain
from harness.ledger import Entry, Ledger
from harness.resources.cleanup import REQUESTS_TO_RESTORE, Cleanup, CleanupStep, requests_to_remove
from harness.resources.removal import ABSENT_STATUSES, RemovalProof, holds, of_job, proof
from harness.transport.failures import UNSENDABLE, NoAnswerError
from harness.vendors import VENDORS

EFFECT_SECONDS = 5.0
"""Seconds after which a request that was cut off has had its effect, or never will."""
PAUSES = (0.0, 0.5, 2.0)
"""Seconds before each attempt to remove a record."""
SECOND_ROUND_SECONDS = 2.0
"""Seconds before all that is left is tried once more, where something was removed."""
JOB_PAUSES = (0.0, 0.5, 1.0, 2.0, 4.0)
"""Seconds before each read of a job. Recorded jobs of one row were completed at the first read."""


def sweep(
    ledger: Ledger,
    org_of: Callable[[str], OrgUnderTest],
    cleanup: Cleanup,
    begin: Callable[[Entry], None] = lambda entry: None,
) -> list[str]:
    """Remove or restore everything that is open in `ledger`, newest first; one line for each thing that is still there.

    `org_of` gives the org of a target by its name, `begin` gets each entry before it is taken back for the first time.
    What belongs to a record of ours and cannot be removed by itself, or was never proved to be there, is removed with
    that record.
    """
    ledger.refresh()
    started = time.monotonic()
    ours = {(entry.target, record) for entry in ledger.entries() for record in entry.ids}
    dependent = [entry for entry in ledger.open_entries() if _goes_with_its_parent(entry) and ours & _parents(entry)]
    dependent_ids = {entry.id for entry in dependent}

    def clean_all(*, again: bool = False) -> list[str]:
        lines: list[str] = []
        for entry in ledger.open_entries():
            if entry.id not in dependent_ids:
                if not again:
                    begin(entry)
                lines.extend(_Cleaner(ledger, org_of(entry.target), cleanup, started).clean(entry))
        return lines

    before = len(ledger.open_entries())
    left = clean_all()
    if left and len(ledger.open_entries()) < before:
        # The org answers, and the network lost some requests: a later attempt may remove what three did not.
        time.sleep(SECOND_ROUND_SECONDS)
        left = clean_all(again=True)
    independent = [entry for entry in ledger.entries() if entry.id not in dependent_ids]
    still_there = {(entry.target, record) for entry in independent for record in entry.left}
    for entry in dependent:
        if still_there & _parents(entry):
            left.append(f"{entry.target}: {entry.path} (made by {entry.operation})")
        else:
            ledger.removed(entry.id, *entry.left)
    return left


def requests_of(entry: Entry) -> int:
    """Requests that taking back what an entry holds open takes, where none is lost."""
    if entry.setting:
        return REQUESTS_TO_RESTORE
    return requests_to_remove(entry.cleanup_steps) * max(1, len(entry.left))


def _goes_with_its_parent(entry: Entry) -> bool:
    """Whether an entry's record can only be removed with its parent, if it has one."""
    return not entry.setting and (entry.unanswered or not entry.cleanup_steps)


def _parents(entry: Entry) -> set[tuple[str, str]]:
    """The parts of a path that may name the parent of an entry's record, each with the target whose org has it.

    The original of a copy is no parent.
    """
    path = entry.search.get("home") or entry.path
    return {(entry.target, part) for part in path.strip("/").split("/")[:-1]}


def seconds_until_effect(started: float, now: float) -> float:
    """Seconds until every request sent before `started` has had its effect: 0 at least, `EFFECT_SECONDS` at most.

    Both are moments of this process, not of the wall clock: an entry's own time may have been written by a clock that
    was set since, and a sweep would wait for hours, or not at all.
    """
    return min(EFFECT_SECONDS, max(0.0, started + EFFECT_SECONDS - now))


class ReadResult(StrEnum):
    """What reading a record shows."""

    ABSENT = "absent"
    THERE = "there"
    IN_TRASH = "in the trash"
    UNREADABLE = "no operation reads it, or these credentials may not"
    UNCLEAR = "the server did not say"


@dataclass(frozen=True)
class _Cleaner:
    """Removes and restores what the ledger has of one org. `started` is the sweep's start by the monotonic clock."""

    ledger: Ledger
    org: OrgUnderTest
    cleanup: Cleanup
    started: float

    def clean(self, entry: Entry) -> Iterator[str]:
        """Remove or restore what is open in an entry; a line for each thing that is still there."""
        if entry.unanswered and not entry.setting:
            yield from self._remove_lost_creates(entry)
        elif not entry.setting:
            yield from self._remove_all(entry, entry.left)
        elif self._restore_setting(entry):
            self.ledger.removed(entry.id)
        else:
            step = entry.cleanup_steps[0]
            yield f"{self.org.target.name}: {entry.operation} could not be put back: {step.method} {entry.path}"

    def _restore_setting(self, entry: Entry) -> bool:
        """Send the setting's old value, more than once where a request fails, until it is read so."""
        for pause in PAUSES:
            time.sleep(pause)
            # A change that the vendor refused has changed nothing: a setting that reads as before is not sent.
            if self._is_restored(entry):
                return True
            for step in entry.cleanup_steps:
                self._send(step)
        return self._is_restored(entry)

    def _is_restored(self, entry: Entry) -> bool:
        return all(self._reads_as(step) for step in entry.cleanup_steps)

    def _reads_as(self, step: CleanupStep) -> bool:
        """Whether a setting reads as the step would make it."""
        response = self._read(step.path)
        body = decoded(response) if response is not None and response.status == 200 else None
        return holds(body, step.body)

    def _remove_lost_creates(self, entry: Entry) -> Iterator[str]:
        """A create whose answer proves no record: search for what it created, and remove what is proved ours."""
        # The sender may be dead while the server still works: search only when the request has had its effect.
        time.sleep(seconds_until_effect(self.started, time.monotonic()))
        try:
            result = lost_creates.search(entry, self.ledger, self.org)
        except DeskcheckError:
            # No token, for example: of this create nothing is known, and the rest is still to be removed.
            result = SearchResult(unproved=(self.org.target.base_url + entry.path,))
        if result.ids:
            self.ledger.created(entry.id, *result.ids)
            yield from self._remove_all(entry, result.ids)
        elif not result.unproved:
            self.ledger.nothing_created(entry.id, result.why)
        for address in result.unproved:
            name = self.org.target.name
            yield f"{name}: {address} may hold a record of {entry.operation} that no answer proved ours"

    def _remove_all(self, entry: Entry, records: Iterable[str]) -> Iterator[str]:
        """Remove records; a line for each that is not proved to be gone."""
        for record in records:
            if entry.cleanup_steps and self._remove(entry, record):
                self.ledger.removed(entry.id, record)
            else:
                yield f"{self.org.target.name}: {entry.path}/{record} (made by {entry.operation})"

    def _remove(self, entry: Entry, record: str) -> bool:
        """Send the cleanup steps in their order, more than once where a request fails, until the record is gone."""
        for pause in PAUSES:
            time.sleep(pause)
            last_proof = self._send_steps(entry, record)
            if last_proof is not RemovalProof.NOTHING and self._is_gone(entry, record, last_proof):
                return True
        return False

    def _send_steps(self, entry: Entry, record: str) -> RemovalProof:
        """What the last of the cleanup steps proves; nothing where one before it failed."""
        result = RemovalProof.NOTHING
        for step in entry.cleanup_steps:
            result = self._send_step(step.of(record), record)
            if result is RemovalProof.NOTHING:
                break
        return result

    def _send_step(self, step: CleanupStep, record: str) -> RemovalProof:
        """What the answer to one step proves, or the end of the job that carries it out."""
        response = self._send(step)
        vendor = VENDORS[self.org.target.vendor]
        result = proof(response, record, vendor.name)
        if result is not RemovalProof.JOB or response is None or vendor.jobs is None:
            return result
        job = vendor.jobs.path.format(id=response.json[vendor.jobs.key].get("id"))
        for pause in JOB_PAUSES:
            time.sleep(pause)
            result = of_job(self._read(job), vendor.name)
            if result is not RemovalProof.JOB:
                return result
        return RemovalProof.NOTHING

    def _is_gone(self, entry: Entry, record: str, last_proof: RemovalProof) -> bool:
        """Whether the record is gone for good, by the last step's answer and by reading what can be read.

        A record that the last of several steps did not find may still be in the trash, where a GET of it says 404 too.
        """
        collection = _collection(entry)
        read_result = self._read_record(f"{collection}/{quote(record, safe='')}")
        is_purged = len(entry.cleanup_steps) > 1
        if read_result in (ReadResult.THERE, ReadResult.UNCLEAR):
            return False
        if read_result is ReadResult.IN_TRASH and is_purged:
            return False
        if last_proof is RemovalProof.DONE:
            return True
        if not is_purged:
            return read_result is not ReadResult.UNREADABLE or self._is_unlisted(collection, record)
        # Some vendors refuse what is not there as they refuse what may not be read: the list tells the two apart.
        is_absent = read_result is ReadResult.ABSENT or self._is_missing_from_list(collection, record)
        return is_absent and self._is_unlisted(self.cleanup.trash(entry.vendor, collection), record)

    def _is_missing_from_list(self, collection: str, record: str) -> bool:
        """Whether there is a list of the collection, and the record is not in it."""
        return bool(self.org.records.graph.listing_at(collection)) and self._is_unlisted(collection, record)

    def _read_record(self, path: str) -> ReadResult:
        if self.org.documents.catalog.match(self.org.target.vendor, "GET", path) is None:
            return ReadResult.UNREADABLE
        response = self._read(path)
        if response is None:
            return ReadResult.UNCLEAR
        if response.status in ABSENT_STATUSES or response.status == 204:
            return ReadResult.ABSENT
        if response.status == 200:
            return ReadResult.IN_TRASH if trashed(response, self.org.target.vendor) else ReadResult.THERE
        return ReadResult.UNREADABLE if response.status in (401, 403) else ReadResult.UNCLEAR

    def _is_unlisted(self, collection: str, record: str) -> bool:
        """Whether a list, read to its end, does not show the record, or is itself gone with its parent record.

        True as well where nothing lists the collection.
        """
        listing = self.org.records.listing(collection)
        if listing is None:
            return True
        if not listing.complete:
            return self._read_record(collection) is ReadResult.ABSENT
        return all(listed != record for listed, _ in listing.rows)

    def _read(self, path: str) -> Response | None:
        return read_until_certain(lambda: self._send(CleanupStep("GET", path)))

    def _send(self, step: CleanupStep) -> Response | None:
        try:
            return self.org.client.send(step.request(self.org.target.base_url)).response
        except (NoAnswerError, DeskcheckError, *UNSENDABLE):
            return None


def _collection(entry: Entry) -> str:
    """The collection of an entry's records: as written down, else by the path of its cleanup steps."""
    if written_down := entry.search.get("home"):
        return written_down
    return next((step.path.rsplit("/{id}", 1)[0] for step in entry.cleanup_steps if "{id}" in step.path), entry.path)
