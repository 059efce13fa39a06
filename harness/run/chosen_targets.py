"""The targets that pytest's own options name, chosen before the egress guard closes: then no program may be started."""

from __future__ import annotations

import os
from argparse import ArgumentError, ArgumentParser
from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from harness import settings
from harness.errors import DeskcheckError
from harness.planning import run_context, run_options
from harness.planning.run_context import RunContext
from harness.planning.run_options import RunOptions
from harness.planning.targets import targets_of, with_secrets
from harness.settings import Settings
from harness.target import Target


@dataclass(frozen=True, slots=True)
class ChosenTargets:
    """The settings, and the targets of these names with their secrets; or why there are none."""

    names: tuple[str, ...]
    settings: Settings
    targets: Mapping[str, Target]
    error: DeskcheckError | None = None


_CHOSEN = pytest.StashKey[ChosenTargets]()


def choose(config: pytest.Config) -> None:
    """Read the settings and the secrets of the targets that the command line names; what fails there is raised later.

    A worker of a run gets its targets with its job.
    """
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    parser = ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    run_options.add_options(parser.add_argument)
    try:
        parsed, _ = parser.parse_known_args(list(config.invocation_params.args))
        options = run_options.from_namespace(parsed)
        configured = settings.load()
    except (ArgumentError, DeskcheckError):
        return  # pytest says so itself, or `context` does
    config.stash[_CHOSEN] = _choose(options, configured)


def _choose(options: RunOptions, configured: Settings) -> ChosenTargets:
    try:
        targets = with_secrets(targets_of(options, configured), configured)
    except DeskcheckError as error:
        return ChosenTargets(options.targets, configured, {}, error)
    return ChosenTargets(options.targets, configured, targets)


def context(config: pytest.Config) -> RunContext:
    """The context of pytest's options, with the targets that were chosen. Raises what kept them from being chosen."""
    options = run_options.from_namespace(config.option)
    chosen = config.stash.get(_CHOSEN, None)
    if chosen is None or chosen.names != options.targets:
        # The options come from elsewhere than the command line (PYTEST_ADDOPTS).
        return run_context.build(options, settings.load())
    if chosen.error:
        raise chosen.error
    return run_context.build(options, chosen.settings, targets=chosen.targets)
