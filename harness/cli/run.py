"""deskcheck run: pytest on the suites, with progress and a report instead of dots."""

from __future__ import annotations

import os
import shlex
import sys
import traceback
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from harness import settings, shipped
from harness.errors import UnfinishedError, UsageError
from harness.planning import run_options
from harness.planning.run_options import RunOptions
from harness.planning.targets import targets_of
from harness.sandbox.process import Starting, launch
from harness.settings import Settings
from harness.vendors import VENDORS

# What takes long to load is imported after the start of the sandbox, which comes up meanwhile.

# All that pytest loads: what else the environment has may take options of the same names, and takes its time to load.
PLUGINS = ("xdist", "allure_pytest", "harness.pytest_plugin")
PROGRAM = (sys.executable, "-c", "import sys; from harness.cli.main import main; sys.exit(main())")


def add(parser: ArgumentParser) -> None:
    """Options."""
    run_options.add_options(parser.add_argument)
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="processes that test at once; default 2")


def main(parsed: Namespace) -> int:
    """Run the suites in this process (and its workers); the exit code is the run's."""
    options, configured = run_options.from_namespace(parsed), settings.load()
    if parsed.workers < 1:
        raise UsageError(f"{parsed.workers} workers test nothing", where="--workers", remedy="Give 1 or more.")
    if options.sandboxed:
        from harness.run import network_namespace

        if not network_namespace.inside():
            return network_namespace.run_again([*PROGRAM, *parsed.command_line], options, configured)
    with _embedded_sandbox(options, configured) as starting:
        return _run_pytest(options, configured, starting, parsed.workers)


@contextmanager
def _embedded_sandbox(options: RunOptions, configured: Settings) -> Iterator[Starting | None]:
    """The embedded sandbox, where a target is one: started before all else, so that it comes up meanwhile."""
    if not any(target.embedded for target in targets_of(options, configured).values()):
        yield None
        return
    starting = launch(faults=options.faults)
    try:
        yield starting
    finally:
        starting.stop()


def _run_pytest(options: RunOptions, configured: Settings, starting: Starting | None, workers: int) -> int:
    """Run pytest; its own codes (1, 3, 5, ...) mean other things than ours, so none of them counts."""
    import pytest

    from harness.masking import printable
    from harness.planning import run_context
    from harness.run.exit_code import graver
    from harness.run.pytest_session import Handover

    handover = Handover(run_context.build(options, configured), starting)
    os.environ.setdefault("PY_COLORS", "0")
    try:
        pytest_code = int(pytest.main(_pytest_arguments(workers, configured.suites), plugins=[handover]))
    except Exception:
        print(printable(traceback.format_exc()), file=sys.stderr)
        print("deskcheck: that is an error of deskcheck itself, or of a plugin of pytest", file=sys.stderr)
        return graver(handover.exit_code or 0, UnfinishedError.exit_code)
    if handover.exit_code is None:
        print(f"deskcheck: pytest ended without a run, with its own code {pytest_code}", file=sys.stderr)
        return UnfinishedError.exit_code
    return handover.exit_code


def _pytest_arguments(workers: int, own: Sequence[Path] = ()) -> list[str]:
    from harness.run import suites

    folders = dict.fromkeys(str(suites.folder_of(vendor)) for vendor in VENDORS)
    arguments = [*folders, *map(str, own), "--deskcheck-console", "-p", "no:cacheprovider", "-q"]
    # Not the configuration of the project that we are installed in, nor its conftest.py.
    arguments += [f"--config-file={os.devnull}", f"--rootdir={shipped.root()}", f"--confcutdir={shipped.suites()}"]
    arguments += ["--disable-plugin-autoload", *(word for plugin in PLUGINS for word in ("-p", plugin))]
    # Files of the user's may be called as ours are; what they import lies beside them.
    folders_of_own = dict.fromkeys(str(place if place.is_dir() else place.parent) for place in own)
    arguments += ["--import-mode=importlib", "-o", f"pythonpath={shlex.join(folders_of_own)}"] if own else []
    # Of each failure pytest would parse every source file on the way up, and our own console shows none of it.
    arguments += ["--tb=native"]
    # A caller may have loaded a library already that pytest would have rewritten: no fault of the run.
    arguments += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    if workers > 1:
        arguments += ["-n", str(workers), "--dist", "worksteal"]
    return arguments
