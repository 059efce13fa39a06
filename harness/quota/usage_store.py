"""Where the use of quotas is kept: one interface, and the store of a process that shares with nobody."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, TypeVar
from urllib.parse import urlsplit

from harness.quota.org_usage import NOTHING_USED, OrgUsage
from harness.target import Target

Result = TypeVar("Result")
Change = Callable[[OrgUsage, float], tuple[OrgUsage, Result]]
"""A pure step: the usage as it is and the store's time, to the usage as it is then and what the caller wants to know.

It may be called more than once for one step.
"""
Clock = Callable[[], float]


class StoreError(Exception):
    """The store cannot be used; its text says why, for a note."""


class UsageStore(Protocol):
    """Keeps the use of one org's quota; `address` is the host and port that it is reached at, None on this machine."""

    @property
    def address(self) -> tuple[str, int] | None:
        """Where it is reached."""

    def change(self, step: Change[Result]) -> Result:
        """Carry a step out alone, so that no other process' step comes between. Raises `StoreError`."""

    def close(self) -> None:
        """Let go of files and connections."""


@dataclass
class OwnUsage:
    """The use of this process alone: an embedded sandbox's, or where no store can be used."""

    clock: Clock = time.monotonic
    usage: OrgUsage = NOTHING_USED
    address: tuple[str, int] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def change(self, step: Change[Result]) -> Result:
        """Carry a step out; never fails."""
        with self._lock:
            self.usage, result = step(self.usage, self.clock())
        return result

    def close(self) -> None:
        """Nothing to let go of."""


def key_of(target: Target) -> str:
    """What one org's use is kept under: the vendor, its host and the org there, not the name that a target gives it.

    A digest, so that neither a file's name nor a key shows whose org it is.
    """
    url = urlsplit(target.base_url)
    org = f"{target.vendor} {url.netloc.lower()}{url.path} {target.org_id}"
    return hashlib.sha256(org.encode()).hexdigest()[:24]
