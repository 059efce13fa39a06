"""Forecast: how many requests a run sends at most, and what it is expected to cost in requests, credits and minutes.

The bound is kept by the run itself: each of its tests brings the requests that are forecast for it (`request_ceiling`),
and one that needs more ends without a verdict. What is expected is an estimate: its shares were measured on whole runs
against the embedded sandbox (2026-11; budgets 1, 4, 8 and 20, default and all tiers). `benchmarks/forecast.py` holds
both to what runs really send.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from harness import quota
from harness.cases.source import CaseSource
from harness.checks import lifecycle
from harness.checks.lifecycle import Lifecycle
from harness.openapi.catalog import Operation
from harness.openapi.graph import names_record, places_of
from harness.planning.amount import Amount, Amounts, merged, total
from harness.planning.org_part import suite_test_name
from harness.planning.plan import PlanStep
from harness.planning.run_context import RunContext
from harness.planning.written_tests import WrittenTest, written_tests
from harness.resources import preconditions
from harness.resources.cleanup import REQUESTS_TO_RESTORE, requests_to_remove
from harness.resources.preconditions import Precondition
from harness.risk.tier import Tier
from harness.target import Target
from harness.vendors import VENDORS

REPEATS = 4
"""Repeats of a test's requests, because what came may be the network's doing: as many as show one fault for sure. Those
that sound operations leave go to the others."""
LISTS = 1
"""Requests for each list that gives ids; another query, which some need, is among the repeats."""
CREATES = 2
"""Requests at most for a record of the run's own: an org may refuse the first valid case."""
PRIOR_LIST = 2
"""Requests at most for the list before a create without a mark."""
FIRST_RECORDS = 60
"""Requests for what only the first tests pay where records are created: those that others refer to."""
FIRST_LISTS = 20
"""Requests for what only the first tests pay: lists that give ids, logging in."""
END = 60
"""Requests of teardown beside those for each record: logging in, second tries, creates whose answer was lost."""
PROOF = 6
"""Requests at most that ask a real org what it is, before the run."""
PAGES = 5
"""Requests at most of walking one list: one large page, three small ones, the large one again."""
WALK = 10
"""Requests at most of one record's lifecycle, beside those for its parents and its removal."""
WRITTEN = 8
"""Requests at most of one hand-written test that is shipped, on the average, beside the removal of its record."""
OWN_WRITTEN = 40
"""Requests at most of a hand-written test of the user's, unless its mark `requests` says how many."""
REMOVAL = 5
"""Requests that removing the record of a hand-written test takes."""
DEEP_LISTS = 1.8
"""How much more than its first rows the generated cases of a list with offsets cost, some of which reach deep."""

SMALL_BUDGET = 4
"""Cases an operation, up to which nearly every operation has as many as that."""
_VALID_SHARES = ((SMALL_BUDGET, 0.98), (9, 0.73), (float("inf"), 0.5))
"""The share of an operation's cases that are valid, up to each budget: a small one is spent on them first."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a run needs of one org. `a_minute` is the org's quota of requests, 0 where none is known."""

    parts: Amounts
    a_minute: int = 0
    counts_credits: bool = False

    @property
    def most(self) -> int:
        """Requests at most."""
        return round(total(self.parts).requests)

    @property
    def expected(self) -> int:
        """Requests as expected."""
        return round(total(self.parts).expected)

    @property
    def credits(self) -> int:
        """Credits as expected."""
        return round(total(self.parts).credits)

    def minutes(self, requests: int) -> float | None:
        """How long so many requests take at the quota; None where none is known."""
        return round(requests / self.a_minute, 1) if self.a_minute else None


class SuiteTest(NamedTuple):
    """Tests of a suite, `times` of them: what results call them, what they are `drawn` from, and its `key`.

    A test of its own is drawn from nothing.
    """

    name: str
    drawn: str
    key: str
    times: int


@dataclass(frozen=True, slots=True)
class _Cases:
    """The cases of one operation at most, and the valid ones of those; both as expected, and the credits of these."""

    most: int
    most_valid: float
    count: float
    valid: float
    credits: float


@dataclass(frozen=True)
class Forecaster:
    """Forecasts what each test of a context sends to the org of the target called `name`, and all of them together."""

    context: RunContext
    name: str

    @property
    def target(self) -> Target:
        """The target."""
        return self.context.targets[self.name]

    @property
    def vendor(self) -> str:
        """The target's vendor."""
        return self.target.vendor

    @cached_property
    def steps(self) -> tuple[PlanStep, ...]:
        """The steps of the plan for this org."""
        return tuple(step for step in self.context.plan.steps if step.target == self.name)

    @property
    def running(self) -> tuple[PlanStep, ...]:
        """Those of them that send requests."""
        return tuple(step for step in self.steps if step.decision == "run")

    def forecast(self, a_minute: int | None = None) -> Forecast:
        """What the whole run needs; `a_minute` is the quota where it is known better than the target says."""
        rows = [self.operation(step) for step in self.running]
        rows += [
            {part: need.times(test.times) for part, need in self.suite_test(test.name, test.key).items()}
            for test in self.suite_tests()
        ]
        minute_quota = self.target.quota if a_minute is None else a_minute
        counts_credits = VENDORS[self.vendor].quota.cost is not None
        return Forecast(merged([*rows, {"start and end": self.besides(len(rows))}]), minute_quota, counts_credits)

    def besides(self, tests: int) -> Amount:
        """What a run with so many tests needs beside them: its question what the org is, the first lists, the end."""
        proof = Amount() if self.target.embedded else Amount(PROOF, 2, 3)
        if not tests:
            return proof
        return proof.plus(Amount(self.first_requests + END, 12 if self.may_create else 3, 6 if self.may_create else 3))

    @cached_property
    def first_requests(self) -> int:
        """Requests for what only the first tests pay; the workers share them."""
        return FIRST_LISTS + (FIRST_RECORDS if self.may_create else 0)

    @cached_property
    def may_create(self) -> bool:
        """Whether anything above reading is permitted on this org."""
        permit = self.context.permits[self.name]
        return bool(permit.tiers - {Tier.READ} or permit.operations)

    # Tests of the contract, one an operation.

    def operation(self, step: PlanStep) -> Amounts:
        """What the test of one operation needs."""
        is_read = step.assessment.tier is Tier.READ
        cases = self._cases(step.operation)
        sent = _sent(step.assessment.tier, cases)
        # The generator's own probe tries without credentials and with wrong ones.
        probes = 1 if step.operation.scopes else 2
        needs = {
            "cases": Amount(cases.most, sent, cases.credits * sent / cases.count),
            # Requests without credentials are refused, and cost nothing.
            "probes": Amount(probes, 0.9 * probes),
            "repeats": Amount(REPEATS),
        }
        return {**needs, **(self._ids(step.operation) if is_read else self._records(step, cases))}

    def _cases(self, operation: Operation) -> _Cases:
        """The cases as they are, where they were generated before; else as many as there are of such operations."""
        cases = self._source.known(operation)
        if cases:
            credits = sum(self._cost(case.method, f"{operation.path}?{case.query}") for case in cases)
            known, valid = len(cases), sum(not case.negative for case in cases)
            return _Cases(known, valid, known, valid, credits)
        budget = self.context.budget(self.name)
        valid_share = next(share for most, share in _VALID_SHARES if budget <= most)
        likely = max(1.0, budget * _share_of_budget(operation, budget)) if _can_vary(operation) else min(budget, 2.0)
        costs = likely * self._cost(operation.method, operation.path) * self._depth(operation)
        return _Cases(budget, min(1.0, 1.2 * valid_share) * budget, likely, valid_share * likely, costs)

    def _depth(self, operation: Operation) -> float:
        """How much more the cases of a list cost than its first rows, where the vendor bills offsets."""
        offset = next(iter(VENDORS[self.vendor].paging.parameters), "")
        if self.context.budget(self.name) == 1 or offset not in {parameter.name for parameter in operation.parameters}:
            return 1.0
        deep = self._cost(operation.method, f"{operation.path}?{offset}=100001")
        return DEEP_LISTS if deep > self._cost(operation.method, operation.path) else 1.0

    def _ids(self, operation: Operation) -> Amounts:
        """The lists that give ids to a read."""
        places = sum(1 for _ in places_of(operation.path))
        named = sum(names_record(parameter.name) for parameter in operation.parameters if parameter.place == "query")
        return {"ids": Amount(LISTS * places + min(named, 2), 0.35 * places, places)}

    def _records(self, step: PlanStep, cases: _Cases) -> Amounts:
        """The records that a change needs, those that its cases create, and what takes both back."""
        operation, cleanup = step.operation, self.context.cleanup
        removals = [self._removal(collection) for _, collection in places_of(operation.path)]
        made = Amount(CREATES, 0.5, 0.5).times(len(removals))
        removed = Amount(sum(removals), 0.2 * sum(removals), 0.2 * sum(removals))
        precondition = self._preconditions.get(operation.operation_id)
        if step.assessment.tier is Tier.DESTRUCTIVE or precondition:
            steps = len((precondition or Precondition()).steps)
            last = max(removals[-1:] or [self._removal(operation.path.rpartition("/")[0])])
            made = made.plus(_each(cases, Amount(1 + steps, 0.9 + 0.5 * steps, 0.9 + 0.5 * steps)))
            removed = removed.plus(_each(cases, Amount(last, 0.35 * last, 0.35 * last)))
        if operation.method == "POST":
            own = self._removal(cleanup.collection(operation))
            made = made.plus(Amount(PRIOR_LIST, 0.2, 0.6))
            removed = removed.plus(_each(cases, Amount(own, 0.25 * own, 0.25 * own)))
        elif operation.method in ("PUT", "PATCH") and not removals:
            made = made.plus(Amount(1, 0.6, 0.6).times(cases.most))
            removed = removed.plus(Amount(REQUESTS_TO_RESTORE, 1.0, 1.0).times(cases.most))
        return {"records": made, "teardown": removed}

    def _removal(self, collection: str) -> int:
        return requests_to_remove(self.context.cleanup.steps(self.vendor, collection))

    # Tests of suites: drawn from the plan, or written by hand.

    def suite_tests(self) -> Iterator[SuiteTest]:
        """The tests of the vendor's suites that the run has."""
        for test in self._written_tests:
            for key in self._keys(test.drawn):
                is_left_out = suite_test_name(test.name, key) in self.context.left_out(self.name)
                if not is_left_out and self._is_selected(test):
                    yield SuiteTest(test.name, test.drawn, key, test.times)

    @property
    def _written_tests(self) -> tuple[WrittenTest, ...]:
        return written_tests(self.vendor, self.context.settings.suites)

    @cached_property
    def _tests_by_name(self) -> Mapping[str, WrittenTest]:
        return {test.name: test for test in self._written_tests}

    def _is_selected(self, test: WrittenTest) -> bool:
        """Whether the run has a test: what is drawn from the plan, and of what is written what the selection is for."""
        context = self.context
        if test.drawn or not context.is_confined:
            return True
        if context.changed is None and test.is_selected(self.vendor, context.options.only):
            return True
        return not context.selected.isdisjoint(test.touches(self.vendor, context.documents.catalog))

    def _keys(self, drawn: str) -> Iterable[str]:
        """What a test is drawn from, by its keys; one empty key for a test of its own."""
        match drawn:
            case "collection":
                return self.lifecycles
            case "listing":
                return self._lists
            case "show":
                return [show.key for show in lifecycle.reads_by_id(self._reads)]
            case "operation":
                return ()  # these are the steps of the plan
            case _:
                return ("",)

    def suite_test(self, name: str, key: str = "") -> Amounts:
        """What one test of a suite needs, by what results call it (without parameters) and the key of what it is drawn
        from.
        """
        needs = self._suite_test(name, key)
        return {**needs, "repeats": Amount(REPEATS)} if needs else {}

    def _suite_test(self, name: str, key: str) -> Amounts:
        """The same without repeats."""
        test = self._tests_by_name.get(name) or WrittenTest(name, is_own=True)
        match test.drawn:
            case "collection":
                return self._walk(self.lifecycles[key]) if key in self.lifecycles else {}
            case "listing":
                cost = self._cost("GET", self._lists[key].path) if key in self._lists else 0
                return {"lists walked": Amount(PAGES + LISTS, 3.5, 3.5 * cost)}
            case "show":
                return {"unknown ids": Amount(2, 1, 1)}
            case _:
                return self._written(test)

    def _written(self, test: WrittenTest) -> Amounts:
        """What a hand-written test needs. Nobody knows what one of the user's does, so each of its requests may create
        a record that has to be removed.
        """
        removal = REMOVAL if self.may_create else 0
        expected = Amount(removal, 0.3 * removal, 0.3 * removal)
        if not (test.is_own or test.most):
            return {"hand-written tests": Amount(WRITTEN, 3.5, 5), "teardown": expected}
        most = test.most or OWN_WRITTEN
        return {
            "hand-written tests": Amount(most, 3.5, 5),
            "teardown": Amount(most * removal, expected.expected, expected.credits),
        }

    def _walk(self, cycle: Lifecycle) -> Amounts:
        """The lifecycle of one record; nothing where the run may not create it, or not take it back."""
        create = cycle.create
        if not self.may_walk(cycle):
            return {}
        places = sum(1 for _ in places_of(create.path))
        removal = self._removal(create.path)
        return {
            "lifecycles": Amount(WALK + removal + (CREATES + 5) * places, 5, 6),
            "teardown": Amount(removal, 0.3 * removal, 0.3 * removal),
        }

    def may_walk(self, cycle: Lifecycle) -> bool:
        """Whether the run may create a record of the lifecycle, and take it back."""
        create = cycle.create
        permit, tier = self.context.permits[self.name], self.context.assessments[create.key].tier
        return permit.allows(tier, create.key) and self.context.cleanup.covers(create)

    @cached_property
    def lifecycles(self) -> Mapping[str, Lifecycle]:
        """The lifecycles that suites walk, by key; of selected operations the whole ones that they are part of."""
        operations, cleanup = [step.operation for step in self.steps], self.context.cleanup
        cycles = lifecycle.lifecycles(operations, cleanup)
        if self.context.is_confined:
            complete = self.context.documents.catalog.of(self.vendor).operations
            cycles = lifecycle.touched(lifecycle.lifecycles(complete, cleanup), operations)
        return {cycle.key: cycle for cycle in cycles}

    @cached_property
    def _lists(self) -> Mapping[str, Operation]:
        """The lists whose pages suites walk, by key."""
        names = VENDORS[self.vendor].paging.parameters
        return {listing.key: listing for listing in lifecycle.paged(self._reads, *names)}

    @cached_property
    def _reads(self) -> tuple[Operation, ...]:
        return tuple(step.operation for step in self.steps if step.assessment.tier is Tier.READ)

    # What is known beforehand.

    @cached_property
    def _source(self) -> CaseSource:
        return CaseSource(self.context.documents, self.context.budget(self.name), self.context.options.seed)

    @cached_property
    def _preconditions(self) -> Mapping[str, Precondition]:
        return preconditions.load(self.vendor)

    def _cost(self, method: str, path: str) -> int:
        cost = VENDORS[self.vendor].quota.cost
        return cost(method, path) if cost else 0


def _sent(tier: Tier, cases: _Cases) -> float:
    """How many cases are expected to leave: the gate refuses some, and for some there is no record."""
    invalid = cases.count - cases.valid
    match tier:
        case Tier.READ:
            return 0.97 * cases.count
        case Tier.DESTRUCTIVE:
            return 0.6 * cases.valid + 0.1 * invalid
        case _:
            return 0.8 * cases.valid + 0.3 * invalid


def _each(cases: _Cases, need: Amount) -> Amount:
    """What every valid case needs beside itself, for all of them."""
    return Amount(need.requests * cases.most_valid, need.expected * cases.valid, need.credits * cases.valid)


def _can_vary(operation: Operation) -> bool:
    """Whether there is a part of a request that cases can differ in."""
    return bool(operation.parameters or operation.fields or operation.method in ("POST", "PUT", "PATCH"))


def _share_of_budget(operation: Operation, budget: int) -> float:
    """The share of its budget that an operation with parts to vary has cases for; a small one is mostly used up."""
    has_query = any(parameter.place == "query" for parameter in operation.parameters)
    if budget <= SMALL_BUDGET:
        return 1.0 if has_query else 0.87
    return 0.93 if has_query else 0.8


def forecasts(context: RunContext) -> dict[str, Forecast]:
    """The forecast of each target's org, at the quota that the org is known to have."""
    return {name: Forecaster(context, name).forecast(_a_minute(target)) for name, target in context.targets.items()}


def _a_minute(target: Target) -> int | None:
    """Requests a minute as the org last told them to any process of ours; None where nobody asked it lately."""
    known = quota.left(target)
    return known.a_minute if known else None


def as_json(rows: Mapping[str, Forecast]) -> dict[str, Any]:
    """The forecast in the form that `deskcheck plan --json` promises, by org.

    `requests` and `minutes` are at most, `credits` as expected; `expected` has the requests as expected, and `parts`
    says what sends them.
    """
    return {
        "requests": {name: row.most for name, row in rows.items()},
        "credits": {name: row.credits for name, row in rows.items() if row.counts_credits},
        "minutes": {name: row.minutes(row.most) for name, row in rows.items() if row.a_minute},
        "expected": {name: row.expected for name, row in rows.items()},
        "parts": {
            name: {
                part: dict(zip(("requests", "expected", "credits"), map(round, need), strict=True))
                for part, need in row.parts.items()
            }
            for name, row in rows.items()
        },
    }
