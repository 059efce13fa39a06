"""deskcheck report: another report of a finished run, from its folder; sends nothing."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from harness import settings
from harness.cli import output
from harness.errors import UsageError
from harness.report.formats import listing
from harness.results import archive


def add(parser: ArgumentParser) -> None:
    """Options."""
    parser.epilog = f"formats:\n{listing()}\n\n{parser.epilog}"
    parser.add_argument(
        "run", metavar="RUN", nargs="?", default=archive.LATEST,
        help="a run's folder, its id or the beginning of it; default: the latest",
    )  # fmt: skip
    output.add_formats(parser, where="the run's folder")


def main(options: Namespace) -> int:
    """Write the reports: 0 whatever the run found, since its own exit code has said that."""
    folder = archive.locate(options.run, settings.load().reports)
    if not options.format:
        raise UsageError("no format is named", where="--format", remedy="See: deskcheck report --help")
    output.write_formats(archive.load(folder), options, folder)
    return 0
