"""deskcheck plan: what would run, what not and why, and what it would cost."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from harness import settings
from harness.cli.output import print_json
from harness.planning import run_context, run_options, scopes
from harness.planning.plan import Plan, as_json, needed_scopes
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
    plan, changed = context.plan, context.changed
    if parsed.json:
        needed = {"scopes": scopes.as_json(needed_scopes(plan, context.cleanup))}
        print_json(as_json(plan) | needed | ({"changed_since": asdict(changed)} if changed else {}))
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
        *lines, blank, hint = totals(plan)
        print("\n".join([*lines, *scope_lines(needed_scopes(plan, context.cleanup)), blank, hint]))
    return 0


def totals(plan: Plan) -> list[str]:
    """The plan on one screen: a row a vendor and tier, the refusals by reason, the cost."""
    data = as_json(plan)
    lines = [f"{'vendor':9} {'tier':12} {'run':>5} {'refused':>8} {'unsupported':>12}"]
    rows = [(*name.split("/"), row) for name, row in data["totals"].items()]
    for vendor, tier, row in sorted(rows, key=lambda cells: (cells[0], rank(cells[1]))):
        lines.append(f"{vendor:9} {tier:12} {row['run']:5} {row['refused']:8} {row['unsupported']:12}")
    cost = data["estimate"]
    refused = sum(row["refused"] for row in data["totals"].values())
    lines += ["", f"{len(plan.running)} of {len(plan.steps)} operations would run; {refused} are refused:"]
    reasons = Counter(step.reason.split(" (--allow-operation")[0] for step in plan.steps if step.decision == "refused")
    lines += [f"  {count:5}  {reason}" for reason, count in reasons.most_common()]
    sent = ", ".join(f"{vendor} {count:,}" for vendor, count in cost["requests"].items())
    lines += ["", f"at most {sent} requests"]
    lines += [f"  {vendor}: about {minutes:g} minutes at its quota" for vendor, minutes in cost["minutes"].items()]
    lines += [f"  {vendor}: {count:,} {VENDORS[vendor].quota.unit}" for vendor, count in cost["credits"].items()]
    return [*lines, "", "Each operation: deskcheck plan --list    One of them: deskcheck explain KEY"]


# Scopes that are shown on the screen; more of them fill it, and stand in the JSON.
SHOWN_SCOPES = 6


def scope_lines(needed: Mapping[str, Sequence[ScopeNeed]]) -> list[str]:
    """What to ask for at consent, a line a vendor; only how many scopes where they are many."""
    lines = []
    for vendor, rows in needed.items():
        convention, text = VENDORS[vendor].scopes, scopes.consent(rows, vendor)
        count = len(text.split(convention.separator)) if convention else 0
        shown = text if count <= SHOWN_SCOPES else f"{count} scopes, shown by: deskcheck plan --json"
        lines.append(f"  {vendor}: an OAuth token needs {shown}")
    return lines
