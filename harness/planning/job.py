"""The job that a run's workers get, and the manifest that stays in the run's folder."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from harness.cases import marks
from harness.errors import UsageError
from harness.formats.file_contents import contents
from harness.ledger.chain import VERSION
from harness.planning.changed_operations import ChangedOperations
from harness.planning.org_part import OrgPart
from harness.planning.run_options import RunOptions
from harness.policy.permit import Permit
from harness.results.archive import write
from harness.risk.tier import Tier
from harness.target import Target, embedded_name, vendors_by_name

LEDGER = "ledger.ndjson"
MANIFEST = "order.json"
ATTEMPTS = "egress.ndjson"


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker process needs to do its part; it travels in memory only, since it holds credentials.

    `targets` and `permits` are by the name of the target. `controller` is the id of the process that gave the job: a
    worker that has lost it sends nothing any more. `files` are the files of the ledger by device and inode: what a
    worker finds under their names may be a copy.
    """

    id: str
    folder: Path
    options: RunOptions
    targets: Mapping[str, Target]
    permits: Mapping[str, Permit]
    workers: int = 1
    controller: int = field(default_factory=os.getpid)
    files: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    changed: ChangedOperations | None = None
    parts: Mapping[str, OrgPart] = field(default_factory=dict)

    @property
    def vendors(self) -> dict[str, str]:
        """The vendor of each target, by name."""
        return {name: target.vendor for name, target in self.targets.items()}

    @property
    def may_change(self) -> bool:
        """Whether anything above reading is permitted anywhere."""
        return any(permit.tiers - {Tier.READ} or permit.operations for permit in self.permits.values())

    @property
    def mark(self) -> str:
        """The text that only this run puts into what it creates, by which a later sweep can find it."""
        return marks.of_run(self.id)


@dataclass(frozen=True, slots=True)
class RunManifest:
    """What a run's folder says of its orgs: the vendor of each target by name, and no secrets, unlike the job.

    `ledger` is the version of the ledger beside it: from 2 on, a file of it that is missing was lost.
    """

    id: str
    vendors: Mapping[str, str]
    ledger: int = 1

    @property
    def real(self) -> tuple[str, ...]:
        """The names of the targets that are not the embedded sandbox, whose records go with its process."""
        return tuple(name for name, vendor in self.vendors.items() if name != embedded_name(vendor))

    @property
    def target_of(self) -> dict[str, str]:
        """The target of each vendor, for ledgers of runs that had one a vendor and do not name it (before 2026-12)."""
        return {vendor: name for name, vendor in self.vendors.items()}


class _OldManifest(msgspec.Struct):
    """The form before a vendor could have several targets: `targets` are names by vendor."""

    id: str
    targets: dict[str, str]
    ledger: int = 1


def write_manifest(job: Job, folder: Path) -> None:
    """Write the manifest into a folder that holds the ledger, before anything is created."""
    write(folder / MANIFEST, msgspec.json.encode(RunManifest(job.id, job.vendors, VERSION)))


def read_manifest(folder: Path) -> RunManifest:
    """The manifest of a run's folder. Raises `UsageError` where there is none."""
    try:
        return _manifest(contents(folder / MANIFEST))
    except (OSError, msgspec.MsgspecError, RecursionError) as error:
        raise UsageError(
            "is no run's folder: nothing in it says which orgs it was about", where=str(folder), remedy="See reports/."
        ) from error


def _manifest(text: bytes) -> RunManifest:
    """The manifest in whichever form. Raises `MsgspecError` for what is none."""
    with suppress(msgspec.ValidationError):
        return msgspec.json.decode(text, type=RunManifest)
    old = msgspec.json.decode(text, type=_OldManifest)
    return RunManifest(old.id, vendors_by_name(old.targets), old.ledger)
