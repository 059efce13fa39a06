"""The egress guard of a pytest session: closed before the first suite file is loaded, and until the process ends."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from harness import settings
from harness.errors import DeskcheckError, GateError
from harness.planning import run_options
from harness.planning.job import ATTEMPTS
from harness.run import chosen_targets, network_namespace, suites
from harness.transport import egress
from harness.transport.monitor import EgressAttempt, Monitor, read

MONITOR = pytest.StashKey[Monitor]()
_sessions: list[pytest.Config] = []


def guard_from_start(config: pytest.Config) -> None:
    """Called when the plugin is loaded, before any suite's conftest: enter the namespace, guard this process."""
    _sessions.append(config)
    config.add_cleanup(lambda: _sessions.remove(config))
    # Not `config.args`, which pytest makes later.
    if suites.concerns(config.known_args_namespace.file_or_dir, config.invocation_params.args):
        if "--sandboxed" in config.invocation_params.args:
            _run_inside_namespace(config.invocation_params.args)
        chosen_targets.choose(config)
        guard(config)


def guard(config: pytest.Config) -> Monitor:
    """Guard this process against egress, once. A session inside another one ends the guard at its own end."""
    if MONITOR not in config.stash:
        guarding = ExitStack()
        config.stash[MONITOR] = guarding.enter_context(egress.guarded(proxied=True))
        if len(_sessions) > 1:
            config.add_cleanup(guarding.close)
        else:
            # Exit handlers and daemon threads come after pytest, and are guarded too.
            _guards_to_the_end.append(guarding)
    return config.stash[MONITOR]


_guards_to_the_end: list[ExitStack] = []
"""Guards that hold until the process ends; an `ExitStack` without a reference would end them."""


def begin_attempts(config: pytest.Config, folder: Path, *, starts_workers: bool) -> None:
    """A run begins in this folder; this process is its controller. `starts_workers` lets execnet start some."""
    # A report directory may be used again. One that is lost meanwhile holds no attempts.
    with suppress(OSError):
        (folder / ATTEMPTS).unlink(missing_ok=True)
    write_attempts(config, folder, starts_workers=starts_workers)


def write_attempts(config: pytest.Config, folder: Path, *, starts_workers: bool = False) -> None:
    """This process is part of a run: attempts are written into its folder as they happen."""
    monitor = guard(config)
    monitor.starts_workers = starts_workers
    monitor.write_to(folder / ATTEMPTS)


def attempts(config: pytest.Config, folder: Path) -> list[EgressAttempt]:
    """All that this process and its workers tried so far, each once."""
    own = config.stash[MONITOR].attempts if MONITOR in config.stash else []
    return list(dict.fromkeys([*read(folder / ATTEMPTS), *own]))


def exit_code_after_report(config: pytest.Config, reported: Sequence[EgressAttempt], code: int) -> int:
    """The run's exit code, now that its report is written: attempts made meanwhile are not in the report."""
    if MONITOR not in config.stash:
        return code
    monitor = config.stash[MONITOR]
    late = [attempt for attempt in monitor.attempts if attempt not in reported]
    for attempt in late:
        print(f"deskcheck: {message(attempt)}", file=sys.stderr)
    monitor.reported = len(_sessions) < 2
    return code or (GateError.exit_code if late else 0)


def message(attempt: EgressAttempt) -> str:
    """What was refused, and who wanted it."""
    return f"{attempt.what} past the guard was refused; {attempt.caller} wanted it"


def _run_inside_namespace(arguments: Sequence[str]) -> None:
    """Start pytest again inside, with the same arguments, and end with its exit code.

    pytest has not parsed its options yet, and it must not load a suite outside.
    """
    try:
        if network_namespace.inside():
            return
        parser = ArgumentParser(add_help=False, allow_abbrev=False)
        run_options.add_options(parser.add_argument)
        parsed, _ = parser.parse_known_args(list(arguments))
        options = run_options.from_namespace(parsed)
        code = network_namespace.run_again([sys.executable, "-m", "pytest", *arguments], options, settings.load())
    except DeskcheckError as error:
        print(f"deskcheck: {error}", file=sys.stderr)
        code = error.exit_code
    raise SystemExit(code)
