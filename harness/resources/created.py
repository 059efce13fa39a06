"""What a create's answer names, and whether it proves to be new: no lie may make us own what others made."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from harness.cases.marks import carries

# Seconds between the answer's own Date and the creation that it shows; vendors' clocks differ by less.
FRESH = 600.0
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
_TOKEN = re.compile(r"(?=\S*[A-Za-z])\S{16,}")


@dataclass(frozen=True, slots=True)
class CreatedRecord:
    """A record that an answer shows: its id as text, and all its fields."""

    id: str
    fields: Mapping[str, Any]


def made(body: Any, collection: str) -> tuple[CreatedRecord, ...]:
    """The records that a create's answer names: one as a rule, several under the collection's own name.

    Answers wrap the record under its own name (`{"ticket": {"id": 5}, "audit": …}`) or give it bare (`{"id": "5"}`);
    uploads name it `token` (recorded 2023-09), Zoho's folders `folderId`, its domains `domain` (document).
    """
    if not isinstance(body, dict) or "job_status" in body:
        # A job's id is no record's: what it will have made is not known yet.
        return ()
    last = collection.rsplit("/", 1)[-1]
    singular = last.rstrip("s")
    own = sorted((key for key, value in body.items() if isinstance(value, dict)), key=lambda key: singular not in key)
    for record in (body, *(body[key] for key in own)):
        if found := id_in(record, last):
            return (CreatedRecord(found, record),)
    rows = [row for row in body[last] if isinstance(row, dict)] if isinstance(body.get(last), list) else []
    return tuple(CreatedRecord(found, row) for row in rows if (found := id_in(row, last)))


def id_in(record: Mapping[str, Any], collection: str) -> str:
    """The id in a record of a collection, under the usual names or one made of the collection's own; else nothing."""
    singular = collection.rsplit("/", 1)[-1].rstrip("s")
    plain = singular.replace("_", "").lower()
    kin = [key for key in record if key.endswith(("Id", "_id")) and plain.endswith(key[:-2].replace("_", "").lower())]
    for key in ("id", *kin, "token", "key", singular):
        value = record.get(key)
        if isinstance(value, int | str) and not isinstance(value, bool) and value:
            return str(value)
    return ""


def proves_new(record: CreatedRecord, date: str, mark: str) -> bool:
    """Whether a record in a create's answer was made by that very request.

    `date` is the answer's Date header. A creation time decides where there is one (`created_at`, `createdTime`: both
    vendors); else another fresh time does, or this run's `mark` in the record, or an id too long to be anybody's
    guess (upload tokens, ULIDs).
    """
    times = {name: found for name, value in record.fields.items() if (found := _time(value)) is not None}
    created = {name: when for name, when in times.items() if "creat" in name.lower()}
    now = _date(date)
    if created:
        return any(abs((now - when).total_seconds()) <= FRESH for when in created.values())
    if any(abs((now - when).total_seconds()) <= FRESH for when in times.values()):
        return True
    return carries(str(record.fields), mark) or bool(_TOKEN.fullmatch(record.id))


def created_at(fields: Mapping[str, Any]) -> datetime | None:
    """When a row says that its record was made; None where it does not."""
    times = (_time(value) for name, value in fields.items() if "creat" in name.lower())
    return next((when for when in times if when is not None), None)


def _time(value: Any) -> datetime | None:
    if not isinstance(value, str) or not _STAMP.match(value):
        return None
    try:
        found = datetime.fromisoformat(value.replace("Z", "+00:00"))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _date(header: str) -> datetime:
    try:
        return parsedate_to_datetime(header).astimezone(UTC)
    except (TypeError, ValueError):
        return datetime.now(UTC)
