"""RecordedExchange: one entry of a recording with the place that it was read from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from harness.exchange import Exchange
from harness.finding import Finding
from harness.formats.http_date import parse_http_date
from harness.unjudged import BODY, ENTRY, NO_ANSWER

BROKEN = (KeyError, TypeError, ValueError, AttributeError, OverflowError)
"""What reading an entry of another tool can raise where it is not as it should be."""

_MILLISECONDS = 1e11
"""What is more than this is no number of seconds: they would end in the year 5138."""


@dataclass(frozen=True, slots=True)
class RecordedExchange:
    """One entry of a recording, the first being 0. `exchange` is None where `note` says why there is none.

    `whole` is False where the recording left the answer's body out. `lost_file` is `FILE` where a file, or the rest of
    it, could not be read, and `OTHER_FILE` where it is no recording. `ours` marks what deskcheck recorded itself; it
    then knows the `operation` key, the `purpose` that `checks.fitting` takes, and the `case_findings` of those checks
    that need the generated case itself.
    """

    file: str
    index: int
    exchange: Exchange | None = None
    note: str = ""
    whole: bool = True
    lost_file: str = ""
    ours: bool = False
    operation: str = ""
    purpose: str = ""
    case_findings: tuple[Finding, ...] = ()

    @property
    def lack(self) -> str:
        """What the recording lacks, in the words of `unjudged`; nothing where it has all."""
        if self.exchange is not None:
            return "" if self.whole else BODY
        if self.lost_file:
            return self.lost_file
        return NO_ANSWER if self.note == NO_ANSWER else ENTRY


def text(raw: Any) -> str:
    """A scalar as text, also where a writer took it for bytes. Raises `TypeError` for a container, whose text might
    not end.
    """
    if type(raw) is str:
        return raw
    if isinstance(raw, bytes):
        return raw.decode("utf-8", "replace")
    if isinstance(raw, dict | list | tuple):
        raise TypeError(f"{type(raw).__name__} where text should be")
    return str(raw)


def url(raw: Any) -> str:
    """A URL that can be taken apart; raises `ValueError` or `TypeError` for any other."""
    url = text(raw)
    urlsplit(url)
    return url


def seconds(raw: Any) -> float:
    """A time as seconds since the epoch: ISO 8601 (UTC where it names no zone), the form of a Date header, or a number
    of seconds or milliseconds. 0 where it is none.
    """
    try:
        if isinstance(raw, int | float):
            return _of_number(raw)
        moment = datetime.fromisoformat(text(raw).removesuffix(" GMT").removesuffix(" UTC"))
    except (ValueError, TypeError, OverflowError):
        return _of_words(raw)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _of_number(raw: float) -> float:
    number = 0.0 if isinstance(raw, bool) else float(raw)
    return number / 1000 if number > _MILLISECONDS else number


def _of_words(raw: Any) -> float:
    """`Sun, 01 Nov 2026 10:00:00 GMT`, or digits alone."""
    words = raw.strip() if isinstance(raw, str) else ""
    if words.replace(".", "", 1).isdecimal() and words.isascii():
        return _of_number(float(words[:20]))
    moment = parse_http_date(words) if words else None
    try:
        return moment.timestamp() if moment else 0.0
    except (ValueError, OverflowError):
        return 0.0
