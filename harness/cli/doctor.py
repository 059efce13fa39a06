"""deskcheck doctor: whether a target can be tested, from its configuration up to its quota; only reads are sent."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import replace

from harness.errors import UsageError
from harness.planning import run_options
from harness.report.text import visible
from harness.settings import CONFIG
from harness.target import EMBEDDED


def add(parser: ArgumentParser) -> None:
    """Options."""
    parser.add_argument("--target", required=True, metavar="T", help="an org of deskcheck.toml")
    run_options.add_options(parser.add_argument, ("timeout",))


def main(parsed: Namespace) -> int:
    """Print each line of the examination; the first problem's exit code."""
    from harness.execution.examination import examine

    if parsed.target == EMBEDDED:
        raise UsageError(
            "the embedded sandbox has nothing to check", remedy=f"It comes up with each run. Name a target of {CONFIG}."
        )
    options = replace(run_options.from_namespace(parsed, ("timeout",)), targets=(parsed.target,))
    code = 0
    for line in examine(options):
        print(visible(f"{line.state:8} {line.name:14} {line.message}"))
        if line.remedy:
            print(visible(f"{'':23} {line.remedy}"))
        code = code or line.code
    return code
