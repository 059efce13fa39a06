"""A run that does not fit says so with its numbers, and `--partial` keeps the most valuable part that does."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from harness.exchange import Exchange, Request, Response
from harness.planning import partial, run_context
from harness.planning.forecast import Forecaster, forecasts
from harness.planning.partial import MARGIN, Value, candidates, credits_left, fitted, reasons, shortages
from harness.planning.run_context import RunContext
from harness.planning.run_options import RunOptions
from harness.risk.tier import Tier
from harness.settings import Settings
from harness.target import Credentials, Target
from harness.vendors.obstacle import Obstacle, OrgError

ACME = Target("acme", "zendesk", "https://acme.zendesk.example", Credentials("none"), org="acme")
DESK = Target("desk", "zoho", "https://desk.zoho.example", Credentials("none"), org_id="1", org="desk")
SETTINGS = Settings({"acme": ACME, "desk": DESK}, Path(os.devnull) / "cache")
TICKETS = RunOptions(targets=("acme", "desk"), allow=(Tier.READ, Tier.WRITE), only=("*icket*",))


@cache
def build(options: RunOptions = TICKETS) -> RunContext:
    return run_context.build(options, SETTINGS)


def needed(context: RunContext) -> int:
    return round(forecasts(context)["desk"].credits * MARGIN)


def cut(credits: int, options: RunOptions = TICKETS, failed: tuple[str, ...] = ()) -> RunContext:
    return fitted(build(replace(options, partial=True)), {"acme": None, "desk": credits}, failed)


def answered(**headers: str) -> Exchange:
    pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Exchange(Request("GET", DESK.base_url), Response(200, pairs, b"{}"))


@pytest.mark.parametrize(("target", "told", "left"), [
    (DESK, (), None),
    (DESK, ("77",), 77),
    (DESK, ("77", "70"), 70),
    (DESK, ("much",), None),
    (replace(DESK, credits=50), ("77",), 50),
    (replace(DESK, credits=50), (), 50),
    (replace(ACME, credits=50), ("77",), None),
])  # fmt: skip
def test_what_is_left_is_the_least_of_what_the_org_says_and_what_is_allowed(
    target: Target, told: tuple[str, ...], left: int | None
) -> None:
    exchanges = [answered(x_rate_limit_remaining_v3=text) for text in told]
    assert credits_left(target, exchanges) == left
    assert credits_left(target, [*exchanges, answered()]) == left


def test_a_run_that_fits_stays_as_it_is() -> None:
    enough = needed(build()) + 1
    assert cut(enough).parts == {}
    assert fitted(build(), {"acme": None, "desk": enough}) == build()
    assert fitted(build(), {"acme": None, "desk": None}) == build()


def test_a_run_that_does_not_fit_is_refused_with_numbers_and_what_would_fit() -> None:
    left = needed(build()) // 2
    with pytest.raises(OrgError) as caught:
        fitted(build(), {"acme": None, "desk": left})
    error = caught.value
    assert (error.exit_code, error.obstacle) == (4, Obstacle.QUOTA)
    assert f"{left:,} are left" in error.what
    assert f"{shortages(build(), {'desk': left})[0].needed:,} API credits" in error.what
    assert all(word in error.remedy for word in ("--budget", "--only", "--partial", "midnight"))
    budget = int(error.remedy.split("--budget ")[1].split(";")[0])
    smaller = build(replace(TICKETS, budget=budget))
    assert fitted(smaller, {"desk": left}) == smaller
    larger = build(replace(TICKETS, budget=budget + 1))
    assert shortages(larger, {"desk": left})


@pytest.mark.parametrize("share", [0.9, 0.7, 0.5, 0.3])
def test_fewer_cases_of_everything_come_before_anything_is_left_out(share: float) -> None:
    left = round(needed(build()) * share)
    context = cut(left)
    (part,) = context.parts.values()
    assert context.parts.keys() == {"desk"}
    assert 1 <= part.budget < TICKETS.budget
    assert part.left_out == frozenset()
    assert not shortages(context, {"desk": left})
    assert context.budget("acme") == TICKETS.budget


@pytest.mark.parametrize("share", [0.8, 0.5, 0.2, 0.05])
def test_then_the_most_valuable_of_one_case_each(share: float) -> None:
    smallest = needed(build(replace(TICKETS, budget=1)))
    left = round(smallest * share)
    context = cut(left)
    part = context.parts["desk"]
    assert part.budget == 1
    assert part.left_out
    assert not shortages(context, {"desk": left})
    one_case = build(replace(TICKETS, budget=1))
    rows = {row.name: row for row in candidates(one_case, "desk")}
    kept = rows.keys() - part.left_out
    room = left / MARGIN - Forecaster(one_case, "desk").besides(len(rows)).credits
    spent = sum(rows[name].credits for name in kept)
    assert spent <= room
    # What is left out would not fit beside all that is worth as much or more.
    for name in part.left_out:
        better = sum(rows[other].credits for other in kept if rows[other] < rows[name])
        assert better + rows[name].credits > room


def test_what_failed_before_comes_first_and_pages_come_last() -> None:
    one_case = build(replace(TICKETS, budget=1))
    failed = "zoho:getTicketsCount"
    rows = sorted(candidates(one_case, "desk", {failed}))
    assert rows[0].name == failed
    assert rows[0].value is Value.FAILED_BEFORE
    assert [row.value for row in rows] == sorted(row.value for row in rows)
    assert {row.value for row in rows} == set(Value)
    assert rows[-1].name.startswith("test_pages")
    assert failed not in cut(round(needed(one_case) * 0.2), failed=(failed,)).parts["desk"].left_out


def test_operations_of_a_whole_lifecycle_are_worth_more_than_others() -> None:
    rows = {row.name: row.value for row in candidates(build(), "desk")}
    assert rows["zoho:getTicket"] is rows["zoho:getTickets"] is rows["test_lifecycle[zoho:createTicket]"] is Value.CORE
    assert rows["zoho:getTicketsCount"] is Value.OTHER


def test_the_plan_says_what_was_left_out_and_the_run_says_why() -> None:
    context = cut(round(needed(build(replace(TICKETS, budget=1))) * 0.2))
    skipped = {step.operation.key for step in context.plan.steps if step.decision == "skipped"}
    assert skipped == {name for name in context.parts["desk"].left_out if name.startswith("zoho:")}
    (line,) = reasons(context.parts)
    assert line.startswith("--partial: ")
    assert "does not fit" in line


def test_where_not_even_one_test_fits_the_run_is_refused() -> None:
    with pytest.raises(OrgError, match="not enough for one test") as caught:
        cut(3)
    assert caught.value.exit_code == 4


def test_the_margin_is_what_a_forecast_may_be_wrong_by() -> None:
    assert partial.MARGIN == 1.1
