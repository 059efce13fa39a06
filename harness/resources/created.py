"""The records that a create's answer shows, and whether it proves them new: an id is ours only if it is proved."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from harness.cases.marks import carries
from harness.formats.http_date import parse_http_date
from harness.resources.rows import Row, id_in
from harness.vendors import VENDORS

# Seconds between the answer's own Date and the creation that it shows; vendors' clocks differ by less.
FRESH_SECONDS = 600.0
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
_LONG_TOKEN = re.compile(r"(?=\S*[A-Za-z])\S{16,}")


@dataclass(frozen=True, slots=True)
class CreatedRecord:
    """A record that an answer shows: its id as text, and all its fields."""

    id: str
    fields: Row


def created_records(body: Any, collection: str, vendor: str) -> tuple[CreatedRecord, ...]:
    """The records that a create's answer names: one as a rule, several under the collection's own name.

    Answers wrap the record under its own name (`{"ticket": {"id": 5}, "audit": …}`) or give it bare (`{"id": "5"}`);
    uploads name it `token` (recorded 2023-09), Zoho's folders `folderId`, its domains `domain` (document).
    """
    if not isinstance(body, dict) or VENDORS[vendor].names_job(body):
        # A job's id is no record's: what the job will have created is not known yet.
        return ()
    last = collection.rsplit("/", 1)[-1]
    singular = last.rstrip("s")
    wrapped = {key: value for key, value in body.items() if isinstance(value, dict)}
    likeliest_first = sorted(wrapped, key=lambda key: singular not in key)
    for record in (body, *(wrapped[key] for key in likeliest_first)):
        if record_id := id_in(record, last):
            return (CreatedRecord(record_id, record),)
    rows = body[last] if isinstance(body.get(last), list) else []
    records = [CreatedRecord(id_in(row, last), row) for row in rows if isinstance(row, dict)]
    return tuple(record for record in records if record.id)


def proves_new(record: CreatedRecord, date: str, mark: str) -> bool:
    """Whether a record in a create's answer was created by that very request.

    `date` is the answer's Date header. A creation time decides where there is one (`created_at`, `createdTime`: both
    vendors); else another fresh time does, or this run's `mark` in the record, or an id too long to be
    guessed (upload tokens, ULIDs).
    """
    times = _times(record.fields)
    creations = [when for name, when in times.items() if _is_creation(name)]
    answered = (parse_http_date(date) or datetime.now(UTC)).astimezone(UTC)
    if creations:
        return any(_is_fresh(when, answered) for when in creations)
    if any(_is_fresh(when, answered) for when in times.values()):
        return True
    return carries(str(record.fields), mark) or bool(_LONG_TOKEN.fullmatch(record.id))


def created_at(fields: Row) -> datetime | None:
    """When a row says that its record was created; None where it does not."""
    return next((when for name, when in _times(fields).items() if _is_creation(name)), None)


def removed_at(fields: Row) -> datetime | None:
    """When a row of the trash says that its record was moved there; None where it does not."""
    return next((when for name, when in _times(fields).items() if name.lower().startswith("delet")), None)


def _times(fields: Row) -> dict[str, datetime]:
    """The moments in a record's fields, by the name of the field."""
    times = ((name, _time(value)) for name, value in fields.items())
    return {name: when for name, when in times if when is not None}


def _is_creation(name: str) -> bool:
    return "creat" in name.lower()


def _is_fresh(when: datetime, answered: datetime) -> bool:
    return abs((answered - when).total_seconds()) <= FRESH_SECONDS


def _time(value: Any) -> datetime | None:
    if not isinstance(value, str) or not _TIMESTAMP.match(value):
        return None
    try:
        when = datetime.fromisoformat(value.replace("Z", "+00:00"))
    except ValueError:
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)
