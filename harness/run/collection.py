"""Which tests a run has: one item an operation of the plan, and the hand-written tests of its targets."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest

from harness import settings
from harness.planning import run_context, run_options
from harness.planning.org_part import suite_test_name
from harness.planning.plan import PlanStep
from harness.planning.run_context import RunContext
from harness.run import suites

CONTEXT = pytest.StashKey[RunContext]()
CLIENT_FIXTURE = "client"
"""A test that asks for the plugin's fixture of this name is hand-written, and needs an org of its vendor."""
_PLUGIN = "harness.pytest_plugin"


def context_of(config: pytest.Config) -> RunContext:
    """The context of this process: the one that it was given, or else one of pytest's own options, built once."""
    if CONTEXT not in config.stash:
        options = run_options.from_namespace(config.option)
        config.stash[CONTEXT] = run_context.build(options, settings.load())
    return config.stash[CONTEXT]


def parametrize_operations(metafunc: pytest.Metafunc) -> None:
    """One item an operation: `operation` in a contract suite runs over its vendors' part of the plan."""
    if "operation" not in metafunc.fixturenames:
        return
    context = context_of(metafunc.config)
    vendors = suites.vendors_of(metafunc.definition.path, context.targets)
    steps = [step for step in context.plan.steps if step.operation.vendor in vendors] if vendors else []
    items = [pytest.param(step.operation.key, id=step.operation.key, marks=_marks(step)) for step in steps]
    metafunc.parametrize("operation", items)


def _marks(step: PlanStep) -> list[pytest.MarkDecorator]:
    return [getattr(pytest.mark, step.operation.vendor), getattr(pytest.mark, str(step.assessment.tier))]


def deselect_tests(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Hand-written tests need an org of their vendor, and where operations are selected they have to be named too.

    Where only changed operations are tested, tests that are drawn from one of them stay: its lifecycle, its pages.
    """
    written = [item for item in items if _asks_for_client(item)]
    if not written:
        return
    context = context_of(config)
    dropped = [item for item in written if not _is_selected(item, context)]
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        remaining = set(items).difference(dropped)
        items[:] = [item for item in items if item in remaining]


def _asks_for_client(item: pytest.Item) -> bool:
    """Whether a test asks for the plugin's own client, and not for something else that is called so."""
    fixtures = getattr(item, "_fixtureinfo", None)
    definitions = fixtures.name2fixturedefs.get(CLIENT_FIXTURE, ()) if fixtures else ()
    return any(definition.func.__module__ == _PLUGIN for definition in definitions[-1:])


def _is_selected(item: pytest.Item, context: RunContext) -> bool:
    vendor, patterns = item.path.parent.name, context.options.only
    if vendor not in context.targets:
        return False
    if context.changed and not _is_drawn(item):
        return False
    if suite_test_name(*drawn_from(item)) in context.left_out(vendor):
        return False
    return not patterns or any(fnmatchcase(f"{vendor}:{item.name}", pattern) for pattern in patterns)


def _is_drawn(item: pytest.Item) -> bool:
    """Whether a test is drawn from operations of the plan, and not written for one purpose."""
    return bool(drawn_from(item)[1])


def drawn_from(item: pytest.Item) -> tuple[str, str]:
    """The name of a test's function, and the key of the operation that the test is drawn from, if it is."""
    call = getattr(item, "callspec", None)
    values = call.params.values() if call is not None else ()
    key = next((str(value.key) for value in values if hasattr(value, "key")), "")
    return getattr(item, "originalname", None) or item.name, key
