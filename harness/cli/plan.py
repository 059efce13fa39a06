"""deskcheck plan: what would run, what not and why, and what it would cost."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from harness import settings
from harness.cli.output import print_json
from harness.formats.shell import command_line
from harness.planning import forecast, partial, run_context, run_options, scopes
from harness.planning.forecast import Forecast
from harness.planning.plan import Plan, PlanStep, as_json, needed_scopes
from harness.planning.scopes import ScopeNeed
from harness.report.text import visible
from harness.results.totals import rank
from harness.vendors import VENDORS


def add(parser: ArgumentParser) -> None:
    """Options."""
    run_options.add_options(parser.add_argument, run_options.SELECTION)
    parser.add_argument("--json", action="store_true", help="print the whole plan as JSON")
    parser.add_argument("--list", action="store_true", help="one line an operation instead of totals")


def main(parsed: Namespace) -> int:
    """Print the plan; sends nothing."""
    context = run_context.build(run_options.from_namespace(parsed), settings.load())
    left = {name: partial.credits_left(target) for name, target in context.targets.items()}
    if context.options.partial:
        context = partial.fitted(context, left)
    plan, changed = context.plan, context.changed
    if parsed.json:
        known = {plan.labels[name]: credits for name, credits in left.items() if credits is not None}
        rows = {plan.labels[name]: row for name, row in forecast.forecasts(context).items()}
        estimate = forecast.as_json(rows) | {"left": known}
        needed = _scopes(plan, needed_scopes(plan, context.cleanup))
        parts = {"estimate": estimate, "scopes": needed} | ({"changed_since": asdict(changed)} if changed else {})
        print_json(as_json(plan) | parts)
    elif context.why_nothing:
        print(visible(context.why_nothing))
    elif parsed.list:
        for step in plan.steps:
            reason = f"  {step.reason}" if step.reason else ""
            rule = step.assessment.rule
            key = _key(plan, step)
            print(visible(f"{step.decision:11} {step.assessment.tier!s:11} {key:50} {rule}{reason}"))
    else:
        if changed:
            print(visible(f"{changed.sentence}\n", keep="\n"))
        lines = [*totals(plan), *scope_lines(plan, needed_scopes(plan, context.cleanup))]
        lines += ["", *costs(forecast.forecasts(context), plan)]
        lines += [row.sentence for row in partial.shortages(context, left)]
        lines += partial.reasons(context.parts)
        print(visible("\n".join(lines), keep="\n"))
        # A pattern may name hand-written tests alone.
        if plan.steps:
            one = command_line("explain", plan.steps[0].operation.key)
            print(f"\nEach operation: deskcheck plan --list    One of them: {one}")
    return 0


def _scopes(plan: Plan, needed: Mapping[str, Sequence[ScopeNeed]]) -> dict[str, Any]:
    """What the JSON says of scopes, by org."""
    return {plan.labels[name]: scopes.as_json(rows, plan.targets[name].vendor) for name, rows in needed.items()}


def totals(plan: Plan) -> list[str]:
    """The plan on one screen: a row an org and tier, the refusals by reason."""
    data = as_json(plan)
    head = "org" if plan.is_side_by_side else "vendor"
    wide = max(9, *map(len, plan.labels.values()))
    lines = [f"{head:{wide}} {'tier':12} {'run':>5} {'refused':>8} {'unsupported':>12}"]
    rows = [(*name.rsplit("/", 1), row) for name, row in data["totals"].items()]
    for org, tier, row in sorted(rows, key=lambda cells: (cells[0], rank(cells[1]))):
        lines.append(f"{org:{wide}} {tier:12} {row['run']:5} {row['refused']:8} {row['unsupported']:12}")
    lines += _side_by_side(plan) if plan.is_side_by_side else []
    refused = sum(row["refused"] for row in data["totals"].values())
    lines += ["", f"{len(plan.running)} of {len(plan.steps)} operations would run; {refused} are refused:"]
    reasons = Counter(step.reason.split(" (--allow-operation")[0] for step in plan.steps if step.decision == "refused")
    return lines + [f"  {count:5}  {reason}" for reason, count in reasons.most_common()]


def costs(rows: Mapping[str, Forecast], plan: Plan) -> list[str]:
    """What the run costs: in one line, a row an org, and what the numbers mean."""
    lines = [
        "at most " + ", ".join(f"{plan.labels[name]} {row.most:,}" for name, row in rows.items()) + " requests",
        "",
    ]
    lines += [f"  {'forecast':9} {'requests at most':>17} {'expected':>9} {'minutes at most':>16} {'credits':>9}"]
    for name, row in rows.items():
        minutes = row.minutes(row.most)
        shown = "" if minutes is None else f"{minutes:,g}"
        credits = f"{row.credits:,}" if row.counts_credits else ""
        lines.append(f"  {plan.labels[name]:9} {row.most:17,} {row.expected:9,} {shown:>16} {credits:>9}".rstrip())
    units = {VENDORS[plan.targets[name].vendor].quota.unit for name, row in rows.items() if row.counts_credits}
    lines += ["Lists, records, teardown and repeats are counted; a run sends no more than that."]
    return [*lines, *(f"Credits are {unit}, as expected to a tenth." for unit in sorted(units))]


def _key(plan: Plan, step: PlanStep) -> str:
    """The operation, and which org it is for where its vendor has several."""
    return f"{step.operation.key}@{step.target}" if plan.is_side_by_side else step.operation.key


def _side_by_side(plan: Plan) -> list[str]:
    """How many operations of each vendor and tier would run on each org, one column an org."""
    running = Counter((step.operation.vendor, str(step.assessment.tier), step.target) for step in plan.running)
    rows = dict.fromkeys((step.operation.vendor, str(step.assessment.tier)) for step in plan.steps)
    widths = {name: max(6, len(name)) for name in plan.targets}
    lines = ["", "would run on", f"{'vendor':9} {'tier':12} {' '.join(f'{name:>{widths[name]}}' for name in widths)}"]
    for vendor, tier in sorted(rows, key=lambda cells: (cells[0], rank(cells[1]))):
        counts = {
            name: str(running[vendor, tier, name]) if target.vendor == vendor else ""
            for name, target in plan.targets.items()
        }
        lines.append(f"{vendor:9} {tier:12} {' '.join(f'{counts[name]:>{widths[name]}}' for name in widths)}".rstrip())
    return lines


# Scopes that are shown on the screen; more of them fill it, and stand in the JSON.
SHOWN_SCOPES = 6


def scope_lines(plan: Plan, needed: Mapping[str, Sequence[ScopeNeed]]) -> list[str]:
    """What to ask for at consent, a line an org; only how many scopes where they are many."""
    lines = []
    for name, rows in needed.items():
        vendor = plan.targets[name].vendor
        convention, text = VENDORS[vendor].scopes, scopes.consent(rows, vendor)
        count = len(text.split(convention.separator)) if convention else 0
        shown = text if count <= SHOWN_SCOPES else f"{count} scopes, shown by: deskcheck plan --json"
        lines.append(f"  {plan.labels[name]}: an OAuth token needs {shown}")
    return lines
