"""deskcheck run: a thin door to pytest on the suites, with progress and a report instead of dots."""

from __future__ import annotations

import os
import sys
import traceback
from argparse import ArgumentParser, Namespace

import pytest

from harness import settings
from harness.errors import UnfinishedError, UsageError
from harness.openapi import document
from harness.planning import run_context, run_options
from harness.run import network_namespace
from harness.run.shutdown import CODE, graver

PROGRAM = (sys.executable, "-c", "import sys; from harness.cli.main import main; sys.exit(main())")


def add(parser: ArgumentParser) -> None:
    """Options."""
    run_options.add_run_options(parser.add_argument)
    parser.add_argument("--changed-since", default="", metavar="OLD",
                        help="only operations that differ from this older document (a file or folder)")  # fmt: skip
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="processes that test at once; default 2")


def main(options: Namespace) -> int:
    """Run the suites in this process (and its workers); the exit code is the run's."""
    # What is wrong with the options must show here, not inside pytest.
    asked = run_options.wish(options)
    if options.workers < 1:
        raise UsageError(f"{options.workers} workers test nothing", where="--workers", remedy="Give 1 or more.")
    if options.sandboxed and not network_namespace.inside():
        seen = run_context.take(asked, settings.load())
        addresses = network_namespace.addresses(seen.targets.values())
        return network_namespace.again([*PROGRAM, "run", *_words(options)], addresses)
    if options.changed_since:
        options.only = [*asked.only, *changed(options.changed_since, asked.vendor)]
    suites = [str(settings.ROOT / "suites" / vendor) for vendor in ("zendesk", "zoho")]
    words = [*suites, "--deskcheck-console", "-p", "no:cacheprovider", f"--rootdir={settings.ROOT}", "-q"]
    # Of each failure pytest would parse every source file on the way up; nobody sees that behind our own console.
    words += ["--tb=native"]
    # Whoever called this has perhaps loaded a library already that pytest would have rewritten: no fault of the run.
    words += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    if options.workers > 1:
        words += ["-n", str(options.workers), "--dist", "worksteal"]
    os.environ.setdefault("PY_COLORS", "0")
    return _ours([*words, *_again(options)])


class _Listener:
    """A pytest plugin that hears the run's own exit code, None where pytest ends without one."""

    code: int | None = None

    def pytest_unconfigure(self, config: pytest.Config) -> None:
        """pytest is about to end."""
        self.code = config.stash.get(CODE, None)


def _ours(words: list[str]) -> int:
    """Run pytest; its own codes (1, 3, 5, ...) mean other things than ours, so none of them counts."""
    heard = _Listener()
    try:
        theirs = int(pytest.main(words, plugins=[heard]))
    except Exception:
        traceback.print_exc()
        print("deskcheck: that is an error of deskcheck itself, or of a plugin of pytest", file=sys.stderr)
        return graver(heard.code or 0, UnfinishedError.exit_code)
    if heard.code is None:
        print(f"deskcheck: pytest ended without a run, with its own code {theirs}", file=sys.stderr)
        return UnfinishedError.exit_code
    return heard.code


def changed(old: str, vendor: str) -> list[str]:
    """Keys of the pinned operations to test again, because they differ from those of an older document.

    Raises `UsageError` where nothing differs: a run of nothing is no pass.
    """
    from harness import review
    from harness.cli.specs import existing, named

    before = named(old, vendor)
    now = next(iter(document.pinned(before.vendor)))
    keys = list(review.diff(before, now).retest)
    if not keys:
        raise UsageError("nothing differs from it", where=str(existing(old)), remedy="There is nothing to run.")
    return keys


def _words(options: Namespace) -> list[str]:
    """The options in the words in which they came, for the same door."""
    own = [f"--changed-since={options.changed_since}"] if options.changed_since else []
    return [*_again(options), *own, f"--workers={options.workers}"]


def _again(options: Namespace) -> list[str]:
    """The options in the words in which they came, for the other door."""
    words: list[str] = []
    for name, value in vars(options).items():
        if name in ("command", "workers", "changed_since") or value is False or value in (None, "", []):
            continue
        flag = "--" + name.replace("_", "-")
        rows = value if isinstance(value, list) else [value]
        # One word each: what begins with a dash would be taken for another option.
        words += [flag] if value is True else [f"{flag}={row}" for row in rows]
    return words
