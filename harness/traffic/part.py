"""A part of a recording: the file of one process, with an entry a line, so that whole entries are found fast."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

LEFT_OUT = b'"_leftOut":%12d'
"""How many entries had no room: always as wide, so that it can be written over in place."""
HEAD = b'{"log":{"version":"1.2","creator":%s,' + LEFT_OUT % 0 + b',"entries":[\n'
TAIL = b"\n]}}\n"

_COUNT = re.compile(rb'"_leftOut": *(\d+)')


@dataclass(frozen=True, slots=True)
class EntrySpan:
    """One whole entry: when it was sent, as the entry writes it, and the bytes from `start` to `end`."""

    at: str
    start: int
    end: int


class _Stamp(msgspec.Struct):
    startedDateTime: str  # noqa: N815  # HAR's own name


def whole(path: Path) -> Iterator[EntrySpan]:
    """Every whole entry of a part in the order of the file; the one that a kill cut is left out."""
    with path.open("rb") as stream:
        start = len(stream.readline())
        for line in stream:
            text = line.rstrip(b"\n").removesuffix(b",")
            try:
                stamp = msgspec.json.decode(text, type=_Stamp)
            except msgspec.MsgspecError:
                pass
            else:
                yield EntrySpan(stamp.startedDateTime, start, start + len(text))
            start += len(line)


def left_out(path: Path) -> int:
    """How many entries the writers of a part left out for want of room."""
    with path.open("rb") as stream:
        count = _COUNT.search(stream.readline())
    return int(count[1]) if count else 0
