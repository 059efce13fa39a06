"""Plan: which operations will run under a permit, in which order, which will not and why, and what it costs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cached_property, partial
from typing import Any

from harness.errors import UsageError
from harness.openapi.catalog import Operation
from harness.planning import scopes
from harness.planning.changed_operations import ChangedOperations
from harness.planning.org_part import OrgPart
from harness.planning.pattern_hint import hint
from harness.planning.run_options import DEFAULT_BUDGET
from harness.planning.scopes import ScopeNeed
from harness.planning.suite_names import names_test
from harness.policy.permit import Permit, missing_name, missing_tier
from harness.resources.cleanup import Cleanup
from harness.risk.tier import Assessment, Tier
from harness.target import Target, org_labels
from harness.vendors.evidence import Proof

SKIPPED = "skipped"
LEFT_OUT = "left out: it does not fit into what is left of the quota (--partial)"
"""What is decided of an operation that `--partial` leaves out, and why."""


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One operation on one target's org, and what becomes of it there.

    `decision` is run, refused, unsupported or skipped; `reason` says why not. `target` is the target's name.
    """

    operation: Operation
    assessment: Assessment
    decision: str
    reason: str = ""
    target: str = ""


@dataclass(frozen=True)
class Plan:
    """All steps, in the order in which they should run. `budget` is requests an operation, `targets` go by name."""

    steps: tuple[PlanStep, ...]
    budget: int
    targets: Mapping[str, Target]

    @property
    def running(self) -> tuple[PlanStep, ...]:
        """The steps that will send requests."""
        return tuple(step for step in self.steps if step.decision == "run")

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """What outputs call the org of each target, by name."""
        return org_labels({name: target.vendor for name, target in self.targets.items()})

    @property
    def is_side_by_side(self) -> bool:
        """Whether a vendor has several orgs, so that its operations are there once for each."""
        return len({target.vendor for target in self.targets.values()}) < len(self.targets)


def make(
    operations: Iterable[Operation],
    assessments: Mapping[str, Assessment],
    permits: Mapping[str, Permit],
    cleanup: Cleanup,
    targets: Mapping[str, Target],
    *,
    budget: int = DEFAULT_BUDGET,
    only: Sequence[str] = (),
    changed: ChangedOperations | None = None,
) -> Plan:
    """The plan for the operations of the targets' vendors that a pattern of `only` selects (all, when empty), each for
    every target of its vendor; `permits` and `targets` go by the name of the target.

    Of those, `changed` leaves the changed ones: none where nothing changed, which is for the caller to tell. A pattern
    may name hand-written tests alone, which need no operation in the plan. Raises
    `UsageError` where nothing fits one of the patterns: a run that tests less than it was told must not look like a
    pass. Patterns of hand-written tests alone select no operation.
    """
    operations = tuple(operations)
    _check_patterns(only, operations)
    vendors = {target.vendor for target in targets.values()}
    tested = [operation for operation in operations if operation.vendor in vendors]
    selected = [operation for operation in tested if not only or selects(only, operation)]
    if not selected and not any(map(names_test, only)):
        raise _nothing_selected(only, vendors)
    if changed:
        selected = [operation for operation in selected if _names(operation) & set(changed.keys)]
    steps = [
        _step(name, operation, assessments[operation.key], permits[name], cleanup)
        for operation in selected
        for name, target in targets.items()
        if target.vendor == operation.vendor
    ]
    return Plan(tuple(sorted(steps, key=_order)), budget, targets)


def without(plan: Plan, name: str, part: OrgPart) -> Plan:
    """The plan without what the part of the org of the target called `name` leaves out."""
    vendor = plan.targets[name].vendor

    def kept(step: PlanStep) -> PlanStep:
        is_left_out = step.operation.vendor == vendor and step.operation.key in part.left_out
        return replace(step, decision=SKIPPED, reason=LEFT_OUT) if is_left_out and step.decision == "run" else step

    return replace(plan, steps=tuple(map(kept, plan.steps)))


def _check_patterns(only: Sequence[str], operations: Sequence[Operation]) -> None:
    """Raise `UsageError` for a pattern that no operation of the documents fits, though others may fit theirs.

    What names hand-written tests, collecting them will tell.
    """
    for pattern in (one for one in only if not names_test(one)):
        if operations and not any(selects((pattern,), operation) for operation in operations):
            names = dict.fromkeys(name for operation in operations for name in _selectable(operation))
            raise UsageError(f"nothing matches {pattern!r}", where="--only", remedy=hint(pattern, names))


def _nothing_selected(only: Sequence[str], vendors: Collection[str]) -> UsageError:
    if not only:
        remedy = "Look into the document: deskcheck specs lint --document FILE"
        return UsageError("the documents of the target hold no operation", remedy=remedy)
    tested = ", ".join(sorted(vendors))
    remedy = "Name a --target of the vendor that the pattern is about, or leave --target out for the sandbox."
    return UsageError(f"{' '.join(only)!r} selects no operation of {tested}", where="--only", remedy=remedy)


def _names(operation: Operation) -> set[str]:
    """The keys by which documents know an operation."""
    return {operation.key, *(f"{operation.vendor}:{alias}" for alias in operation.aliases)}


def selects(patterns: Sequence[str], operation: Operation) -> bool:
    """Whether a shell-style pattern fits the key, an id, the path or a tag of the operation; case counts."""
    return any(fnmatchcase(name, pattern) for pattern in patterns for name in _selectable(operation))


def _selectable(operation: Operation) -> tuple[str, ...]:
    """What a pattern may fit of an operation."""
    request = f"{operation.method} {operation.path}"
    return (operation.key, operation.operation_id, operation.path, request, *operation.tags)


def _step(target: str, operation: Operation, assessment: Assessment, permit: Permit, cleanup: Cleanup) -> PlanStep:
    step = partial(PlanStep, operation, assessment, target=target)
    if operation.unsupported:
        return step("unsupported", operation.unsupported)
    is_named = operation.key in permit.operations
    if assessment.tier not in permit.tiers and not is_named:
        return step("refused", _not_allowed(assessment.tier, permit))
    lacks = (missing_tier(permit, operation, assessment.tier), missing_name(permit, operation, assessment.tier))
    if missing := next(filter(None, lacks), ""):
        return step("refused", missing)
    remains = _what_remains(operation, assessment, cleanup)
    if remains and assessment.tier > Tier.READ and not is_named:
        return step("refused", f"{remains} (--allow-operation {operation.key})")
    if lacking := scopes.refusal(operation, permit.scopes, cleanup):
        return step("refused", lacking)
    return step("run")


def _what_remains(operation: Operation, assessment: Assessment, cleanup: Cleanup) -> str:
    """Why something that an operation creates would stay in the org, or nothing."""
    if side_effect := cleanup.side_effect(operation):
        return side_effect
    if assessment.only_removes or cleanup.covers(operation):
        return ""
    return "nothing documented removes what it creates"


def _not_allowed(tier: Tier, permit: Permit) -> str:
    """Why a tier is not allowed: no option allows it, or none can."""
    if permit.proof is Proof.UNPROVABLE:
        return f"tier {tier} is never allowed here: {'; '.join(permit.reasons)}"
    return f"tier {tier} is not allowed (--allow {tier})"


def _order(step: PlanStep) -> tuple[str, int, str, str, str]:
    """By vendor, least dangerous first, neighbours together: an outage or a spent quota then costs least.

    Orgs of one vendor take turns, so that a run which ends early has tried the same on each.
    """
    operation = step.operation
    return operation.vendor, int(step.assessment.tier), operation.path, operation.method, step.target


def as_json(plan: Plan) -> dict[str, Any]:
    """The plan in the form that `deskcheck plan --json` promises; the command adds the forecast as `estimate`.

    `operations` has a row an operation; where a vendor has several orgs, a row an operation and org, with its `target`.
    """
    totals: dict[str, dict[str, int]] = {}
    for step in plan.steps:
        row = totals.setdefault(
            f"{plan.labels[step.target]}/{step.assessment.tier}", {"run": 0, "refused": 0, "unsupported": 0}
        )
        row[step.decision] = row.get(step.decision, 0) + 1
    rows = [_row(step) | ({"target": step.target} if plan.is_side_by_side else {}) for step in plan.steps]
    return {"operations": rows, "totals": totals}


def needed_scopes(plan: Plan, cleanup: Cleanup) -> dict[str, tuple[ScopeNeed, ...]]:
    """The scopes that the plan's operations need of a token, by target; nothing for a vendor whose tokens have none."""
    needed = {}
    for name, target in plan.targets.items():
        running = [step.operation for step in plan.running if step.target == name]
        needed[name] = scopes.needs(target.vendor, running, cleanup.catalog, cleanup)
    return {name: rows for name, rows in needed.items() if rows}


def _row(step: PlanStep) -> dict[str, Any]:
    operation = step.operation
    return {
        "key": operation.key,
        "vendor": operation.vendor,
        "operation_id": operation.operation_id,
        "method": operation.method,
        "path": operation.path,
        "tier": str(step.assessment.tier),
        "rule": step.assessment.rule,
        "evidence": list(step.assessment.evidence),
        "decision": step.decision,
        "reason": step.reason,
    }
