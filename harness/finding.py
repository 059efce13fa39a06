"""Finding: what is wrong, where, by which check, and in which exchange."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.exchange import Exchange, Request


@dataclass(frozen=True, slots=True)
class Finding:
    """One deviation from the contract.

    `check` is the name of a row in the table of `checks`.
    `status` is the answer's code. `pointer` is a JSON pointer into the answer (or request) body, with the real index
    (`/tickets/3/recipient`); empty where the finding is about the whole answer. `expected` is the contract's side in
    short (`type string`), `message` one sentence. `waiver` is the id of the waiver that covers it, or empty, and
    `waiver_place` the file and line of that.
    `count` is how many places of one exchange share this cause; `pointer` is the first of them. `request` is what no
    usable answer came to, so that there is no exchange; its secrets are masked.
    """

    operation: str
    check: str
    status: int
    pointer: str
    message: str
    expected: str = ""
    waiver: str = ""
    exchange: Exchange | None = None
    count: int = 1
    waiver_place: str = ""
    request: Request | None = None

    @property
    def waived_by(self) -> str:
        """The waiver that covers it, with its file and line where they are known; empty where none does."""
        return f"{self.waiver} ({self.waiver_place})" if self.waiver_place else self.waiver

    @property
    def cause(self) -> tuple[str, str, int, str, str]:
        """What makes two findings the same: indices in the pointer and concrete values do not count."""
        return self.operation, self.check, self.status, general(self.pointer), self.expected


# What names a record in the keys of a map, beside its number: a UUID, or the 26 signs of a ULID.
_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|(?=[A-Z]*[0-9])[0-9A-HJKMNP-TV-Z]{26}")


def general(pointer: str) -> str:
    """A pointer with `*` for every array index, and for every id that is the key of a map."""
    return "/".join(["*" if part.isdigit() or _is_id(part) else part for part in pointer.split("/")])


def _is_id(part: str) -> bool:
    # This is asked of every finding, and most names are shorter than any such id.
    return len(part) >= 26 and _ID.fullmatch(part) is not None


_ROW = ("check", "pointer", "message", "expected")


def as_row(finding: Finding) -> dict[str, str]:
    """What is stored of a finding beside its exchange, which says the rest."""
    return {name: getattr(finding, name) for name in _ROW}


def from_row(operation: str, status: int, row: Mapping[str, Any]) -> Finding:
    """The finding of which `as_row` made the row. Raises `KeyError` for a row that lacks one of its parts."""
    check, pointer, message, expected = (str(row[name]) for name in _ROW)
    return Finding(operation, check, status, pointer, message, expected)
