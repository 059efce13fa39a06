"""Outcomes of operations and of a whole run, as values that save to and load from JSON lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from harness.checks.finding import Finding


class State(StrEnum):
    """How one operation ended."""

    PASSED = "passed"
    FINDINGS = "findings"
    REFUSED = "refused"
    UNSUPPORTED = "unsupported"
    BROKEN = "broken"  # no verdict: an outage, or an error of ours


@dataclass(frozen=True, slots=True)
class Refusal:
    """One request (or one whole operation, with an empty `request`) that the gate did not let out."""

    operation: str
    tier: str
    rule: str
    evidence: tuple[str, ...]
    request: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened to one operation: a line of `results.ndjson`.

    `statuses` counts answers by code, `succeeded` says that at least one 2xx was seen, `seconds` is wall time.
    `waived` are findings that a waiver explains. `detail` says why it was refused, unsupported or broken.
    """

    key: str
    vendor: str
    method: str
    path: str
    resource: str
    tier: str
    rule: str
    state: State
    detail: str = ""
    cases: int = 0
    requests: int = 0
    statuses: dict[str, int] = field(default_factory=dict)
    succeeded: bool = False
    seconds: float = 0.0
    findings: tuple[Finding, ...] = ()
    waived: tuple[Finding, ...] = ()
    refusals: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """A whole run: `run.json` holds all but the outcomes.

    `permit` tells what was allowed and why, `versions` names deskcheck, its libraries and the documents with sha256.
    """

    id: str
    started: str
    seconds: float
    seed: int
    targets: dict[str, str]
    permit: dict[str, Any]
    versions: dict[str, str]
    exit_code: int
    outcomes: tuple[Outcome, ...] = ()
    leftovers: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
