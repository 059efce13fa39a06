"""Refusals by tier and rule: what the gate kept on this machine, with examples."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from harness.results.outcome import Outcome, Refusal, State, rank

EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Held:
    """What one rule kept back at one tier. `operations` were not tried at all, `requests` were single ones."""

    tier: str
    rule: str
    operations: int
    requests: int
    examples: tuple[Refusal, ...]


def held(refusals: Iterable[Refusal]) -> tuple[Held, ...]:
    """One row a tier and rule, the most dangerous tier first, then the busiest rule."""
    groups: dict[tuple[str, str], list[Refusal]] = {}
    for refusal in refusals:
        groups.setdefault((refusal.tier, refusal.rule), []).append(refusal)
    rows = [_row(tier, rule, group) for (tier, rule), group in groups.items()]
    return tuple(sorted(rows, key=lambda row: (-rank(row.tier), -row.operations, -row.requests, row.rule)))


def of(outcomes: Iterable[Outcome]) -> tuple[Held, ...]:
    """The refusals of a run; an operation that was refused as a whole counts whether or not it carries a refusal."""
    return held(refusal for outcome in outcomes for refusal in _all(outcome))


def _all(outcome: Outcome) -> tuple[Refusal, ...]:
    if outcome.state is State.REFUSED and all(one.request for one in outcome.refusals):
        return (Refusal(outcome.key, outcome.tier, outcome.rule, (outcome.detail,)), *outcome.refusals)
    return outcome.refusals


def _row(tier: str, rule: str, group: list[Refusal]) -> Held:
    distinct = {(one.operation, one.request): one for one in group}
    return Held(
        tier=tier,
        rule=rule,
        operations=sum(not one.request for one in group),
        requests=sum(bool(one.request) for one in group),
        examples=tuple(distinct.values())[:EXAMPLES],
    )
