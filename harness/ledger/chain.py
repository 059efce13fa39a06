"""The chain of a ledger file: each line ends with its own hash and names that of the line before it.

So neither a changed line nor one that is missing in the middle goes unnoticed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.errors import LeftoverError
from harness.formats.json_text import json_or

VERSION = 3
"""Of the events. Version 1 had neither numbers nor hashes; its files are still read, unverified."""

_WITHOUT_DIGEST = 2
"""In version 2 a line had no hash of its own, so that a change of the last one could not be seen."""
_DIGEST_KEY = b',"digest":"'

OPEN, WRITER, LOST = "open", "writer", "lost"
"""Events about the files themselves: a first line, the name of another process' file, and what is missing."""


class LostLedgerError(LeftoverError):
    """What the run wrote down is gone or changed, so that nothing can prove that all it created is removed."""


class BrokenChainError(ValueError):
    """A line that does not follow from the lines before it."""


@dataclass
class Chain:
    """The lines of one file as they were written, without their ends. `plain` marks a file of version 1."""

    lines: list[bytes] = field(default_factory=list)
    plain: bool = False
    version: int = VERSION

    def line_of(self, event: Mapping[str, Any]) -> bytes:
        """The line of an event that follows the lines so far, without its end."""
        linked = {**event, "line": len(self.lines) + 1, "previous": self._last()}
        text = json.dumps(linked, ensure_ascii=True, separators=(",", ":")).encode()
        return text[:-1] + _DIGEST_KEY + digest(text).encode() + b'"}'

    def follow(self, line: bytes) -> dict[str, Any]:
        """Append a line; its event. Raises `BrokenChainError` where it does not follow from the lines so far."""
        event = event_of(line)
        if event is None:
            raise BrokenChainError(f"line {len(self.lines) + 1} is no event")
        if not self.lines:
            self.plain = event.keys().isdisjoint(("line", "previous", "version"))
        if not self.plain:
            self._check(event, line)
        self.lines.append(line)
        return event

    def _check(self, event: Mapping[str, Any], line: bytes) -> None:
        number = len(self.lines) + 1
        if event.get("line") != number or event.get("previous") != self._last():
            raise BrokenChainError(f"line {number} does not follow from the line before it")
        if number == 1 and event["event"] != OPEN:
            raise BrokenChainError("line 1 does not open a ledger")
        if number == 1:
            self.version = _known_version(event.get("version"))
        if self.version > _WITHOUT_DIGEST and not _has_own_digest(line):
            raise BrokenChainError(f"line {number} is not as it was written")

    def _last(self) -> str:
        return digest(self.lines[-1]) if self.lines else ""


def _known_version(version: Any) -> int:
    if version not in (_WITHOUT_DIGEST, VERSION):
        raise BrokenChainError(f"it has version {version}, and this deskcheck reads up to {VERSION}")
    return int(version)


def _has_own_digest(line: bytes) -> bool:
    """Whether a line ends with the hash of what stands before it."""
    text, _, own = line.rpartition(_DIGEST_KEY)
    return own == digest(text + b"}").encode() + b'"}'


def digest(line: bytes) -> str:
    """The hash of a line without its end: 128 bits of SHA-256."""
    return hashlib.sha256(line).hexdigest()[:32]


def event_of(line: bytes) -> dict[str, Any] | None:
    """The event of a line; None for a line without one, which a killed process did not finish."""
    event = json_or(line, None)
    return event if isinstance(event, dict) and isinstance(event.get("event"), str) else None
