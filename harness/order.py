"""What a run is told to do: the order that its workers get, and the note that its folder keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from harness.archive import write
from harness.doors import Wish
from harness.errors import UsageError
from harness.files import contents
from harness.policy.permit import Permit
from harness.settings import Target

LEDGER = "ledger.ndjson"
NOTE = "order.json"


@dataclass(frozen=True, slots=True)
class Order:
    """What a worker process needs to do its part; it travels in memory only, since it holds credentials."""

    id: str
    folder: Path
    wish: Wish
    targets: Mapping[str, Target]
    permits: Mapping[str, Permit]
    workers: int = 1

    @property
    def mark(self) -> str:
        """The text that only this run puts into what it makes, by which a later sweep can find it."""
        return f"deskcheck-{self.id.replace('-', '')[-10:]}"


def encode(order: Order) -> str:
    """An order as text, for the channel between two processes of one run."""
    return msgspec.json.encode(order, enc_hook=str).decode()


def decode(text: str) -> Order:
    """The reverse of `encode`."""
    return msgspec.json.decode(text, type=Order, dec_hook=lambda kind, value: kind(value))


@dataclass(frozen=True, slots=True)
class Note:
    """What a run's folder says of its orgs: target names by vendor. No secrets, unlike the order."""

    id: str
    targets: Mapping[str, str]


def note(order: Order) -> None:
    """Write the note into the run's folder, before anything is created."""
    targets = {vendor: target.name for vendor, target in order.targets.items()}
    write(order.folder / NOTE, msgspec.json.encode(Note(order.id, targets)))


def noted(folder: Path) -> Note:
    """The note of a run's folder. Raises `UsageError` where there is none."""
    try:
        return msgspec.json.decode(contents(folder / NOTE), type=Note)
    except (OSError, msgspec.MsgspecError, RecursionError) as error:
        raise UsageError(
            "is no run's folder: nothing in it says which orgs it was about", where=str(folder), remedy="See reports/."
        ) from error
