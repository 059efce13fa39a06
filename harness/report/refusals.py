"""Refusals by tier and rule: what the gate did not let out, with examples."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from harness.results.outcome import Outcome, Refusal, State
from harness.results.totals import rank

EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class RefusalGroup:
    """What one rule refused at one tier. `operations` were not tried at all, `requests` were single ones."""

    tier: str
    rule: str
    operations: int
    requests: int
    examples: tuple[Refusal, ...]


def of_outcomes(outcomes: Iterable[Outcome]) -> tuple[RefusalGroup, ...]:
    """The refusals of a run; an operation that was refused as a whole counts whether or not it carries a refusal."""
    return grouped(refusal for outcome in outcomes for refusal in _refusals(outcome))


def grouped(refusals: Iterable[Refusal]) -> tuple[RefusalGroup, ...]:
    """One group a tier and rule, the most dangerous tier first, then the busiest rule."""
    by_rule: dict[tuple[str, str], list[Refusal]] = {}
    for refusal in refusals:
        by_rule.setdefault((refusal.tier, refusal.rule), []).append(refusal)
    groups = [_group(tier, rule, members) for (tier, rule), members in by_rule.items()]
    return tuple(sorted(groups, key=lambda group: (-rank(group.tier), -group.operations, -group.requests, group.rule)))


def _refusals(outcome: Outcome) -> tuple[Refusal, ...]:
    single_requests_only = all(refusal.request for refusal in outcome.refusals)
    if outcome.state is not State.REFUSED or not single_requests_only:
        return outcome.refusals
    whole = Refusal(outcome.key, outcome.tier, outcome.rule, (outcome.detail,))
    return (whole, *outcome.refusals)


def _group(tier: str, rule: str, refusals: list[Refusal]) -> RefusalGroup:
    operations = sum(not refusal.request for refusal in refusals)
    distinct = {(refusal.operation, refusal.request): refusal for refusal in refusals}
    return RefusalGroup(tier, rule, operations, len(refusals) - operations, tuple(distinct.values())[:EXAMPLES])
