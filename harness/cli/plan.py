"""deskcheck plan: what would run, what not and why, and what it would cost."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict

from harness import settings
from harness.cli.output import print_json
from harness.planning import forecast, partial, run_context, run_options
from harness.planning.forecast import Forecast
from harness.planning.plan import Plan, as_json
from harness.report.text import visible
from harness.results.totals import rank
from harness.target import Target
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
        known = {name: credits for name, credits in left.items() if credits is not None}
        estimate = forecast.as_json(forecast.forecasts(context)) | {"left": known}
        print_json(as_json(plan) | {"estimate": estimate} | ({"changed_since": asdict(changed)} if changed else {}))
    elif not plan.steps:
        print(visible(context.why_nothing))
    elif parsed.list:
        for step in plan.steps:
            reason = f"  {step.reason}" if step.reason else ""
            rule = step.assessment.rule
            print(visible(f"{step.decision:11} {step.assessment.tier!s:11} {step.operation.key:50} {rule}{reason}"))
    else:
        if changed:
            print(visible(f"{changed.sentence}\n", keep="\n"))
        print("\n".join([*totals(plan), "", *costs(forecast.forecasts(context), context.targets)]))
        for line in (*(row.sentence for row in partial.shortages(context, left)), *partial.reasons(context.parts)):
            print(visible(line))
        print("\nEach operation: deskcheck plan --list    One of them: deskcheck explain KEY")
    return 0


def totals(plan: Plan) -> list[str]:
    """The plan on one screen: a row a vendor and tier, and the refusals by reason."""
    data = as_json(plan)
    lines = [f"{'vendor':9} {'tier':12} {'run':>5} {'refused':>8} {'unsupported':>12}"]
    rows = [(*name.split("/"), row) for name, row in data["totals"].items()]
    for vendor, tier, row in sorted(rows, key=lambda cells: (cells[0], rank(cells[1]))):
        lines.append(f"{vendor:9} {tier:12} {row['run']:5} {row['refused']:8} {row['unsupported']:12}")
    refused = sum(row["refused"] for row in data["totals"].values())
    lines += ["", f"{len(plan.running)} of {len(plan.steps)} operations would run; {refused} are refused:"]
    reasons = Counter(step.reason.split(" (--allow-operation")[0] for step in plan.steps if step.decision == "refused")
    return lines + [f"  {count:5}  {reason}" for reason, count in reasons.most_common()]


def costs(rows: Mapping[str, Forecast], targets: Mapping[str, Target]) -> list[str]:
    """What the run costs: in one line, a row an org, and what the numbers mean."""
    lines = ["at most " + ", ".join(f"{name} {row.most:,}" for name, row in rows.items()) + " requests", ""]
    lines += [f"  {'forecast':9} {'requests at most':>17} {'expected':>9} {'minutes at most':>16} {'credits':>9}"]
    for name, row in rows.items():
        minutes = row.minutes(row.most)
        shown = "" if minutes is None else f"{minutes:,g}"
        credits = f"{row.credits:,}" if row.counts_credits else ""
        lines.append(f"  {name:9} {row.most:17,} {row.expected:9,} {shown:>16} {credits:>9}".rstrip())
    units = {VENDORS[targets[name].vendor].quota.unit for name, row in rows.items() if row.counts_credits}
    lines += ["Lists, records, teardown and repeats are counted; a run sends no more than that."]
    return [*lines, *(f"Credits are {unit}, as expected to a tenth." for unit in sorted(units))]
