"""deskcheck explain: all that is known of an operation (its tier, with the rule and evidence), or of a check."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path

from harness import checks, settings
from harness.checks import waivers
from harness.checks.check import Check
from harness.checks.waivers import Waiver
from harness.cli.output import print_json
from harness.openapi.catalog import Operation
from harness.planning import run_context, run_options
from harness.planning.run_context import RunContext
from harness.planning.run_options import RunOptions
from harness.report.text import near, visible
from harness.resources.cleanup import CleanupStep
from harness.review.corrections import BINDINGS, CorrectionIndex
from harness.risk import escalate, overrides, rules


def add(parser: ArgumentParser) -> None:
    """Options."""
    parser.add_argument("name", metavar="OPERATION|CHECK",
                        help="an operation's key, operationId or 'METHOD /path', or the name of a check")  # fmt: skip
    run_options.add_options(
        parser.add_argument,
        ("document", "vendor"),
        document="use this document in place of the pinned ones",
        vendor="whose document it is",
    )
    parser.add_argument("--json", action="store_true", help="print as JSON")


def main(parsed: Namespace) -> int:
    """Print what is known. A check comes before an operation of the same name, which its key still finds."""
    check = checks.BY_NAME.get(parsed.name)
    named: dict[str, object] = {}
    if check:
        title, facts = f"{check.name}\n  {check.sentence}", dict(facts_of_check(check))
        named = {"check": check.name, "sentence": check.sentence}
    else:
        options = run_options.from_namespace(parsed) if parsed.document else RunOptions()
        context = run_context.build(options, settings.load())
        operation = run_context.find(context.documents, parsed.name, checks.BY_NAME)
        title = f"{operation.key}\n  {operation.method} {operation.path}"
        facts = dict(facts_of_operation(context, operation))
    if parsed.json:
        print_json(named | facts)
        return 0
    print(visible(f"{title}\n", keep="\n"))
    for name, value in facts.items():
        rows = value if isinstance(value, list) else [_in_words(value)]
        for index, row in enumerate(rows or ["none"]):
            print(visible(f"{name.replace('_', ' ') if index == 0 else '':18} {row}"))
    return 0


def _in_words(value: object) -> object:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value


def _in_line(waiver: Waiver) -> str:
    past = f" (in exchanges recorded before {waiver.seen_until})" if waiver.seen_until else ""
    return f"{waiver.id}: {waiver.reason}{past} ({near_place(waiver.place)})"


def facts_of_check(check: Check) -> Iterator[tuple[str, object]]:
    """Names and values of a check beside its name and sentence, in the order in which a person would ask."""
    yield "severity", str(check.severity)
    yield "looks_at", str(check.subject)
    yield "needs", sorted(check.needs)
    yield "negative_cases", check.on_negative_cases
    yield "network_can_cause", check.network_can_cause
    yield "waivers", [_in_line(waiver) for waiver in waivers.load() if waiver.check == check.name]


def facts_of_operation(context: RunContext, operation: Operation) -> Iterator[tuple[str, object]]:
    """Names and values, in the order in which a person would ask."""
    assessment = context.assessments[operation.key]
    given = overrides.load(operation.vendor)
    yield "key", operation.key
    yield "method", operation.method
    yield "path", operation.path
    yield "tier", str(assessment.tier)
    yield "rule", assessment.rule
    yield "evidence", list(assessment.evidence)
    known = CorrectionIndex(context.documents, context.cleanup).of(operation)
    correction = given.get(operation.key) or given.get(f"{operation.method} {operation.path}")
    yield (
        "override",
        f"{correction.tier}: {correction.reason} ({near_place(correction.place)})" if correction else "none",
    )
    yield "would_change", list(rules.alternatives(operation, given))
    escalations = [escalation for escalation in escalate.load(operation.vendor) if escalation.fits(operation)]
    yield (
        "escalations",
        [f"{row.name}: {row.at} makes it {row.tier} ({row.reason}; {near_place(row.place)})" for row in escalations],
    )
    yield "document", operation.document
    yield "corrections", [f"{row.text} ({near_place(row.place)})" for row in known if row.kind == "overlay"]
    yield "resource", operation.resource
    yield "scopes", [f"any of: {', '.join(operation.scopes)}"] if operation.scopes else []
    yield "undo", [f"{step.method} {step.path}" for step in _cleanup_steps(context, operation)]
    bindings = [row for row in known if row.kind in BINDINGS]
    yield "bindings", [f"{row.kind}: {row.text} ({near_place(row.place)})" for row in bindings]
    yield "statuses", list(operation.statuses)
    yield "checks", [check.name for check in checks.ALL]
    covering = [row for row in waivers.load(operation.vendor) if row.is_about(operation.key)]
    yield "waivers", [_in_line(waiver) for waiver in covering]
    yield "unsupported", operation.unsupported or "no"


def near_place(place: str) -> str:
    """File and line, the file as it is seen from here."""
    file, _, line = place.rpartition(":")
    return f"{near(Path(file))}:{line}"


def _cleanup_steps(context: RunContext, operation: Operation) -> tuple[CleanupStep, ...]:
    if operation.method != "POST":
        return ()
    return context.cleanup.steps(operation.vendor, context.cleanup.collection(operation))
