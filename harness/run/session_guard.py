"""The egress guard of a pytest session: closed before the first suite file is loaded, and until the process ends."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from harness import settings
from harness.errors import DeskcheckError, GateError
from harness.planning import run_context, run_options
from harness.planning.job import ATTEMPTS
from harness.run import network_namespace
from harness.transport import egress
from harness.transport.monitor import EgressAttempt, Monitor, read

MONITOR = pytest.StashKey[Monitor]()
SUITES = settings.ROOT / "suites"
_sessions: list[pytest.Config] = []


def concerns(paths: Iterable[str], vendors: Iterable[str]) -> bool:
    """Whether suites against an org are among pytest's paths; the harness' own tests need their sockets."""
    named = [Path(one.split("::")[0]).absolute() for one in paths]
    return any(one.is_relative_to(SUITES / vendor) or (SUITES / vendor).is_relative_to(one)
               for one in named for vendor in vendors)  # fmt: skip


def early(config: pytest.Config, vendors: Iterable[str]) -> None:
    """Called when the plugin is loaded, before any suite's conftest: enter the namespace, close the ways out."""
    _sessions.append(config)
    config.add_cleanup(lambda: _sessions.remove(config))
    # Not `config.args`, which pytest makes later.
    if concerns(config.known_args_namespace.file_or_dir, vendors):
        if "--sandboxed" in config.invocation_params.args:
            _confine(config.invocation_params.args)
        begin(config)


def begin(config: pytest.Config) -> Monitor:
    """Close the ways out of this process, once. A session inside another one opens them again at its end."""
    if MONITOR not in config.stash:
        ways = ExitStack()
        config.stash[MONITOR] = ways.enter_context(egress.guarded(proxied=True))
        if len(_sessions) > 1:
            config.add_cleanup(ways.close)
        else:
            # Exit handlers and daemon threads come after pytest: nothing is opened again for them.
            _kept.append(ways)
    return config.stash[MONITOR]


_kept: list[ExitStack] = []
"""Guards that hold until the process ends; an `ExitStack` that nobody holds would open them."""


def direct(config: pytest.Config, folder: Path, *, workers: bool) -> None:
    """This process directs a run in this folder; with `workers`, execnet may start them."""
    # A report directory may be used again. One that is lost meanwhile holds no attempts.
    with suppress(OSError):
        (folder / ATTEMPTS).unlink(missing_ok=True)
    follow(config, folder, workers=workers)


def follow(config: pytest.Config, folder: Path, *, workers: bool = False) -> None:
    """This process is part of a run: attempts are written into its folder as they happen."""
    monitor = begin(config)
    monitor.starts_workers = workers
    monitor.write_to(folder / ATTEMPTS)


def attempts(config: pytest.Config, folder: Path) -> list[EgressAttempt]:
    """All that this process and its workers tried so far, each once."""
    own = config.stash[MONITOR].attempts if MONITOR in config.stash else []
    return list(dict.fromkeys([*read(folder / ATTEMPTS), *own]))


def told(config: pytest.Config, known: Sequence[EgressAttempt], code: int) -> int:
    """The run's exit code, now that its report is written: what was tried meanwhile can only be told by it."""
    if MONITOR not in config.stash:
        return code
    monitor = config.stash[MONITOR]
    late = [one for one in monitor.attempts if one not in known]
    for one in late:
        print(f"deskcheck: {one.what} past the guard was refused; {one.caller} wanted it", file=sys.stderr)
    monitor.told = len(_sessions) < 2
    return code or (GateError.exit_code if late else 0)


def _confine(words: Sequence[str]) -> None:
    """Start pytest again inside, and end with its exit code."""
    try:
        if network_namespace.inside():
            return
        parser = ArgumentParser(add_help=False, allow_abbrev=False)
        run_options.add_run_options(parser.add_argument)
        known, _ = parser.parse_known_args(list(words))
        targets = run_context.take(run_options.wish(known), settings.load()).targets.values()
        code = network_namespace.again([sys.executable, "-m", "pytest", *words], network_namespace.addresses(targets))
    except DeskcheckError as error:
        print(f"deskcheck: {error}", file=sys.stderr)
        code = error.exit_code
    raise SystemExit(code)
