"""deskcheck run: a thin door to pytest on the suites, with progress and a report instead of dots."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace

from harness import doors, settings


def add(parser: ArgumentParser) -> None:
    """Options."""
    doors.add_run_options(parser.add_argument)
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="processes that test at once; default 2")


def main(options: Namespace) -> int:
    """Run the suites in this process (and its workers); the exit code is the run's."""
    import pytest

    # What is wrong with the options must show here, not inside pytest.
    doors.wish(options)
    suites = [str(settings.ROOT / "suites" / vendor) for vendor in ("zendesk", "zoho")]
    words = [*suites, "--deskcheck-console", "-p", "no:cacheprovider", f"--rootdir={settings.ROOT}", "-q"]
    if options.workers > 1:
        words += ["-n", str(options.workers), "--dist", "worksteal"]
    os.environ.setdefault("PY_COLORS", "0")
    return int(pytest.main([*words, *_again(options)]))


def _again(options: Namespace) -> list[str]:
    """The options in the words in which they came, for the other door."""
    words: list[str] = []
    for name, value in vars(options).items():
        if name in ("command", "workers") or value is False or value in (None, "", []):
            continue
        flag = "--" + name.replace("_", "-")
        rows = value if isinstance(value, list) else [value]
        words += [flag] if value is True else [part for row in rows for part in (flag, str(row))]
    return words
