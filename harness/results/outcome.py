"""Outcomes of operations and of a whole run, as values, and what they add up to."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from functools import reduce
from typing import Any

from harness.finding import Finding
from harness.risk.tier import Tier

TIERS = tuple(str(tier) for tier in Tier)
"""The names of the tiers, mildest first."""

SUITES = "suites"
"""The row of hand-written tests, below the tiers."""


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
    `lost` counts requests whose answer the network lost or spoiled, by what came instead; none of them is a finding.
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
    lost: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Run:
    """A whole run: `run.json` holds all but the outcomes.

    `permit` tells what was allowed and why, `versions` names deskcheck, its libraries and the documents with sha256.
    `lost` says that the ledger was, so that nothing proves all that the run created to be gone. `place` is the folder
    of the run where its id alone does not find it.
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
    lost: bool = False
    place: str = ""

    @property
    def orgs(self) -> tuple[str, ...]:
        """The names of the targets that are not the embedded sandbox, by what they proved to be."""
        return tuple(
            name
            for vendor, name in self.targets.items()
            if (self.permit.get(vendor) or {}).get("proof", "embedded") != "embedded"
        )


@dataclass(frozen=True, slots=True)
class Totals:
    """What a set of outcomes adds up to. The first six count operations, the rest what their names say.

    `operations` is the sum of the five states; `succeeded` are those with at least one 2xx.
    """

    operations: int = 0
    passed: int = 0
    deviating: int = 0
    refused: int = 0
    unsupported: int = 0
    broken: int = 0
    succeeded: int = 0
    cases: int = 0
    requests: int = 0
    findings: int = 0
    waived: int = 0
    refusals: int = 0

    def __add__(self, other: Totals) -> Totals:
        return Totals(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))

    @property
    def permitted(self) -> int:
        """Operations that the run was allowed and able to try."""
        return self.operations - self.refused - self.unsupported

    @property
    def share(self) -> float | None:
        """The share of permitted operations with one 2xx or more; None where nothing was permitted."""
        return self.succeeded / self.permitted if self.permitted else None


def count(outcomes: Iterable[Outcome]) -> Totals:
    """The totals of any set of outcomes."""
    return sum((_single(outcome) for outcome in outcomes), Totals())


def operations(outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
    """The outcomes of catalog operations, without those of hand-written tests, which have no method."""
    return tuple(outcome for outcome in outcomes if outcome.method)


def matrix(outcomes: Iterable[Outcome]) -> dict[tuple[str, str], Totals]:
    """Totals by vendor and tier, vendors by name, tiers mildest first; hand-written tests have a row of their own."""
    cells: dict[tuple[str, str], Totals] = {}
    for outcome in outcomes:
        cell = outcome.vendor, outcome.tier if outcome.method else SUITES
        cells[cell] = cells.get(cell, Totals()) + _single(outcome)
    return dict(sorted(cells.items(), key=lambda item: (item[0][0], rank(item[0][1]))))


def rank(tier: str) -> int:
    """The place of a tier's name, mildest first; a name that is none comes last."""
    return TIERS.index(tier) if tier in TIERS else len(TIERS)


def _single(outcome: Outcome) -> Totals:
    return Totals(
        operations=1,
        passed=outcome.state is State.PASSED,
        deviating=outcome.state is State.FINDINGS,
        refused=outcome.state is State.REFUSED,
        unsupported=outcome.state is State.UNSUPPORTED,
        broken=outcome.state is State.BROKEN,
        succeeded=outcome.succeeded and outcome.state not in (State.REFUSED, State.UNSUPPORTED),
        cases=outcome.cases,
        requests=outcome.requests,
        findings=len(outcome.findings),
        waived=len(outcome.waived),
        refusals=len(outcome.refusals),
    )


def fingerprint(finding: Finding) -> str:
    """Ten hexadecimal digits that name the finding's cause: the same in every run, and what `replay` takes."""
    cause = "\x1f".join(str(part) for part in finding.cause)
    return hashlib.sha256(cause.encode("utf-8", "backslashreplace")).hexdigest()[:10]


# The state that says most about an operation that was tried more than once.
_TELLING = (State.FINDINGS, State.BROKEN, State.PASSED, State.REFUSED, State.UNSUPPORTED)


def merge(outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
    """One outcome an operation, in an order that does not depend on which worker was faster."""
    groups: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        groups.setdefault(outcome.key, []).append(outcome)
    merged = (reduce(_combine, group) for group in groups.values())
    return tuple(sorted(merged, key=lambda one: (one.vendor, one.resource, one.path, one.method, one.key)))


def _combine(one: Outcome, two: Outcome) -> Outcome:
    """Both outcomes of one operation as one: counts add up, the more telling state stays."""
    first, second = sorted((one, two), key=lambda outcome: _TELLING.index(outcome.state))
    return replace(
        first,
        detail=first.detail or second.detail,
        cases=one.cases + two.cases,
        requests=one.requests + two.requests,
        statuses=dict(sorted((Counter(one.statuses) + Counter(two.statuses)).items())),
        succeeded=one.succeeded or two.succeeded,
        seconds=one.seconds + two.seconds,
        findings=one.findings + two.findings,
        waived=one.waived + two.waived,
        refusals=one.refusals + two.refusals,
        lost=dict(sorted((Counter(one.lost) + Counter(two.lost)).items())),
    )


def losses(outcomes: Iterable[Outcome]) -> tuple[str, ...]:
    """One line a vendor of whose answers some got lost or spoiled on the way: how many, and what came instead."""
    rows = list(outcomes)
    lines = []
    for vendor in sorted({one.vendor for one in rows if one.lost}):
        mine = [one for one in rows if one.vendor == vendor]
        kinds = sum((Counter(one.lost) for one in mine), Counter[str]())
        # `requests` counts answers, spoiled ones among them; what brought none comes on top.
        silent = sum(times for kind, times in kinds.items() if not kind.startswith("HTTP "))
        asked = sum(one.requests for one in mine) + silent
        came = ", ".join(f"{kind} {times:,}" for kind, times in kinds.most_common())
        lost = f"{kinds.total():,} of {asked:,} answers were lost or spoiled on the way ({came})"
        lines.append(f"{vendor}: {lost}; none of them counts as a finding")
    return tuple(lines)
