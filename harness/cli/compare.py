"""deskcheck compare: what changed between two runs."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from harness import settings
from harness.cli.output import print_json
from harness.report import comparison
from harness.results import archive


def add(parser: ArgumentParser) -> None:
    """Options."""
    parser.add_argument("before", metavar="RUN", help="a run's folder, its id or the beginning of it, or `latest`")
    parser.add_argument("after", metavar="RUN", help="the later run")
    parser.add_argument("--json", action="store_true", help="print as JSON")


def main(options: Namespace) -> int:
    """Print the difference: 1 when the later run found something new or lost a verdict."""
    reports = settings.ROOT / "reports"
    runs = [archive.load(archive.locate(name, reports)) for name in (options.before, options.after)]
    difference = comparison.compare(*runs)
    if options.json:
        print_json(comparison.document(difference))
    else:
        print(comparison.text(difference))
    return 1 if difference.worse else 0
