"""deskcheck explain: all that is known of one operation (its tier, with the rule and evidence), or of one check."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator

from harness import checks, settings
from harness.checks import waivers
from harness.checks.check import Check
from harness.openapi.catalog import Operation
from harness.planning import run_context, run_options
from harness.planning.run_context import RunContext
from harness.planning.run_options import RunOptions
from harness.report.text import visible
from harness.resources.cleanup import CleanupStep
from harness.risk import escalate, overrides, rules


def add(parser: ArgumentParser) -> None:
    """Options."""
    parser.add_argument("name", metavar="OPERATION|CHECK",
                        help="an operation's key, operationId or 'METHOD /path', or the name of a check")  # fmt: skip
    parser.add_argument("--document", default="", metavar="FILE", help="use this document in place of the pinned ones")
    parser.add_argument("--vendor", default="", metavar="V", help="whose document it is")
    parser.add_argument("--json", action="store_true", help="print as JSON")


def main(options: Namespace) -> int:
    """Print what is known. A check comes before an operation of the same name, which its key still finds."""
    check = checks.BY_NAME.get(options.name)
    named: dict[str, object] = {}
    if check:
        title, facts = f"{check.name}\n  {check.sentence}", dict(told(check))
        named = {"check": check.name, "sentence": check.sentence}
    else:
        seen = run_context.take(run_options.wish(options) if options.document else RunOptions(), settings.load())
        operation = run_context.find(seen.documents, options.name, checks.BY_NAME)
        title, facts = f"{operation.key}\n  {operation.method} {operation.path}", dict(known(seen, operation))
    if options.json:
        import msgspec

        print(msgspec.json.format(msgspec.json.encode(named | facts)).decode())
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


def told(check: Check) -> Iterator[tuple[str, object]]:
    """Names and values of a check beside its name and sentence, in the order in which a person would ask."""
    yield "severity", str(check.severity)
    yield "looks_at", str(check.subject)
    yield "needs", sorted(check.needs)
    yield "negative_cases", check.on_negative_cases
    yield "network_can_cause", check.network_can_cause
    yield "waivers", [f"{one.id}: {one.reason}" for one in waivers.load() if one.check == check.name]


def known(seen: RunContext, operation: Operation) -> Iterator[tuple[str, object]]:
    """Names and values, in the order in which a person would ask."""
    from fnmatch import fnmatchcase

    assessment = seen.assessments[operation.key]
    given = overrides.load(operation.vendor)
    yield "key", operation.key
    yield "method", operation.method
    yield "path", operation.path
    yield "tier", str(assessment.tier)
    yield "rule", assessment.rule
    yield "evidence", list(assessment.evidence)
    yield "would_change", list(rules.alternatives(operation, given))
    yield (
        "escalations",
        [
            f"{one.name}: {one.at} makes it {one.tier} ({one.reason})"
            for one in escalate.load(operation.vendor)
            if one.fits(operation)
        ],
    )
    yield "document", operation.document
    yield "resource", operation.resource
    yield "scopes", [f"any of: {', '.join(operation.scopes)}"] if operation.scopes else []
    yield "undo", [f"{step.method} {step.path}" for step in _cleanup_steps(seen, operation)]
    yield "statuses", list(operation.statuses)
    yield "checks", [check.name for check in checks.ALL]
    yield (
        "waivers",
        [
            f"{one.id}: {one.reason}"
            for one in waivers.load((operation.vendor,))
            if fnmatchcase(operation.key, one.operation)
        ],
    )
    yield "unsupported", operation.unsupported or "no"


def _cleanup_steps(seen: RunContext, operation: Operation) -> tuple[CleanupStep, ...]:
    if operation.method != "POST":
        return ()
    return seen.cleanup.steps(operation.vendor, seen.cleanup.collection(operation))
