"""deskcheck compare: what changed between two runs, or since a baseline."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from harness import settings
from harness.cli import output
from harness.report import comparison
from harness.results import archive, baseline
from harness.results.baseline import Baseline
from harness.results.outcome import Run


def add(parser: ArgumentParser) -> None:
    """Options."""
    parser.add_argument(
        "before", metavar="RUN", help="a run's folder, its id or the beginning of it, or `latest`; or a baseline file"
    )
    parser.add_argument("after", metavar="RUN", help="the later run")
    parser.add_argument("--json", action="store_true", help="print as JSON")
    output.add_formats(parser, where="the later run's folder")


def main(options: Namespace) -> int:
    """Print the difference: 1 when the later run found something new or lost a verdict."""
    reports = settings.load().reports
    folder = archive.locate(options.after, reports)
    after = archive.load(folder)
    difference = comparison.compare(_before(options.before, reports), after)
    if options.json:
        output.print_json(comparison.document(difference))
    elif not output.prints_format(options):
        print(comparison.text(difference))
    output.write_formats(comparison.held_to(difference, after), options, folder)
    return 1 if difference.worse else 0


def _before(name: str, reports: Path) -> Run | Baseline:
    """The earlier run, or what is left of it in a baseline file."""
    path = Path(name)
    return baseline.read(path) if path.is_file() else archive.load(archive.locate(name, reports))
