"""The mark: the text that a run puts into what it creates, in a long and a short form, and how it is recognised."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

PREFIX = "deskcheck-"
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_HASH_LENGTH = 10


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
    """The mark of a run with this id. A hash, since ids of two days differ only in their date."""
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")
    return PREFIX + _base36(number).rjust(_HASH_LENGTH, "0")[-_HASH_LENGTH:]


def short(run: str) -> str:
    """The short form of a run's mark: eight characters of its own behind two fixed ones; empty for other texts."""
    tail = run.removeprefix(PREFIX)
    return f"dk{tail[-8:]}" if run.startswith(PREFIX) and len(tail) == _HASH_LENGTH else ""


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
