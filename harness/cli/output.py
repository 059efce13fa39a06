"""What several commands print or write alike: a value as JSON, a run in other formats."""

from __future__ import annotations

import sys
import tempfile
from argparse import ArgumentParser, Namespace
from pathlib import Path

import msgspec

from harness.errors import UsageError
from harness.results.outcome import Run

STDOUT = "-"


def print_json(value: object) -> None:
    """Print a value for a script to read."""
    print(msgspec.json.format(msgspec.json.encode(value)).decode())


def add_formats(parser: ArgumentParser, where: str) -> None:
    """Declare `--format` and `--output`; `where` is the folder that is written into where none is named."""
    parser.add_argument(
        "--format", action="append", default=[], metavar="FORMAT",
        help="write a report in this format (repeatable), see deskcheck report --help",
    )  # fmt: skip
    parser.add_argument(
        "--output", default="", metavar="DIR", help=f"the folder for --format, or - to print it; default: {where}"
    )


def prints_format(options: Namespace) -> bool:
    """Whether a report takes the place of what the command prints otherwise."""
    return bool(options.format) and options.output == STDOUT


def write_formats(run: Run, options: Namespace, folder: Path) -> None:
    """Write the formats that were asked for, and say where; nothing where none was.

    Raises `UsageError` for an unknown format, for more than one that is to be printed, and for a folder that cannot be
    written.
    """
    if not options.format:
        return
    # Templates take a while to load.
    from harness.report.formats import chosen

    formats = chosen(options.format)
    if not prints_format(options):
        for report in formats:
            # Standard output may be read by a script.
            print(f"Report  {report.write(run, Path(options.output or folder))}", file=sys.stderr)
        return
    if len(formats) > 1 or formats[0].is_folder:
        raise UsageError("only one format that is a file can be printed", where="--output -", remedy="Name a folder.")
    with tempfile.TemporaryDirectory() as scratch:
        sys.stdout.write(formats[0].write(run, Path(scratch)).read_text(encoding="utf-8"))
