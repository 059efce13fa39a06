"""What the attacks on whole runs share: which records a run makes, when the moment has come, and what is left of it."""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.lab import Lab
from harness import settings
from harness.planning import run_context
from harness.planning.run_options import RunOptions, tiers
from harness.risk.tier import Tier

Row = tuple[str, str, str]
"""A record of the sandbox: vendor, table, id."""

TARGETS = ("--target", "acme", "--target", "desk")
ALLOW = {"write": "read,write", "all": ",".join(str(tier) for tier in Tier)}
"""What a run may do, by the name that the attacks have for it."""
OPERATIONS = 8
BUDGET = 4
PATIENCE = 300.0
"""Seconds in which a run or a sweep of this size has long ended."""

# The hand-written suites make records in ways of their own: uploads beside a comment, pins, tags, whole lifecycles.
_SUITES = ("zendesk:test_*upload*", "zendesk:test_*comment*", "zoho:test_*pin*", "zoho:test_*tag*", "zoho:test_*trash*",
           "zendesk:test_*delet*")  # fmt: skip
# No vendor lets anybody remove the record of a job that it has done.
_JOBS = re.compile(r"(^|/)job_statuses$")
_STILL = "  still there: "


@cache
def creates(allow: str) -> tuple[str, ...]:
    """Keys of all operations of both vendors that make a record and may run under these tiers."""
    context = run_context.build(RunOptions(allow=tiers(ALLOW[allow]), confirm=("sandbox",)), settings.load())
    running = (step.operation for step in context.plan.running if step.assessment.tier > Tier.READ)
    cleanup = context.cleanup
    return tuple(
        operation.key
        for operation in running
        if operation.method == "POST" and cleanup.steps(operation.vendor, cleanup.collection(operation))
    )


def run_words(rng: Random, allow: str, workers: int, folder: str) -> tuple[str, ...]:
    """A run of some seconds that makes records of several kinds at both vendors."""
    every = creates(allow)
    chosen = [key for vendor in ("zendesk", "zoho") for key in rng.sample(_of(every, vendor), OPERATIONS // 2)]
    only = (word for pattern in (*chosen, rng.choice(_SUITES)) for word in ("--only", pattern))
    confirmed = ("--confirm", "acme", "--confirm", "desk") if allow == "all" else ()
    fixed = ("--budget", str(BUDGET), "--workers", str(workers), "--report-dir", folder)
    return ("run", *TARGETS, *only, "--allow", ALLOW[allow], *confirmed, *fixed)


def _of(keys: Iterable[str], vendor: str) -> list[str]:
    return [key for key in keys if key.startswith(f"{vendor}:")]


@dataclass
class Watch:
    """Follows a command by the sandbox's journal, from the request at which it began."""

    org: Lab
    process: subprocess.Popen[str]
    folder: Path
    requests: list[dict[str, Any]] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)
    _first: int = 0
    _teardown: int | None = None

    def __post_init__(self) -> None:
        self._first = len(self.org.journal())

    def until(self, reached: Callable[[Watch], bool]) -> bool:
        """Wait for a moment; False where the command ended first."""
        while self.process.poll() is None and time.monotonic() < self.started + PATIENCE:
            self.look()
            if reached(self):
                return True
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(0.01)
        return False

    def look(self) -> None:
        """Read what has arrived since."""
        self.requests += self.org.ask(f"/journal?since={self._first + len(self.requests)}")
        if self._teardown is None and _taking_back(self.folder):
            self._teardown = len(self.requests)

    @property
    def seconds(self) -> float:
        """Since the command began."""
        return time.monotonic() - self.started

    @property
    def created(self) -> int:
        """Records that the command has created, more or less: it is only a clock."""
        return sum(1 for row in self.requests if row["method"] == "POST" and row["operation"] and row["status"] < 300)

    @property
    def taken_back(self) -> int:
        """Requests since the first record was taken back; 0 before that."""
        return 0 if self._teardown is None else 1 + len(self.requests) - self._teardown


@dataclass(frozen=True, slots=True)
class Moment:
    """When to strike: in a phase of a run or in a sweep, a `share` from 0 to 1 into it, and `jitter` seconds more."""

    phase: str
    share: float
    jitter: float = 0.0

    def came(self, watch: Watch) -> bool:
        """Wait for it; False where the run ended first."""
        if not watch.until(self._due):
            return False
        with suppress(subprocess.TimeoutExpired):
            watch.process.wait(self.jitter)
        return watch.process.poll() is None

    def _due(self, watch: Watch) -> bool:
        """A run of this size begins to send after three seconds, and makes about twenty records."""
        if self.phase == "start" and self.share < 0.5:
            return bool(watch.requests) or watch.seconds > self.share * 6
        if self.phase == "start":
            return len(watch.requests) > (self.share - 0.5) * 20
        if self.phase == "teardown":
            return watch.taken_back > self.share * 15
        if self.phase == "sweep":
            return len(watch.requests) > self.share * 20
        return watch.created > self.share * 20


def _taking_back(folder: Path) -> bool:
    """Whether the ledger says of a record that it is gone."""
    with suppress(OSError):
        return any(b'"gone"' in path.read_bytes() for path in folder.glob("ledger*.ndjson"))
    return False


def differences(before: Mapping[Row, Any], now: Mapping[Row, Any]) -> dict[Row, Any]:
    """Records that are new, gone or different, with what there is of them; those of jobs aside."""
    rows = sorted(before.keys() | now.keys())
    return {row: now.get(row) for row in rows if before.get(row) != now.get(row) and not _JOBS.search(row[1])}


def still_there(output: str) -> list[str]:
    """What a sweep named as left behind."""
    return [line.removeprefix(_STILL) for line in output.splitlines() if line.startswith(_STILL)]


def unnamed(rows: Mapping[Row, Any], lines: Sequence[str]) -> list[Row]:
    """Those of `rows` that no line names: by the id of the record or of one that it hangs on, or by its collection."""
    words = {word for line in lines for word in re.findall(r"[\w-]+", line)}
    return [row for row, record in rows.items() if not words & {row[2], *_ids(record)} and not _collected(row, lines)]


def _ids(record: Any) -> set[str]:
    """Values of a record that may be ids: long numbers and tokens."""
    return {word for word in re.findall(r"[\w-]+", json.dumps(record)) if len(word) > 3 and any(map(str.isdigit, word))}


def _collected(row: Row, lines: Sequence[str]) -> bool:
    """Whether a line says that the row's collection may hold something that no answer proved ours."""
    return any(f"/{row[1].rpartition('/')[2]} may hold" in line for line in lines)
