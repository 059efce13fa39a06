"""deskcheck doctor: whether a target can be tested, from its configuration up to its quota; only reads are sent."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import replace

from harness.errors import UsageError
from harness.planning import run_options
from harness.planning.run_options import RunOptions
from harness.report.text import visible
from harness.settings import CONFIG
from harness.target import EMBEDDED, embedded_name
from harness.vendors import VENDORS


def add(parser: ArgumentParser) -> None:
    """Options."""
    parser.add_argument(
        "--target", required=True, action="append", metavar="T", help="an org of deskcheck.toml (repeatable)"
    )
    run_options.add_options(parser.add_argument, ("timeout",))


def main(parsed: Namespace) -> int:
    """Print each line of each target's examination; the first problem's exit code."""
    if {EMBEDDED, *map(embedded_name, VENDORS)} & set(parsed.target):
        raise UsageError(
            "the embedded sandbox has nothing to check", remedy=f"It comes up with each run. Name a target of {CONFIG}."
        )
    options = run_options.from_namespace(parsed, ("timeout",))
    codes = []
    for name in parsed.target:
        if len(parsed.target) > 1:
            print(visible(f"target {name}"))
        codes.append(_examine(replace(options, targets=(name,))))
    return next(filter(None, codes), 0)


def _examine(options: RunOptions) -> int:
    """Print what one target's examination shows; the first problem's exit code."""
    from harness.execution.examination import examine

    code = 0
    for line in examine(options):
        print(visible(f"{line.state:8} {line.name:14} {line.message}"))
        if line.remedy:
            print(visible(f"{'':23} {line.remedy}"))
        code = code or line.code
    return code
