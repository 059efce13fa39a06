"""deskcheck plan: what would run, what not and why, and what it would cost."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from harness import settings
from harness.planning import run_context, run_options
from harness.planning.plan import Plan, as_json, estimate
from harness.report.text import visible


def add(parser: ArgumentParser) -> None:
    """Options."""
    run_options.add_selection(parser.add_argument)
    parser.add_argument("--json", action="store_true", help="print the whole plan as JSON")
    parser.add_argument("--list", action="store_true", help="one line an operation instead of totals")


def main(options: Namespace) -> int:
    """Print the plan; sends nothing."""
    seen = run_context.take(run_options.wish(options), settings.load())
    made = seen.plan(seen.supposed())
    if options.json:
        import msgspec

        print(msgspec.json.format(msgspec.json.encode(as_json(made))).decode())
    elif options.list:
        for step in made.steps:
            why = f"  {step.reason}" if step.reason else ""
            line = f"{step.decision:11} {step.assessment.tier!s:11} {step.operation.key:50} {step.assessment.rule}{why}"
            print(visible(line))
    else:
        print("\n".join(totals(made)))
    return 0


def totals(made: Plan) -> list[str]:
    """The plan on one screen: a row a vendor and tier, the refusals by reason, the cost."""
    data = as_json(made)
    lines = [f"{'vendor':9} {'tier':12} {'run':>5} {'refused':>8} {'unsupported':>12}"]
    for name, row in sorted(data["totals"].items(), key=lambda pair: _rank(pair[0])):
        vendor, tier = name.split("/")
        lines.append(f"{vendor:9} {tier:12} {row['run']:5} {row['refused']:8} {row['unsupported']:12}")
    cost = estimate(made)
    refused = sum(row["refused"] for row in data["totals"].values())
    lines += ["", f"{len(made.running)} of {len(made.steps)} operations would run; {refused} are refused:"]
    reasons: dict[str, int] = {}
    for step in made.steps:
        if step.decision == "refused":
            reason = step.reason.split(" (--allow-operation")[0]
            reasons[reason] = reasons.get(reason, 0) + 1
    lines += [f"  {count:5}  {reason}" for reason, count in sorted(reasons.items(), key=lambda pair: -pair[1])]
    sent = ", ".join(f"{vendor} {count:,}" for vendor, count in cost["requests"].items())
    lines += ["", f"at most {sent} requests"]
    lines += [f"  {vendor}: about {minutes:g} minutes at its quota" for vendor, minutes in cost["minutes"].items()]
    lines += [f"  {vendor}: {count:,} API credits" for vendor, count in cost["credits"].items()]
    return [*lines, "", "Each operation: deskcheck plan --list    One of them: deskcheck explain KEY"]


def _rank(name: str) -> tuple[str, int]:
    order = ("read", "write", "admin", "outbound", "destructive")
    vendor, tier = name.split("/")
    return vendor, order.index(tier)
