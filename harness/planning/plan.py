"""Plan: which operations will run under a permit, in which order, which will not and why, and what it costs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from harness.errors import UsageError
from harness.openapi.catalog import Operation
from harness.planning import scopes
from harness.planning.changed_operations import ChangedOperations
from harness.planning.run_options import DEFAULT_BUDGET
from harness.planning.scopes import ScopeNeed
from harness.policy.permit import Permit
from harness.resources.cleanup import Cleanup
from harness.risk.tier import Assessment, Tier
from harness.target import Target
from harness.vendors import VENDORS
from harness.vendors.evidence import Proof


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One operation and what becomes of it. `decision` is run, refused or unsupported; `reason` says why not."""

    operation: Operation
    assessment: Assessment
    decision: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """All steps, in the order in which they should run. `budget` is requests an operation."""

    steps: tuple[PlanStep, ...]
    budget: int
    targets: Mapping[str, Target]

    @property
    def running(self) -> tuple[PlanStep, ...]:
        """The steps that will send requests."""
        return tuple(step for step in self.steps if step.decision == "run")


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
    """The plan for the operations of the targets' vendors that a pattern of `only` selects (all, when empty).

    Of those, `changed` leaves the changed ones: none where nothing changed, which is for the caller to tell. Raises
    `UsageError` where nothing fits the patterns: a run that tests nothing must not look like a pass.
    """
    tested = [operation for operation in operations if operation.vendor in targets]
    selected = [operation for operation in tested if not only or selects(only, operation)]
    if not selected:
        raise _nothing_selected(only)
    if changed:
        selected = [operation for operation in selected if _names(operation) & set(changed.keys)]
    steps = [_step(operation, assessments[operation.key], permits[operation.vendor], cleanup) for operation in selected]
    return Plan(tuple(sorted(steps, key=_order)), budget, targets)


def _nothing_selected(only: Sequence[str]) -> UsageError:
    if not only:
        remedy = "Look into the document: deskcheck specs lint --document FILE"
        return UsageError("the documents of the target hold no operation", remedy=remedy)
    remedy = "Patterns match keys (VENDOR:OPERATION), paths (/api/*/tickets*) or tags. See: deskcheck plan --list"
    return UsageError(f"nothing matches {' '.join(only)!r}", remedy=remedy)


def _names(operation: Operation) -> set[str]:
    """The keys by which documents know an operation."""
    return {operation.key, *(f"{operation.vendor}:{alias}" for alias in operation.aliases)}


def selects(patterns: Sequence[str], operation: Operation) -> bool:
    """Whether a shell-style pattern fits the key, an id, the path or a tag of the operation; case counts."""
    names = (
        operation.key,
        operation.operation_id,
        operation.path,
        f"{operation.method} {operation.path}",
        *operation.tags,
    )
    return any(fnmatchcase(name, pattern) for pattern in patterns for name in names)


def _step(operation: Operation, assessment: Assessment, permit: Permit, cleanup: Cleanup) -> PlanStep:
    if operation.unsupported:
        return PlanStep(operation, assessment, "unsupported", operation.unsupported)
    is_named = operation.key in permit.operations
    if assessment.tier not in permit.tiers and not is_named:
        return PlanStep(operation, assessment, "refused", _not_allowed(assessment.tier, permit))
    remains = _what_remains(operation, assessment, cleanup)
    if remains and assessment.tier > Tier.READ and not is_named:
        return PlanStep(operation, assessment, "refused", f"{remains} (--allow-operation {operation.key})")
    if lacking := scopes.refusal(operation, permit.scopes, cleanup):
        return PlanStep(operation, assessment, "refused", lacking)
    return PlanStep(operation, assessment, "run")


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


def _order(step: PlanStep) -> tuple[str, int, str, str]:
    """By vendor, least dangerous first, neighbours together: an outage or a spent quota then costs least."""
    return step.operation.vendor, int(step.assessment.tier), step.operation.path, step.operation.method


def estimate(plan: Plan) -> dict[str, Any]:
    """What the run will cost at most: requests, credits where a vendor counts them, and minutes at a target's quota."""
    requests = dict.fromkeys(plan.targets, 0)
    costs = {vendor: cost for vendor in plan.targets if (cost := VENDORS[vendor].quota.cost)}
    credits = dict.fromkeys(costs, 0)
    for step in plan.running:
        vendor = step.operation.vendor
        requests[vendor] += plan.budget
        if vendor in costs:
            credits[vendor] += plan.budget * costs[vendor](step.operation.method, step.operation.path)
    minutes = {
        vendor: round(requests[vendor] / target.quota, 1) for vendor, target in plan.targets.items() if target.quota
    }
    return {"requests": requests, "credits": credits, "minutes": minutes}


def as_json(plan: Plan) -> dict[str, Any]:
    """The plan in the form that `deskcheck plan --json` promises."""
    totals: dict[str, dict[str, int]] = {}
    for step in plan.steps:
        row = totals.setdefault(
            f"{step.operation.vendor}/{step.assessment.tier}", {"run": 0, "refused": 0, "unsupported": 0}
        )
        row[step.decision] += 1
    return {"operations": [_row(step) for step in plan.steps], "totals": totals, "estimate": estimate(plan)}


def needed_scopes(plan: Plan, cleanup: Cleanup) -> dict[str, tuple[ScopeNeed, ...]]:
    """The scopes that the plan's operations need of a token, by vendor; nothing for a vendor whose tokens have none."""
    running = [step.operation for step in plan.running]
    needs = {vendor: scopes.needs(vendor, running, cleanup.catalog, cleanup) for vendor in plan.targets}
    return {vendor: rows for vendor, rows in needs.items() if rows}


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
