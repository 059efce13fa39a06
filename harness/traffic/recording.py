"""Recording: every exchange of one process with one vendor, put on the disk with what the run knew of it."""

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
"""Exchanges that wait for a word about them. Between a case's answer and its verdict lie a few probes at most."""


@dataclass(frozen=True, slots=True)
class RecordingAccount:
    """What a process says of its recordings at its end: exchanges that it wrote, and what went wrong."""

    kept: int = 0
    trouble: tuple[str, ...] = ()


def account(recordings: Iterable[Recording | None]) -> RecordingAccount:
    """The account of all recordings of a process, closed by now."""
    ended = [one for one in recordings if one]
    return RecordingAccount(sum(one.kept for one in ended), tuple(one.trouble.what for one in ended if one.trouble))


class Recording:
    """Hears of every attempt that reached the network, retries, token calls and teardown included.

    What the run says of an exchange (`keep`) is written with it; of what nobody speaks is upkeep. `mask` is asked when
    it is written: a token is a secret only after the answer that gave it. A disk that takes no more does not stop the
    run: `trouble` says so, and `kept` counts what is there.
    """

    def __init__(self, path: Path, mask: Callable[[], Mask], limit: int | None = None) -> None:
        self.path, self.mask, self.limit = path, mask, limit
        self.kept = 0
        self.trouble: UnfinishedError | None = None
        self._writer: HarWriter | None = None
        self._waiting: list[Exchange] = []
        self._lock = RLock()

    def heard(self, exchange: Exchange) -> None:
        """An attempt has been answered."""
        with self._lock:
            self._waiting.append(exchange)
            if len(self._waiting) > HELD:
                self.keep(self._waiting[0], purpose=UPKEEP)

    def keep(self, exchange: Exchange, operation: str = "", purpose: str = "", told: Iterable[Finding] = ()) -> None:
        """Write an exchange with what the run knows of it; see `HarWriter.append`."""
        with self._lock:
            self._waiting = [one for one in self._waiting if one is not exchange]
            if self.trouble:
                return
            mask = self.mask()
            try:
                self._writer = self._writer or HarWriter(self.path, self.limit)
                room = self._writer.append(mask(exchange), operation, purpose, [mask.finding(one) for one in told])
            except UnfinishedError as error:
                self.trouble = error
            else:
                self.kept += room

    def close(self) -> None:
        """Write what is left, and close the file."""
        with self._lock:
            for exchange in tuple(self._waiting):
                self.keep(exchange, purpose=UPKEEP)
            if self._writer:
                self._writer.close()
                self._writer = None
