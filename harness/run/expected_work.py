"""What a run has to do, test by test: from the ids that pytest collected and the forecast of each org."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from harness import shipped
from harness.planning.amount import Amount
from harness.planning.forecast import Forecaster
from harness.planning.run_context import RunContext
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
    places = {(test.path.name, test.function): test.path for test in tests if test.path is not None}
    others = {org_part(name) for name in forecaster.context.targets if name != forecaster.name}
    chosen = {}
    for test in ids:
        if _OPERATION in test or any(test.endswith(f"{other}]") for other in others):
            continue
        file, _, function = test.partition("::")
        if path := places.get((PurePosixPath(file).name, function.split("::")[-1].partition("[")[0])):
            chosen[test] = path
    needs = [forecaster.suite_test(test.function, test.key, test.path) for test in tests]
    requests = sum(
        test.times * sum(amount.expected for part, amount in need.items() if part != "teardown")
        for test, need in zip(tests, needs, strict=True)
    )
    each = max(requests / max(len(chosen), 1), 1.0)
    return {
        test: Task("shipped tests" if path.is_relative_to(shipped.suites()) else "own tests", label, each)
        for test, path in chosen.items()
    }


def _removals(forecaster: Forecaster) -> float:
    """The requests that are expected to take back what the tests of an org make."""
    return forecaster.forecast().parts.get("teardown", Amount()).expected
