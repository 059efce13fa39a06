"""Whether a run fits into what is left of the orgs' quotas, and with `--partial` the most valuable part that does.

Only what is used up for the day can be too little: a quota a minute makes a run longer, and never impossible.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from math import ceil
from typing import NamedTuple

from harness import quota
from harness.exchange import Exchange
from harness.openapi.graph import collection_and_member
from harness.openapi.paths import template_shape
from harness.planning.amount import total
from harness.planning.forecast import Forecaster
from harness.planning.org_part import OrgPart, suite_test_name
from harness.planning.plan import PlanStep
from harness.planning.run_context import RunContext
from harness.target import Target
from harness.vendors import VENDORS
from harness.vendors.obstacle import Obstacle, OrgError

MARGIN = 1.1
"""What a run may use for each credit of its forecast, which is exact to a tenth."""


class Value(IntEnum):
    """What is worth most comes first. One case for every operation comes before many cases for one: see `part_of`."""

    FAILED_BEFORE = 1  # the baseline has a finding of it
    CORE = 2  # of a collection whose records can be created, read and removed
    OTHER = 3  # any other operation
    WRITTEN = 4  # hand-written tests, and reads of an unknown id
    PAGES = 5  # lists walked page by page, which cost most for what they show


_OF_DRAWN = {"collection": Value.CORE, "listing": Value.PAGES}
"""The value of a suite test by what it is drawn from, where it is not that of a hand-written one."""


class Candidate(NamedTuple):
    """One test that a run may leave out: what it is worth, its credits, and its name; sorts by that."""

    value: Value
    credits: float
    name: str


@dataclass(frozen=True, slots=True)
class Shortage:
    """A run that does not fit: it needs `needed` credits of the org of the target called `name`, and has `left`."""

    name: str
    target: Target
    needed: int
    left: int

    @property
    def sentence(self) -> str:
        """The numbers, for a person."""
        unit = VENDORS[self.target.vendor].quota.unit
        return (
            f"the run does not fit into what is left of the quota of {self.target.name}: "
            f"it needs {self.needed:,} {unit}, and {self.left:,} are left"
        )


def credits_left(target: Target, exchanges: Collection[Exchange] = ()) -> int | None:
    """Credits that a run may use of an org: what the last answer says is left, and what deskcheck.toml allows.
    Without an answer it is what all processes have counted.

    None where the vendor counts no credits of a day, or nothing is known.
    """
    convention = VENDORS[target.vendor].quota
    if convention.cost is None:
        return None
    headers = (exchange.response.header(name) for exchange in exchanges for name in convention.left_headers)
    told = [int(text) for text in headers if text.isdecimal()][-1:] or _counted(target)
    limits = [*told, *([target.credits] if target.credits else [])]
    return min(limits) if limits else None


def _counted(target: Target) -> list[int]:
    """The credits that were left when a process of ours last asked the org, if any did today."""
    known = quota.left(target)
    return [known.credits] if known is not None and known.credits is not None else []


def shortages(context: RunContext, left: Mapping[str, int | None]) -> tuple[Shortage, ...]:
    """The orgs of which too little is left for the run."""
    rows = [_against(context, name, credits) for name, credits in left.items() if credits is not None]
    return tuple(row for row in rows if row.needed > row.left)


def reasons(parts: Mapping[str, OrgPart]) -> tuple[str, ...]:
    """What `--partial` leaves out of a run and why, a line an org."""
    return tuple(f"--partial: {part.why}" for part in parts.values())


def fitted(context: RunContext, left: Mapping[str, int | None], failed_before: Collection[str] = ()) -> RunContext:
    """The context of what fits: all of it, or with `--partial` a part; `failed_before` are keys of operations.

    Raises `OrgError` where it does not fit, or not even the smallest part.
    """
    short = shortages(context, left)
    if short and not context.options.partial:
        raise _error(short[0], short[0].sentence, _remedy(context, short[0]))
    return replace(context, parts={row.name: part_of(context, row, failed_before) for row in short})


def part_of(context: RunContext, shortage: Shortage, failed_before: Collection[str] = ()) -> OrgPart:
    """The most valuable part that fits: every test with as many cases an operation as fit, else the best with one each.

    Raises `OrgError` where nothing fits.
    """
    if budget := _largest_budget(context, shortage):
        return OrgPart(budget, why=f"--budget {budget} in place of {context.options.budget}, since {shortage.sentence}")
    smallest = _with_budget(context, shortage.name, 1)
    rows = sorted(candidates(smallest, shortage.name, failed_before))
    room = shortage.left / MARGIN - Forecaster(smallest, shortage.name).besides(len(rows)).credits
    taken = _chosen(rows, room)
    if not taken:
        raise _error(shortage, f"{shortage.sentence}: not enough for one test", "Wait until there are more.")
    left_out = frozenset(row.name for row in rows) - taken
    why = f"{len(left_out):,} of {len(rows):,} tests left out, and one case an operation, since {shortage.sentence}"
    return OrgPart(1, left_out, why)


def candidates(context: RunContext, name: str, failed_before: Collection[str] = ()) -> Iterator[Candidate]:
    """Every test of one org with its value, the operations of the plan and the tests of suites."""
    forecaster = Forecaster(context, name)
    core = _core(forecaster)
    for step in forecaster.running:
        value = _value(step, core, failed_before)
        yield Candidate(value, total(forecaster.operation(step)).credits, step.operation.key)
    for test in forecaster.suite_tests():
        need = total(forecaster.suite_test(test.name, test.key)).times(test.times)
        value = _OF_DRAWN.get(test.drawn, Value.WRITTEN)
        yield Candidate(value, need.credits, suite_test_name(test.name, test.key))


def _with_budget(context: RunContext, name: str, budget: int) -> RunContext:
    """The context with another budget for one org."""
    return replace(context, parts={**context.parts, name: OrgPart(budget)})


def _value(step: PlanStep, core: Collection[str], failed_before: Collection[str]) -> Value:
    operation = step.operation
    if operation.key in failed_before:
        return Value.FAILED_BEFORE
    collection = template_shape(collection_and_member(operation.path)[0])
    return Value.CORE if collection in core else Value.OTHER


def _core(forecaster: Forecaster) -> frozenset[str]:
    """The collections whose records the run creates, reads and removes, without the names of their parameters."""
    cycles = forecaster.lifecycles.values()
    return frozenset(template_shape(cycle.create.path) for cycle in cycles if forecaster.may_walk(cycle))


def _chosen(ordered: Iterable[Candidate], room: float) -> frozenset[str]:
    """The names of the tests that fit into so many credits, the first ones first."""
    taken = set()
    for candidate in ordered:
        if candidate.credits <= room:
            room -= candidate.credits
            taken.add(candidate.name)
    return frozenset(taken)


def _largest_budget(context: RunContext, shortage: Shortage) -> int:
    """The largest budget with which all of the plan fits; 0 where none does."""
    low, high = 0, context.options.budget
    while high - low > 1:
        middle = (low + high) // 2
        tried = _with_budget(context, shortage.name, middle)
        fits = _against(tried, shortage.name, shortage.left).needed <= shortage.left
        low, high = (middle, high) if fits else (low, middle)
    return low


def _against(context: RunContext, name: str, left: int) -> Shortage:
    """What the run needs of an org beside what is left there, whether or not that is enough."""
    needed = ceil(Forecaster(context, name).forecast().credits * MARGIN)
    return Shortage(name, context.targets[name], needed, left)


def _remedy(context: RunContext, shortage: Shortage) -> str:
    budget = _largest_budget(context, shortage)
    smaller = f"It fits with --budget {budget};" if budget else "It does not fit with any --budget;"
    return f"{smaller} select operations with --only, or give --partial for the most valuable part."


def _error(shortage: Shortage, what: str, remedy: str) -> OrgError:
    renewed = VENDORS[shortage.target.vendor].quota.renewed
    when = f" They are given anew {renewed}." if renewed else ""
    return OrgError(Obstacle.QUOTA, what, where=shortage.target.base_url, remedy=remedy + when)
