"""What a run has to do, test by test: from the ids that pytest collected and the forecast of each org."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from harness.planning.amount import Amount
from harness.planning.forecast import Forecaster, SuiteTest
from harness.planning.run_context import RunContext
from harness.planning.suite_names import SEPARATOR
from harness.quota.limiter import left
from harness.report.time_left import ExpectedWork, Task
from harness.risk.tier import Tier
from harness.run.collection import org_part, step_id
from harness.target import Target

_OPERATION = "::test_operation["


def expected_work(ids: Iterable[str], context: RunContext) -> ExpectedWork:
    """The work of the tests with these ids; by what outputs call an org.

    A test of operations that the plan does not send is none. The hand-written tests of an org share the requests that
    are forecast for them, since nobody knows which of them sends how many.
    """
    ids = list(ids)
    labels = context.plan.labels
    forecasters = {name: Forecaster(context, name) for name in context.targets}
    tasks = _operations(ids, context, forecasters)
    for name, forecaster in forecasters.items():
        tasks |= _hand_written(ids, forecaster, labels[name])
    removals = {labels[name]: _removals(forecaster) for name, forecaster in forecasters.items()}
    return ExpectedWork(tasks, removals, quotas(context.targets, labels))


def quotas(targets: Mapping[str, Target], labels: Mapping[str, str]) -> dict[str, int]:
    """Requests a minute of each org, as far as its answers have told them by now."""
    known = {name: left(target) for name, target in targets.items() if not target.embedded}
    return {labels[name]: usage.a_minute for name, usage in known.items() if usage and usage.a_minute}


def _operations(ids: list[str], context: RunContext, forecasters: Mapping[str, Forecaster]) -> dict[str, Task]:
    """The tests of operations; reading and changing are apart, since the one mostly follows the other."""
    steps = {step_id(step, context): step for step in context.plan.running}
    tasks = {}
    for test in ids:
        _, found, rest = test.partition(_OPERATION)
        step = steps.get(rest.removesuffix("]")) if found else None
        if step is None:
            continue
        org = context.plan.labels[step.target]
        kind = "reads" if step.assessment.tier is Tier.READ else "changes"
        needs = forecasters[step.target].operation(step)
        requests = sum(amount.expected for part, amount in needs.items() if part != "teardown")
        tasks[test] = Task(f"{org} {kind}", org, max(requests, 1.0))
    return tasks


def _hand_written(ids: list[str], forecaster: Forecaster, label: str) -> dict[str, Task]:
    """The hand-written tests of one org. Those of the user have a pace of their own: they may take very long."""
    tests = list(forecaster.suite_tests())
    kinds = _kinds_by_test(ids, tests, forecaster)
    each = max(_requests(tests, forecaster) / max(len(kinds), 1), 1.0)
    return {test: Task(kind, label, each) for test, kind in kinds.items()}


def _kinds_by_test(ids: list[str], tests: list[SuiteTest], forecaster: Forecaster) -> dict[str, str]:
    """The ids of the org's hand-written tests, each with what shares its pace."""
    kinds = {_without_folder(test.name): "own tests" if SEPARATOR in test.name else "shipped tests" for test in tests}
    others = {org_part(name) for name in forecaster.context.targets if name != forecaster.name}
    found = {}
    for test in ids:
        if _OPERATION in test or any(test.endswith(f"{other}]") for other in others):
            continue
        name = _without_folder(test.partition("[")[0])
        # A shipped test is called by its function alone.
        if kind := kinds.get(name) or kinds.get(name.rpartition(SEPARATOR)[2]):
            found[test] = kind
    return found


def _requests(tests: list[SuiteTest], forecaster: Forecaster) -> float:
    """The requests that are expected of the tests, without those that take back what they make."""
    needs = [forecaster.suite_test(test.name, test.key) for test in tests]
    return sum(
        test.times * sum(amount.expected for part, amount in need.items() if part != "teardown")
        for test, need in zip(tests, needs, strict=True)
    )


def _without_folder(name: str) -> str:
    """A test's name or id without the folder of its file, which pytest and results see from different places."""
    file, separator, rest = name.partition(SEPARATOR)
    return f"{PurePosixPath(file).name}{separator}{rest}" if separator else name


def _removals(forecaster: Forecaster) -> float:
    """The requests that are expected to take back what the tests of an org make."""
    return forecaster.forecast().parts.get("teardown", Amount()).expected
