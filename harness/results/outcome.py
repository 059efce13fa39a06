"""Outcome: how one operation ended, and Run: all outcomes of a run; both as values."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import reduce
from typing import Any

from harness.finding import Finding
from harness.results.annotations import Annotations
from harness.target import org_labels, vendors_by_name
from harness.unjudged import Unjudged, UnjudgedCounter


class State(StrEnum):
    """How one operation ended."""

    PASSED = "passed"
    NO_SUCCESS = "no_success"  # every answer kept its contract, but no valid request got a 2xx: hardly tested
    UNJUDGED = "unjudged"  # answers came, and none of them could be judged: a broken schema, a missing scope
    FINDINGS = "findings"
    ERROR = "error"  # no verdict: an outage, or an error of the test or of deskcheck
    REFUSED = "refused"  # the gate let none of its requests out
    SKIPPED = "skipped"  # a hand-written test found nothing to test
    UNSUPPORTED = "unsupported"  # no request can be made of what the document says


NOT_TRIED = frozenset({State.REFUSED, State.SKIPPED, State.UNSUPPORTED})
"""States of an operation that was not sent at all."""

NOT_JUDGED = NOT_TRIED | {State.NO_SUCCESS, State.UNJUDGED}
"""States that are neither good nor bad. Reports that know four results (JUnit, Allure, pytest) call them skipped."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One request (or one whole operation, with an empty `request`) that the gate did not let out."""

    operation: str
    tier: str
    rule: str
    evidence: tuple[str, ...]
    request: str = ""


@dataclass(frozen=True, slots=True)
class AppliedCorrection:
    """What corrected an operation beside its document: an overlay, a tier, a value, ...; `place` is file and line.

    `is_own` says that it is the user's.
    """

    kind: str
    place: str
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened to one operation: a line of `results.ndjson`.

    `statuses` counts answers by code, `succeeded` says that at least one 2xx was seen, `seconds` is wall time.
    `waived` are findings that a waiver explains. `detail` says why it has no verdict.
    `lost` counts requests whose answer the network lost or damaged, by what came instead; none of them is a finding.
    `unjudged` counts answers that the checks could not judge in full, by reason. `target` is the name of the target in
    whose org it happened; empty in results before December 2026, when a vendor had one. `obstacle` is the word for what
    was in the way of the org where that is why there is no verdict. `source` is the file and line where it is
    described: an operation in its document, a hand-written test in its file; empty where that is not known. `at` is
    when it began, in seconds since the epoch, or 0 where that is unknown. `annotations` are what a hand-written test
    says of itself, if it does. `corrections` are the user's that counted for it; where it has findings, ours as well.
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
    unjudged: dict[str, int] = field(default_factory=dict)
    target: str = ""
    obstacle: str = ""
    source: str = ""
    at: float = 0.0
    annotations: Annotations | None = None
    corrections: tuple[AppliedCorrection, ...] = ()


@dataclass(frozen=True, slots=True)
class AgainstBaseline:
    """How a run stands to the baseline called `name`. `new`, `known` and `waived` are ids of findings.

    `new` are those that the baseline has not, and that fail the run; `known` are still there; `waived` are explained by
    a waiver since. `gone` were looked for and are not there any more. `unseen` are neither gone nor good: the run gave
    no verdict on their operation. Those of `vanished` are about operations that no document has any more. `found_by`
    says of the unseen, by their ids, which operations and tests showed them.
    """

    name: str
    new: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    waived: tuple[str, ...] = ()
    gone: tuple[Finding, ...] = ()
    unseen: tuple[Finding, ...] = ()
    vanished: tuple[Finding, ...] = ()
    found_by: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Run:
    """A whole run: `run.json` holds all but the outcomes.

    `orgs` are the vendors of its targets, by name; it is empty in runs before December 2026, which had one a vendor.
    `targets` (their names) and `permit` (what was allowed and why) go by `labels`. `versions` names deskcheck, its
    libraries and the documents with sha256.
    `lost` says that the ledger was, so that nothing proves all that the run created to be gone. `place` is the folder
    of the run where its id alone does not find it. `secret_variables` are the environment variables in which targets
    keep a secret that is sent as it is, by their names. `against` is there where the run had a baseline.
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
    against: AgainstBaseline | None = None
    orgs: dict[str, str] = field(default_factory=dict)
    secret_variables: dict[str, str] = field(default_factory=dict)

    @property
    def vendors(self) -> dict[str, str]:
        """The vendor of each target, by name, of any run."""
        return self.orgs or vendors_by_name(self.targets)

    @property
    def labels(self) -> dict[str, str]:
        """What outputs call the org of each target, by name."""
        return org_labels(self.vendors)

    @property
    def is_side_by_side(self) -> bool:
        """Whether a vendor had several orgs, whose results then stand beside each other."""
        return len(set(self.vendors.values())) < len(self.vendors)

    def target_of(self, outcome: Outcome) -> str:
        """The name of the target that an outcome is of."""
        if outcome.target:
            return outcome.target
        return next((name for name, vendor in self.vendors.items() if vendor == outcome.vendor), "")

    def label_of(self, outcome: Outcome) -> str:
        """What outputs call the org that an outcome is of."""
        return self.labels.get(self.target_of(outcome), outcome.vendor)

    def of_target(self, name: str) -> tuple[Outcome, ...]:
        """The outcomes of one target's org."""
        return tuple(outcome for outcome in self.outcomes if self.target_of(outcome) == name)

    def permit_of(self, name: str) -> dict[str, Any]:
        """What was allowed on one target's org, and why."""
        return dict(self.permit.get(self.labels.get(name, name)) or {})

    def knew(self, outcome: Outcome) -> bool:
        """Whether the run's baseline has every finding of one of its outcomes, so that none of them is new."""
        if self.against is None or outcome.state is not State.FINDINGS:
            return False
        return all(fingerprint(finding) in self.against.known for finding in outcome.findings)

    @property
    def real_targets(self) -> tuple[str, ...]:
        """The names of the targets that are not the embedded sandbox, by what they proved to be."""
        return tuple(name for name in self.vendors if self.permit_of(name).get("proof", "embedded") != "embedded")


def found_by(outcomes: Iterable[Outcome]) -> dict[str, tuple[str, ...]]:
    """The keys of the operations and tests that showed each finding, by its id: a test shows those of operations."""
    keys: dict[str, set[str]] = {}
    for outcome in outcomes:
        for finding in outcome.findings:
            keys.setdefault(fingerprint(finding), set()).add(outcome.key)
    return {name: tuple(sorted(shown)) for name, shown in keys.items()}


def fingerprint(finding: Finding) -> str:
    """Ten hexadecimal digits that name the finding's cause: the same in every run, and what `replay` takes."""
    cause = "\x1f".join(str(part) for part in finding.cause)
    return hashlib.sha256(cause.encode("utf-8", "backslashreplace")).hexdigest()[:10]


# Of an operation that was tried more than once, the first of these states counts.
_MOST_TELLING = (
    State.FINDINGS, State.ERROR, State.PASSED, State.UNJUDGED, State.NO_SUCCESS, State.REFUSED, State.SKIPPED,
    State.UNSUPPORTED,
)  # fmt: skip


def merge(outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
    """One outcome an operation and org, in an order that does not depend on which worker was faster."""
    groups: dict[tuple[str, str], list[Outcome]] = {}
    for outcome in outcomes:
        groups.setdefault((outcome.target, outcome.key), []).append(outcome)
    merged = (reduce(_combine, group) for group in groups.values())
    return tuple(sorted(merged, key=lambda row: (row.vendor, row.resource, row.path, row.method, row.key, row.target)))


def _combine(first: Outcome, second: Outcome) -> Outcome:
    """Two outcomes of the same operation as a single one: counts add up, the more telling state stays."""
    more, less = sorted((first, second), key=lambda outcome: _MOST_TELLING.index(outcome.state))
    return replace(
        more,
        detail=more.detail or less.detail,
        cases=first.cases + second.cases,
        requests=first.requests + second.requests,
        statuses=_sums(first.statuses, second.statuses),
        succeeded=first.succeeded or second.succeeded,
        seconds=first.seconds + second.seconds,
        findings=first.findings + second.findings,
        waived=first.waived + second.waived,
        refusals=first.refusals + second.refusals,
        lost=_sums(first.lost, second.lost),
        unjudged=_sums(first.unjudged, second.unjudged),
        obstacle=more.obstacle or less.obstacle,
        at=min(filter(None, (first.at, second.at)), default=0.0),
        annotations=more.annotations or less.annotations,
    )


def _sums(first: dict[str, int], second: dict[str, int]) -> dict[str, int]:
    return dict(sorted((Counter(first) + Counter(second)).items()))


def unjudged(outcomes: Iterable[Outcome]) -> tuple[Unjudged, ...]:
    """Why answers could not be judged in full: how many, and the first operation of each reason."""
    counter = UnjudgedCounter()
    for outcome in outcomes:
        for reason, count in outcome.unjudged.items():
            counter.add(reason, outcome.key, count)
    return counter.rows()


def obstacle_notes(outcomes: Iterable[Outcome]) -> tuple[str, ...]:
    """One line for each obstacle of an org: how many operations and tests have no verdict because of it, and why."""
    notes = []
    for org, group in by_org(outcomes).items():
        hindered: dict[str, list[Outcome]] = {}
        for outcome in group:
            if outcome.obstacle:
                hindered.setdefault(outcome.obstacle, []).append(outcome)
        notes += [
            f"{org}: {obstacle}: {len(rows):,} without a verdict ({rows[0].detail.removeprefix('not tried: ')})"
            for obstacle, rows in sorted(hindered.items())
        ]
    return tuple(notes)


def losses(outcomes: Iterable[Outcome]) -> tuple[str, ...]:
    """One line for each org of whose answers the network lost or damaged some: how many, and what came instead."""
    groups = by_org(outcomes)
    return tuple(_losses(org, group) for org, group in groups.items() if any(outcome.lost for outcome in group))


def by_org(outcomes: Iterable[Outcome]) -> dict[str, list[Outcome]]:
    """The outcomes of each org, by what outputs call it."""
    rows = list(outcomes)
    labels = org_labels({outcome.target or outcome.vendor: outcome.vendor for outcome in rows})
    groups: dict[str, list[Outcome]] = {label: [] for label in sorted(labels.values())}
    for outcome in rows:
        groups[labels[outcome.target or outcome.vendor]].append(outcome)
    return groups


def _losses(org: str, outcomes: list[Outcome]) -> str:
    kinds = sum((Counter(outcome.lost) for outcome in outcomes), Counter[str]())
    # `requests` counts answers, damaged ones among them; requests without any answer come on top.
    unanswered = sum(times for kind, times in kinds.items() if not kind.startswith("HTTP "))
    sent = sum(outcome.requests for outcome in outcomes) + unanswered
    listed = ", ".join(f"{kind} {times:,}" for kind, times in kinds.most_common())
    lost = f"{kinds.total():,} of {sent:,} answers were lost or spoiled on the way ({listed})"
    return f"{org}: {lost}; none of them counts as a finding"
