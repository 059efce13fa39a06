"""The targets that pytest's own options name, chosen before the egress guard closes: then no program may be started."""

from __future__ import annotations

import os
from argparse import ArgumentError, ArgumentParser, Namespace
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

HANDOVER = "deskcheck-handover"
"""The plugin by which `deskcheck run` hands in a context whose targets it has chosen itself."""


@dataclass(frozen=True, slots=True)
class ChosenTargets:
    """What the command line says (`given` is that as it was parsed), and its targets; or why there are none."""

    given: Namespace
    options: RunOptions
    settings: Settings
    targets: Mapping[str, Target]
    error: DeskcheckError | None = None


_CHOSEN = pytest.StashKey[ChosenTargets]()


def choose(config: pytest.Config) -> None:
    """Read the settings and the secrets of the targets that the command line names; what fails there is raised later.

    A worker of a run gets its targets with its job.
    """
    if config.pluginmanager.has_plugin(HANDOVER) or "PYTEST_XDIST_WORKER" in os.environ:
        return
    parser = ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    run_options.add_options(parser.add_argument)
    try:
        given, _ = parser.parse_known_args(list(config.invocation_params.args))
        options = run_options.from_namespace(given)
        configured = settings.load()
    except (ArgumentError, DeskcheckError):
        return  # pytest says so itself, or `context` does
    config.stash[_CHOSEN] = _choose(given, options, configured)


def _choose(given: Namespace, options: RunOptions, configured: Settings) -> ChosenTargets:
    try:
        targets = with_secrets(targets_of(options, configured), configured)
    except DeskcheckError as error:
        return ChosenTargets(given, options, configured, {}, error)
    return ChosenTargets(given, options, configured, targets)


def context(config: pytest.Config) -> RunContext:
    """The context of pytest's options, with the targets that were chosen. Raises what kept them from being chosen."""
    chosen = config.stash.get(_CHOSEN, None)
    if chosen is None or not _are_alike(chosen.given, config.option):
        # Some options come from elsewhere than the command line (PYTEST_ADDOPTS).
        return run_context.build(run_options.from_namespace(config.option), settings.load())
    if chosen.error:
        raise chosen.error
    return run_context.build(chosen.options, chosen.settings, targets=chosen.targets)


def _are_alike(given: Namespace, parsed: Namespace) -> bool:
    """Whether pytest parsed the same options of ours as stood on the command line."""
    names = (option.attribute for option in run_options.OPTIONS.values())
    return all(getattr(given, name, None) == getattr(parsed, name, None) for name in names)
