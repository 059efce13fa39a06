"""A large JSON text, read value by value without ever holding all of it."""

from __future__ import annotations

import json
import re
from typing import Any, TextIO

CHUNK = 1 << 20
LARGEST = 16 << 20
"""Characters in one value, where the cursor is not told otherwise; a recorded answer beyond is not read."""

_SPACE = re.compile(r"[ \t\r\n]*")
_INSIDE = re.compile(r'["\\]')
_OUTSIDE = re.compile(r'["{}\[\]]')


class TruncatedError(Exception):
    """The text ends before the value does."""


class OversizeError(Exception):
    """A value is larger than `LARGEST`; the cursor still stands before it."""


# What may be left of a number that the end of the text cut in two: `1.`, `1e`, `1e-`.
_HALF = re.compile(r"\.|[eE][-+]?")


class Cursor:
    """A place in a text that is read in chunks.

    Raises `ValueError` for what is not JSON, and `TruncatedError` where the text ends too soon.
    """

    def __init__(self, stream: TextIO, chunk: int = CHUNK, largest: int | None = None) -> None:
        self._stream, self._chunk, self._largest = stream, chunk, largest
        self._text, self._at, self._dropped, self._ended = "", 0, 0, False
        self._decoder = json.JSONDecoder(strict=False)

    @property
    def offset(self) -> int:
        """Characters before this place."""
        return self._dropped + self._at

    def peek(self) -> str:
        """The next character that is no space."""
        while True:
            match = _SPACE.match(self._text, self._at)
            assert match is not None
            self._at = match.end()
            if self._at < len(self._text):
                return self._text[self._at]
            self._more(self._chunk)

    def is_at_end(self) -> bool:
        """Whether nothing but space is left."""
        try:
            self.peek()
        except TruncatedError:
            return True
        return False

    def take(self, wanted: str) -> str:
        """Step over the next character, which must be one of `wanted`."""
        char = self.peek()
        if char not in wanted:
            raise ValueError(f"expected {' or '.join(wanted)} instead of {char!r}")
        self._at += 1
        return char

    def value(self) -> Any:
        """Read one whole value. Raises `OversizeError` without reading it where it is too large."""
        size = self._chunk
        self.peek()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
                # A number may go on in the next chunk: `1e+` reads as 1 with two characters left over.
                if type(value) not in (int, float) or end + 3 <= len(self._text) or self._ended:
                    if self._ended and _HALF.fullmatch(self._text, end):
                        raise TruncatedError
                    if end - self._at > (self._largest or LARGEST):
                        raise OversizeError
                    self._at = end
                    return value
            except json.JSONDecodeError as error:
                if self._ended and self._text[self._at :] == "-":
                    raise TruncatedError from error
                if not self._is_cut(error):
                    raise ValueError(f"{error.msg} at character {self._dropped + error.pos}") from error
            except RecursionError as error:
                raise ValueError("a value nests too deep") from error
            if len(self._text) - self._at > (self._largest or LARGEST):
                raise OversizeError
            had_ended = self._ended
            try:
                self._more(size)
            except TruncatedError:
                # A number may end where the text does; it is read once more, now that this is known.
                if not had_ended and self._text[self._at : self._at + 1] in "-0123456789":
                    continue
                raise
            size *= 2

    def skip(self) -> None:
        """Step over one object or array, however large."""
        depth, quoted = 0, False
        while True:
            match = (_INSIDE if quoted else _OUTSIDE).search(self._text, self._at)
            if match is None:
                self._at = len(self._text)
                self._more(self._chunk)
                continue
            self._at = match.end()
            char = match[0]
            if char == "\\":
                if self._at == len(self._text):
                    self._more(self._chunk)
                self._at += 1
            elif char == '"':
                quoted = not quoted
            else:
                depth += 1 if char in "{[" else -1
                if depth == 0:
                    return

    def _is_cut(self, error: json.JSONDecodeError) -> bool:
        """Whether the error may be no more than the end of a chunk."""
        return error.msg.startswith("Unterminated string") or error.pos >= len(self._text) - 12

    def _more(self, size: int) -> None:
        if self._ended:
            raise TruncatedError
        chunk = self._stream.read(size)
        self._dropped += self._at
        self._text, self._at = self._text[self._at :] + chunk, 0
        if not chunk:
            self._ended = True
            raise TruncatedError
