"""Whether an answer proves that its record is new: a server that lies must not make us own what others made."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

# Seconds between the answer's own Date and the creation that it shows; vendors' clocks differ by less.
FRESH = 600.0
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
_TOKEN = re.compile(r"(?=\S*[A-Za-z])\S{16,}")


def proves_new(body: Any, record: str, date: str, mark: str) -> bool:
    """Whether the record with id `record` in a create's answer was made by that very request.

    `date` is the answer's Date header. A creation time decides where there is one (`created_at`, `createdTime`: both
    vendors); else another fresh time does, or this run's `mark` in the record, or an id too long to be anybody's
    guess (upload tokens, ULIDs).
    """
    fields = next((one for one in _objects(body) if record in map(str, one.values())), {})
    times = {name: found for name, value in fields.items() if (found := _time(value)) is not None}
    created = {name: when for name, when in times.items() if "creat" in name.lower()}
    now = _date(date)
    if created:
        return any(abs((now - when).total_seconds()) <= FRESH for when in created.values())
    if any(abs((now - when).total_seconds()) <= FRESH for when in times.values()):
        return True
    return bool(mark and mark in str(fields)) or bool(_TOKEN.fullmatch(record))


def _objects(node: Any) -> Iterator[Mapping[str, Any]]:
    """The answer's outermost objects: itself, and what it wraps."""
    if isinstance(node, dict):
        yield node
        yield from (child for child in node.values() if isinstance(child, dict))


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
