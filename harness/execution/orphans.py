"""Orphans: records in an org that carry a run's mark, and what proves that a run of ours created them.

A mark can be copied: somebody quotes it in a comment, clones a ticket with its subject, or gives a name that looks like
one. So the mark must stand where a run puts it, exactly, and the record must be of that run's time and of our user.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property

from harness.cases import marks
from harness.cases.marking import may_hold_mark
from harness.execution import authors
from harness.execution.org_under_test import OrgUnderTest
from harness.resources.cleanup import Cleanup, CleanupStep
from harness.resources.created import created_at, removed_at
from harness.resources.rows import Row

CLOCKS_DIFFER = timedelta(minutes=10)
"""By so much a record's creation may be before the run that created it, by the clocks of two machines."""
LONGEST_RUN = timedelta(hours=24)
"""In this time a run has created what it creates."""
WITHOUT_CREATOR = timedelta(hours=2)
"""The same where nothing shows who created the record: people copy a name hours later, runs create at once."""


class Standing(StrEnum):
    """What the evidence says of a record with a mark."""

    OURS = "ours"
    FOREIGN = "foreign"  # somebody else's, which only looks alike
    UNCLEAR = "unclear"  # nothing proves it ours, and nothing that it is not


@dataclass(frozen=True, slots=True)
class MarkedRecord:
    """One record with a run's mark: `run` is the mark, `text` the text that begins with it.

    `created` is the time that the record itself shows; in the trash, where that is all there is, that of its removal.
    `steps` remove it for good.
    """

    collection: str
    id: str
    run: str
    text: str
    row: Row
    steps: tuple[CleanupStep, ...]
    created: datetime | None = None
    in_bin: bool = False

    @property
    def path(self) -> str:
        """Where it is shown."""
        return f"{self.collection}/{self.id}"


@dataclass(frozen=True, slots=True)
class JudgedRecord:
    """A marked record, what the evidence says of it, and why."""

    record: MarkedRecord
    standing: Standing
    why: str


@dataclass(frozen=True)
class Search:
    """What was found. `unread` are lists that broke off before their end, so that more may be there.

    `unlisted` are collections that runs add to and that no list shows whole: what hangs on a record of others, what a
    vendor shows by its id alone, and lists that the org refuses. Nothing there was looked for.
    """

    records: tuple[JudgedRecord, ...] = ()
    unread: tuple[str, ...] = ()
    unlisted: tuple[str, ...] = ()

    def of(self, standing: Standing) -> tuple[JudgedRecord, ...]:
        """The records of one standing."""
        return tuple(judged for judged in self.records if judged.standing is standing)


def search(org: OrgUnderTest, cleanup: Cleanup) -> Search:
    """Read every list that can hold a record of a run, trash included, and judge what carries a mark. Only reads."""
    found: list[MarkedRecord] = []
    unread: list[str] = []
    unlisted = [*_unlisted(org, cleanup)]
    for place in _places(org, cleanup):
        listing = org.records.listing(place.collection)
        if listing is None:
            unlisted.append(place.collection)
            continue
        if listing.rows and not listing.complete:
            unread.append(place.collection)
        found += _marked(place, listing.rows)
    judge = Judge(org, _count_marks(found))
    return Search(tuple(judge.all(found)), tuple(unread), tuple(sorted(unlisted)))


@dataclass(frozen=True, slots=True)
class _SearchedList:
    """A list that can hold records of a run, and the steps that remove one of its rows for good."""

    collection: str
    steps: tuple[CleanupStep, ...]
    is_bin: bool = False


def _places(org: OrgUnderTest, cleanup: Cleanup) -> Iterator[_SearchedList]:
    """Top-level collections that a run can add to and take from; what hangs on a record goes with it. Then the bins."""
    vendor, graph = org.target.vendor, org.records.graph
    bins = cleanup.bins.get(vendor, {})
    imported = set(cleanup.collections.get(vendor, {}).values())
    for collection in graph.collections.values():
        path = collection.path
        can_be_added_to = collection.create is not None or path in imported
        if "{" in path or path in bins or collection.listing is None or not can_be_added_to:
            continue
        steps = cleanup.steps(vendor, path)
        if steps:
            yield _SearchedList(path, steps)
    for path, bin_steps in bins.items():
        yield _SearchedList(path, tuple(bin_steps), is_bin=True)


def _unlisted(org: OrgUnderTest, cleanup: Cleanup) -> tuple[str, ...]:
    """Collections that a run can add to and take from, and that none of the searched lists shows whole."""
    vendor, searched = org.target.vendor, {place.collection for place in _places(org, cleanup)}
    collections = org.records.graph.collections.values()
    added_to = {one.path for one in collections if one.create is not None and cleanup.steps(vendor, one.path)}
    return tuple(added_to - searched)


def _marked(place: _SearchedList, rows: Iterable[tuple[str, Row]]) -> Iterator[MarkedRecord]:
    """The rows with a mark, each with its long form where it has one."""
    for record, row in rows:
        texts = [value for name, value in row.items() if isinstance(value, str) and may_hold_mark(name)]
        text = next(filter(marks.at_start, texts), "") or next(filter(marks.short_at_start, texts), "")
        if not text or not record:
            continue
        created = created_at(row) or (removed_at(row) if place.is_bin else None)
        run = marks.at_start(text) or marks.short_at_start(text)
        yield MarkedRecord(place.collection, record, run, text, row, place.steps, created, place.is_bin)


def _count_marks(records: Sequence[MarkedRecord]) -> Counter[tuple[str, str]]:
    """How many records of a collection begin with the mark of one and the same request."""
    return Counter((record.collection, marks.numbered(record.text)) for record in records)


@dataclass
class Judge:
    """Judges marked records by their evidence. `alike` counts those with the mark of one request, by collection."""

    org: OrgUnderTest
    alike: Counter[tuple[str, str]] = field(default_factory=Counter)

    def all(self, records: Sequence[MarkedRecord]) -> Iterator[JudgedRecord]:
        """All that carry a whole mark; a short one counts only beside a whole one of the same run that is ours."""
        whole = [self.judge(record, record.run) for record in records if marks.at_start(record.text)]
        yield from whole
        runs = {marks.short(one.record.run): one.record.run for one in whole if one.standing is Standing.OURS}
        for record in records:
            if record.run in runs:
                judged = self.judge(replace(record, run=runs[record.run]), runs[record.run])
                yield judged

    def judge(self, record: MarkedRecord, run: str) -> JudgedRecord:
        """One record: who created it, and when."""
        if self._needs_more(record):
            row = {**record.row, **authors.full_record(self.org, record.collection, record.id)}
            record = replace(record, row=row, created=record.created or created_at(row))
        standing, why = self._weigh(record, run)
        return JudgedRecord(record, standing, why)

    def _needs_more(self, record: MarkedRecord) -> bool:
        """Whether the row leaves open what the record's own address may show."""
        return not record.in_bin and (record.created is None or not set(self._creators(record)))

    def _weigh(self, record: MarkedRecord, run: str) -> tuple[Standing, str]:
        creators = set(self._creators(record))
        if creators and not self.our_user:
            return Standing.UNCLEAR, "the org does not show which user we are"
        if creators and self.our_user not in creators:
            return Standing.FOREIGN, f"another user created it: {', '.join(sorted(creators))}"
        if record.created is None:
            return Standing.UNCLEAR, "it shows no time of its creation"
        longest = LONGEST_RUN if creators else WITHOUT_CREATOR
        began = marks.began(run)
        if not began - CLOCKS_DIFFER <= record.created <= began + longest:
            why = "the run of its mark was not going on when it was created"
            return (Standing.UNCLEAR if creators else Standing.FOREIGN), why
        if creators:
            return Standing.OURS, f"created by our user {self.our_user} while the run of its mark went on"
        mark = marks.numbered(record.text)
        if mark and self.alike[record.collection, mark] > 1:
            return Standing.UNCLEAR, f"several records carry {mark}, and nothing shows who created them"
        return Standing.OURS, "created while the run of its mark went on, and marked as that run does"

    @staticmethod
    def _creators(record: MarkedRecord) -> Iterator[str]:
        return authors.of_removal(record.row) if record.in_bin else authors.of(record.row)

    @cached_property
    def our_user(self) -> str:
        """The id of the user whose credentials we send; empty where the org does not show it."""
        return authors.our_user(self.org)
