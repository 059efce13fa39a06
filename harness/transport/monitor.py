"""Monitor: what one guarded run lets through, and what it has refused; on disk too, so that it survives the process."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from harness.formats.json_text import read_json

Address = tuple[str, int]

_MOST_ATTEMPTS = 1000
"""Attempts that are recorded: a loop must not fill the machine."""


@dataclass(frozen=True, slots=True)
class EgressAttempt:
    """One refused way out: what was wanted, and the line of code (`file:line`) that wanted it."""

    what: str
    caller: str


@dataclass
class Monitor:
    """What one guarded run lets through and what it has refused.

    `allowed` are control addresses on loopback. `starts_workers` lets execnet start processes. Attempts are written
    to `journal` as they happen, so that they survive the process; once the run has `reported` them, the next attempt
    ends the process.
    """

    allowed: frozenset[Address] = frozenset()
    attempts: list[EgressAttempt] = field(default_factory=list)
    starts_workers: bool = False
    journal: Path | None = None
    reported: bool = False

    def add(self, attempt: EgressAttempt) -> None:
        """Record an attempt, here and on disk."""
        if attempt in self.attempts or len(self.attempts) >= _MOST_ATTEMPTS:
            return
        self.attempts.append(attempt)
        if self.journal:
            _append(self.journal, attempt)

    def write_to(self, journal: Path) -> None:
        """From now on write attempts to this file as well; those so far come first."""
        self.journal = journal
        for attempt in self.attempts:
            _append(journal, attempt)


def read(journal: Path) -> list[EgressAttempt]:
    """The attempts that processes of a run have written; a line that a full disk or a kill cut off is left out."""
    try:
        lines = journal.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    attempts = []
    for line in lines:
        with contextlib.suppress(ValueError, TypeError):
            what, caller = read_json(line)
            attempts.append(EgressAttempt(str(what), str(caller)))
    return attempts


def _append(journal: Path, attempt: EgressAttempt) -> None:
    with contextlib.suppress(OSError):
        handle = os.open(journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, f"{json.dumps([attempt.what, attempt.caller])}\n".encode())
        finally:
            os.close(handle)
