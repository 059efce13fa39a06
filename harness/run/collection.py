"""Which tests a run has: one item an operation and org of the plan, and the hand-written tests for each org."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

import pytest

from harness.openapi.positions import shown
from harness.planning.org_part import suite_test_name
from harness.planning.plan import PlanStep
from harness.planning.run_context import RunContext
from harness.planning.suite_names import fits, suite_name
from harness.planning.written_tests import read_file
from harness.run import channel, chosen_targets, suites
from harness.vendors import VENDORS

CONTEXT = pytest.StashKey[RunContext]()
CLIENT_FIXTURE = "client"
"""A test that asks for the plugin's fixture of this name is hand-written, and needs an org of its vendor."""
TARGET_FIXTURE = "target_name"
"""The name of the target that a test is for; a test that asks for it, or for a client, runs once an org."""
OPERATIONS_MARK = "operations"
"""The mark by which a hand-written test says which operations it is about."""
_PLUGIN = "harness.pytest_plugin"


def context_of(config: pytest.Config) -> RunContext:
    """The context of this process: the one that it was given, or else one of pytest's own options, built once."""
    if CONTEXT not in config.stash:
        config.stash[CONTEXT] = with_given_suites(chosen_targets.context(config), config)
    return config.stash[CONTEXT]


def with_given_suites(context: RunContext, config: pytest.Config) -> RunContext:
    """The context with the suites of the user's that pytest's arguments name beside those of deskcheck.toml."""
    own = tuple(dict.fromkeys((*context.settings.suites, *suites.own_of(config.args))))
    return replace(context, settings=replace(context.settings, suites=own))


def parametrize(metafunc: pytest.Metafunc) -> None:
    """One item an operation and org, and one a hand-written test and org."""
    if "operation" in metafunc.fixturenames:
        _parametrize_operations(metafunc)
    elif TARGET_FIXTURE in metafunc.fixturenames:
        _parametrize_targets(metafunc)


def _parametrize_operations(metafunc: pytest.Metafunc) -> None:
    """`operation` in a contract suite runs over its vendors' part of the plan, with the org that each step is for."""
    context = context_of(metafunc.config)
    vendors = suites.vendors_of(metafunc.definition.path, context.vendors)
    steps = [step for step in context.plan.steps if step.operation.vendor in vendors] if vendors else []
    if TARGET_FIXTURE not in metafunc.fixturenames:
        keys = dict.fromkeys(step.operation.key for step in steps)
        metafunc.parametrize("operation", list(keys))
        return
    ids = [step_id(step, context) for step in steps]
    values = [(step.operation.key, step.target) for step in steps]
    items = [
        pytest.param(*value, id=name, marks=_marks(step)) for value, name, step in zip(values, ids, steps, strict=True)
    ]
    metafunc.parametrize(("operation", TARGET_FIXTURE), items)


def _parametrize_targets(metafunc: pytest.Metafunc) -> None:
    """A hand-written test runs once an org of its suite's vendor; with one org its name stays as it is written."""
    context = context_of(metafunc.config)
    vendor = vendor_of(metafunc.definition, context)
    if not vendor:
        raise _unmarked(metafunc, context)
    targets = orgs_of(vendor, context)
    if len(targets) > 1:
        metafunc.parametrize(TARGET_FIXTURE, targets, ids=[_org_id(name, vendor, context) for name in targets])


class UnmarkedTestError(pytest.Collector.CollectError):
    """A test of which nothing says whose orgs it is for."""


def _unmarked(metafunc: pytest.Metafunc, context: RunContext) -> UnmarkedTestError:
    file, line = shown(metafunc.definition.path), metafunc.function.__code__.co_firstlineno
    marks = " or ".join(f"@pytest.mark.{name}" for name in context.vendors)
    remedy = f"Mark it, its class or its file (pytestmark) with {marks}, or name the --target of one vendor."
    return UnmarkedTestError(f"{file}:{line}: {metafunc.function.__name__} does not say whom it tests. {remedy}")


def add_mistake(report: pytest.CollectReport) -> None:
    """Say on the report of a file that it cannot be collected because of what its author left out.

    pytest keeps the error on the report until the next hook, and no longer.
    """
    call = getattr(report, "call", None)
    error = call.excinfo.value if call and call.excinfo else None
    if isinstance(error, UnmarkedTestError):
        setattr(report, channel.SUITE_MISTAKE, str(error))


def vendor_of(item: pytest.Item, context: RunContext) -> str:
    """The vendor whose orgs a test is for: by its nearest mark, else by its folder's name, else the run's only one.

    Empty where the run has several vendors and nothing says which is meant.
    """
    marks = item.iter_markers() if hasattr(item, "iter_markers") else ()
    names = [*(mark.name for mark in marks), item.path.parent.name]
    for name in names:
        if name in VENDORS:
            return name
    return context.vendors[0] if len(context.vendors) == 1 else ""


def orgs_of(vendor: str, context: RunContext) -> list[str]:
    """The names of the targets of a vendor."""
    return [name for name, target in context.targets.items() if target.vendor == vendor]


def step_id(step: PlanStep, context: RunContext) -> str:
    """What stands in brackets behind the test of an operation."""
    return f"{step.operation.key}{_org_id(step.target, step.operation.vendor, context)}"


def _org_id(target: str, vendor: str, context: RunContext) -> str:
    """What names the org in a test's id, where the vendor has several; in signs that mean nothing to pytest."""
    return org_part(target) if len(orgs_of(vendor, context)) > 1 else ""


def org_part(target: str) -> str:
    """The end of a test's id that names its org."""
    return f"@{quote(target, safe='')}"


def target_of(item: pytest.Item, context: RunContext) -> str:
    """The name of the target that a hand-written test is for: its parameter, else the only one of its vendor."""
    call = getattr(item, "callspec", None)
    if call is not None and TARGET_FIXTURE in call.params:
        return str(call.params[TARGET_FIXTURE])
    (name,) = orgs_of(vendor_of(item, context), context)
    return name


def name_of(item: pytest.Item) -> str:
    """What results call a test. Its org is no part of that, so that results can be laid side by side."""
    return suite_name(_name_without_org(item), item.path, _classes_of(item))


def _name_without_org(item: pytest.Item) -> str:
    call = getattr(item, "callspec", None)
    if call is None or TARGET_FIXTURE not in call.params:
        return item.name
    # The org is the last parameter: the plugin adds it after all others.
    org = org_part(str(call.params[TARGET_FIXTURE]))
    if item.name.endswith(f"[{org}]"):
        return item.name.removesuffix(f"[{org}]")
    return f"{item.name.removesuffix(f'-{org}]')}]"


def _classes_of(item: pytest.Item) -> list[str]:
    """The names of the classes around a test, from the outermost."""
    return [node.name for node in item.listchain() if isinstance(node, pytest.Class)]


def _marks(step: PlanStep) -> list[pytest.MarkDecorator]:
    return [getattr(pytest.mark, step.operation.vendor), getattr(pytest.mark, str(step.assessment.tier))]


def deselect_tests(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Hand-written tests need an org of their vendor, and where operations are selected they have to touch one.

    A test touches the operations that its mark names, those that its source shows it to send, and those that it is
    drawn from: their lifecycle, their pages. A pattern of `--only` may also name a test itself.
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
    vendor = vendor_of(item, context)
    if vendor not in context.vendors:
        return False
    if suite_test_name(*drawn_from(item)) in context.left_out(target_of(item, context)):
        return False
    if not context.is_confined or _is_drawn(item):
        return True
    names = (f"{vendor}:{name}" for name in (name_of(item), _name_without_org(item)))
    if context.changed is None and fits(names, context.options.only):
        return True
    return not context.selected.isdisjoint(_touched(item, vendor, context))


def _touched(item: pytest.Item, vendor: str, context: RunContext) -> frozenset[str]:
    """The keys of the operations that a test touches, by its marks (`operations("ListTags", ...)`) and its source."""
    marks = item.iter_markers(OPERATIONS_MARK) if hasattr(item, "iter_markers") else ()
    named = frozenset(f"{vendor}:{name}" for mark in marks for name in mark.args)
    name = drawn_from(item)[0]
    sources = [test for test in read_file(item.path) if test.name == name]
    return named.union(*(test.touches(vendor, context.documents.catalog) for test in sources))


def _is_drawn(item: pytest.Item) -> bool:
    """Whether a test is drawn from operations of the plan, and not written for one purpose."""
    return bool(drawn_from(item)[1])


def drawn_from(item: pytest.Item) -> tuple[str, str]:
    """What results call a test, without its parameters, and the key of the operation that it is drawn from, if any."""
    call = getattr(item, "callspec", None)
    values = call.params.values() if call is not None else ()
    key = next((str(value.key) for value in values if hasattr(value, "key")), "")
    function = getattr(item, "originalname", None) or item.name
    return suite_name(function, item.path, _classes_of(item)), key
