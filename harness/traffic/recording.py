"""Recording: every exchange of one process with one vendor, written to disk with the case that it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from threading import RLock

from harness.checks import UPKEEP
from harness.errors import UnfinishedError
from harness.exchange import Exchange
from harness.finding import Finding
from harness.masking import Mask
from harness.traffic.har_writer import HarWriter

HELD = 32
"""Exchanges that wait for their case. Between a case's answer and its verdict lie a few probes at most."""


@dataclass(frozen=True, slots=True)
class RecordingAccount:
    """The sum of a process' recordings at its end: exchanges that it wrote, and what went wrong."""

    written: int = 0
    trouble: tuple[str, ...] = ()


def account(recordings: Iterable[Recording | None]) -> RecordingAccount:
    """The account of all recordings of a process, closed by now."""
    closed = [recording for recording in recordings if recording]
    trouble = tuple(recording.trouble.what for recording in closed if recording.trouble)
    return RecordingAccount(sum(recording.written for recording in closed), trouble)


class Recording:
    """Gets every attempt that reached the network (`add`), retries, token calls and teardown included.

    `write` puts an exchange on disk with its case; an exchange that gets none is upkeep. `mask` is called when it is
    written: a token is a secret only after the answer that gave it. A full disk does not stop the run: `trouble` says
    so, and `written` counts what is there.
    """

    def __init__(self, path: Path, mask: Callable[[], Mask], limit: int | None = None) -> None:
        self.path, self.mask, self.limit = path, mask, limit
        self.written = 0
        self.trouble: UnfinishedError | None = None
        self._writer: HarWriter | None = None
        self._waiting: list[Exchange] = []
        self._lock = RLock()

    def add(self, exchange: Exchange) -> None:
        """Take an attempt that has been answered; it is written with its case, or as upkeep later."""
        with self._lock:
            self._waiting.append(exchange)
            if len(self._waiting) > HELD:
                self.write(self._waiting[0], purpose=UPKEEP)

    def write(
        self, exchange: Exchange, operation: str = "", purpose: str = "", case_findings: Iterable[Finding] = ()
    ) -> None:
        """Write an exchange with its case; see `HarWriter.append`."""
        with self._lock:
            self._waiting = [waiting for waiting in self._waiting if waiting is not exchange]
            if self.trouble:
                return
            mask = self.mask()
            try:
                self._writer = self._writer or HarWriter(self.path, self.limit)
                findings = [mask.finding(finding) for finding in case_findings]
                had_room = self._writer.append(mask(exchange), operation, purpose, findings)
            except UnfinishedError as error:
                self.trouble = error
            else:
                self.written += had_room

    def close(self) -> None:
        """Write what is left, and close the file."""
        with self._lock:
            for exchange in tuple(self._waiting):
                self.write(exchange, purpose=UPKEEP)
            if self._writer:
                self._writer.close()
                self._writer = None
