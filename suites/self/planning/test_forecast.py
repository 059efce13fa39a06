"""A forecast counts each part of a run, and is larger where more is permitted, selected, or asked for."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

from harness import quota
from harness.cases import case_files
from harness.cases.case import Case, Intent
from harness.execution import lifecycle_walk
from harness.planning import forecast, run_context
from harness.planning.amount import Amount, total
from harness.planning.forecast import Forecaster, forecasts
from harness.planning.org_part import OrgPart
from harness.planning.run_context import RunContext
from harness.planning.run_options import RunOptions
from harness.quota import QuotaLeft
from harness.risk.tier import Tier
from harness.settings import Settings
from harness.target import Credentials, Target

FOLDER = Path(mkdtemp(prefix="deskcheck-forecast-"))
ACME = Target("acme", "zendesk", "https://acme.zendesk.example", Credentials("none"), org="acme", quota=200)
DESK = Target("desk", "zoho", "https://desk.zoho.example", Credentials("none"), org_id="1", org="desk")
PARTS = {"cases", "probes", "repeats", "ids", "records", "teardown", "hand-written tests", "lifecycles", "lists walked",
         "unknown ids", "start and end"}  # fmt: skip


@cache
def build(options: RunOptions = RunOptions(), *targets: Target) -> RunContext:  # noqa: B008  # a frozen value
    """A context whose cases nobody has generated yet."""
    options = replace(options, targets=tuple(target.name for target in targets))
    return run_context.build(options, Settings({target.name: target for target in targets}, FOLDER))


def test_every_part_of_a_run_is_there() -> None:
    rows = forecasts(build(RunOptions(allow=tuple(Tier), confirm=("sandbox",))))
    assert rows.keys() == {"embedded-zendesk", "embedded-zoho"}
    for row in rows.values():
        assert row.parts.keys() == PARTS
        assert all(need.requests >= need.expected > 0 for part, need in row.parts.items() if part != "repeats")
        assert row.most > row.expected > 0


def test_only_what_is_selected_counts() -> None:
    rows = forecasts(build(RunOptions(only=("zendesk:ListGroups",))))
    assert rows["embedded-zoho"].most == rows["embedded-zoho"].expected == 0
    # A real org is asked what it is all the same.
    assert forecasts(build(RunOptions(only=("zendesk:ListGroups",)), ACME, DESK))["desk"].most == forecast.PROOF
    assert rows["embedded-zendesk"].parts.keys() == {"cases", "probes", "repeats", "ids", "lists walked",
                                                      "start and end"}  # fmt: skip
    assert rows["embedded-zendesk"].parts["cases"].requests == 20


@pytest.mark.parametrize(("less", "more"), [
    (RunOptions(budget=1), RunOptions(budget=2)),
    (RunOptions(allow=(Tier.READ,)), RunOptions()),
    (RunOptions(), RunOptions(allow=tuple(Tier), confirm=("sandbox",))),
    (RunOptions(only=("*Ticket*",)), RunOptions()),
])  # fmt: skip
def test_more_of_anything_needs_more(less: RunOptions, more: RunOptions) -> None:
    few, many = forecasts(build(less)), forecasts(build(more))
    for name in few:
        assert few[name].most < many[name].most
        assert few[name].expected < many[name].expected
        assert few[name].credits <= many[name].credits


def test_a_real_org_is_asked_what_it_is_and_has_a_quota_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    real, embedded = (
        forecasts(build(RunOptions(only=("zendesk:*",)), ACME)),
        forecasts(build(RunOptions(only=("zendesk:*",)))),
    )
    most = real["acme"].most
    assert real["acme"].minutes(most) == round(most / 200, 1)
    assert embedded["embedded-zendesk"].minutes(most) is None
    monkeypatch.setattr(quota, "left", lambda target: QuotaLeft(700, 700, None, 0.0))
    assert forecasts(build(RunOptions(only=("zendesk:*",)), ACME))["acme"].minutes(700) == 1.0


def test_reading_alone_neither_creates_nor_takes_back() -> None:
    row = forecasts(build(RunOptions(allow=(Tier.READ,)), DESK))["desk"]
    assert "records" not in row.parts
    assert total({"teardown": row.parts["teardown"]}) == Amount()


def test_tests_are_drawn_from_the_plan_as_the_suites_draw_them() -> None:
    context = build(RunOptions(allow=tuple(Tier), confirm=("sandbox",)))
    for name, target in context.targets.items():
        rows = lifecycle_walk.parameters(context, target.vendor)
        drawn = {argument: {value.key for value, _ in values} for argument, values in rows.items()}
        tests = list(Forecaster(context, name).suite_tests())
        assert {argument: {test.key for test in tests if test.drawn == argument} for argument in drawn} == drawn


def test_cases_that_are_known_count_as_they_are() -> None:
    """Three lists, one of which reaches deep: 3 + 3 + 100 credits."""
    context = build(RunOptions(only=("zoho:getTickets",)))
    (step,) = context.plan.running
    operation = step.operation
    queries = ("", "limit=10", "from=100001&limit=1")
    path = case_files.path_of(FOLDER, operation, context.documents.stamp("zoho"), 20, 1)
    case_files.save(path, [Case("GET", operation.path, Intent.FUZZ, query=query) for query in queries])
    cases = Forecaster(context, "embedded-zoho").operation(step)["cases"]
    path.unlink()
    assert cases.requests == 3
    assert cases.credits == pytest.approx(106 * cases.expected / 3)


def test_a_change_costs_the_records_that_it_needs_and_what_takes_them_back() -> None:
    context = build(RunOptions(allow=tuple(Tier), confirm=("sandbox",)))
    groups = [step for step in context.plan.running if step.operation.operation_id.endswith("eGroup")]
    needs = {step.operation.operation_id: Forecaster(context, "embedded-zendesk").operation(step) for step in groups}
    assert all({"records", "teardown"} <= row.keys() for row in needs.values())
    # Each valid case of a deletion has a record of its own; changes share one.
    assert needs["DeleteGroup"]["records"].requests > needs["UpdateGroup"]["records"].requests
    assert needs["CreateGroup"]["teardown"].requests > needs["UpdateGroup"]["teardown"].requests


def test_a_lifecycle_that_may_not_be_walked_needs_nothing() -> None:
    reader = Forecaster(build(RunOptions(allow=(Tier.READ,))), "embedded-zendesk")
    assert reader.suite_test("test_lifecycle", "zendesk:CreateGroup") == {}
    writer = Forecaster(build(RunOptions(allow=tuple(Tier), confirm=("sandbox",))), "embedded-zendesk")
    assert total(writer.suite_test("test_lifecycle", "zendesk:CreateGroup")).requests >= forecast.WALK


def test_what_a_part_leaves_out_needs_nothing() -> None:
    context = build(RunOptions(only=("zoho:*icket*",)))
    key = next(step.operation.key for step in context.plan.running)
    test = next(test for test in Forecaster(context, "embedded-zoho").suite_tests() if test.key)
    left_out = frozenset({key, f"{test.name}[{test.key}]"})
    part = replace(context, parts={"embedded-zoho": OrgPart(1, left_out)})
    assert key not in {step.operation.key for step in Forecaster(part, "embedded-zoho").running}
    assert test not in set(Forecaster(part, "embedded-zoho").suite_tests())
    assert forecasts(part)["embedded-zoho"].most < forecasts(context)["embedded-zoho"].most


def test_the_json_form_has_a_number_for_each_org_and_part() -> None:
    rows = forecasts(build(RunOptions(), ACME, DESK))
    data = json.loads(json.dumps(forecast.as_json(rows)))
    assert data["requests"] == {name: row.most for name, row in rows.items()}
    assert data["credits"] == {"desk": rows["desk"].credits}
    assert data["minutes"].keys() == {"acme"}
    assert data["expected"] == {name: row.expected for name, row in rows.items()}
    assert sum(part["requests"] for part in data["parts"]["desk"].values()) == pytest.approx(rows["desk"].most, abs=9)
