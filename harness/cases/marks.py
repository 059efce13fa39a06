"""The mark: the text that a run puts into what it creates, in a long and a short form, and how it is recognised.

It says when its run began, so that a record far from that time is known to be somebody's copy of it.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime

PREFIX = "deskcheck-"
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_TAIL_LENGTH = 10
_TIME_LENGTH = 6
"""Digits of the seconds since 1970, to the base 36; enough until 2038."""
_RUN_TIME = re.compile(r"\d{8}-\d{6}")
_AT_START = re.compile(rf"({PREFIX}[{_DIGITS}]{{{_TAIL_LENGTH}}})(?![{_DIGITS}])")
_SHORT_AT_START = re.compile(rf"(dk[{_DIGITS}]{{8}})[{_DIGITS}]")


@dataclass(frozen=True, slots=True)
class Mark:
    """One request's mark: all marks of a run begin with `run`, and `number` makes each unique."""

    run: str
    number: int

    @property
    def long(self) -> str:
        """The form that people recognise."""
        return f"{self.run}-{self.number}"

    @property
    def short(self) -> str:
        """The form for fields that are too short for the other; empty where the run has none."""
        return f"{short(self.run)}{_base36(self.number)}" if short(self.run) else ""

    def within(self, length: int) -> str:
        """The longest form of at most `length` characters; empty where none fits."""
        return next((form for form in (self.long, self.short) if form and len(form) <= length), "")


def of_run(name: str) -> str:
    """The mark of a run with this id: when it began, and a hash of the id; the hash alone for an id without a time."""
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")
    digits = _base36(number).rjust(_TAIL_LENGTH, "0")[-_TAIL_LENGTH:]
    time = _time_of(name)
    return PREFIX + time + digits[len(time) :]


def _time_of(name: str) -> str:
    """The moment that a run's id begins with, as digits of a mark; empty where it begins with none."""
    match = _RUN_TIME.match(name)
    try:
        began = datetime.strptime(match[0], "%Y%m%d-%H%M%S").replace(tzinfo=UTC) if match else None
    except ValueError:
        began = None
    return _base36(int(began.timestamp())).rjust(_TIME_LENGTH, "0")[-_TIME_LENGTH:] if began else ""


def began(run: str) -> datetime:
    """When the run of a mark began. A mark that says nothing of it leads to a moment far from any record's creation."""
    return datetime.fromtimestamp(int(run.removeprefix(PREFIX)[:_TIME_LENGTH], 36), UTC)


def at_start(text: str) -> str:
    """The run's mark with which a text begins, exactly as a run puts it there; empty where it begins with none."""
    match = _AT_START.match(text)
    return match[1] if match else ""


def short_at_start(text: str) -> str:
    """The same for the short form of a run's mark; any word that begins alike may look so."""
    match = _SHORT_AT_START.match(text)
    return match[1] if match else ""


def numbered(text: str) -> str:
    """The mark of one request with which a text begins: the run's with its number, which no other record has."""
    match = re.match(rf"{_AT_START.pattern}-\d+", text)
    return match[0] if match else ""


def short(run: str) -> str:
    """The short form of a run's mark: eight characters of its own behind two fixed ones; empty for other texts."""
    tail = run.removeprefix(PREFIX)
    return f"dk{tail[-8:]}" if run.startswith(PREFIX) and len(tail) == _TAIL_LENGTH else ""


def carries(text: str, run: str) -> bool:
    """Whether a text holds a run's mark, also after a vendor made it lower case, a slug, or shorter at its end."""
    if not run:
        return False
    plain_text = _plain(text)
    return any(_plain(form) in plain_text for form in (run, short(run)) if form)


def _plain(text: str) -> str:
    """Letters and digits alone, in lower case."""
    return re.sub(r"[\W_]+", "", text).casefold()


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"
