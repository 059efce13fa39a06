"""What pytest loads in every environment that has deskcheck: the plugin where a run is meant, and else nothing.

pytest finds it by the entry point `deskcheck`. The fixtures and options of the plugin have plain names (`client`,
`--timeout`), which a stranger's tests may use too; so none of them is there unless the command line asks for a run.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

import pytest

PLUGIN = "harness.pytest_plugin"
# Spelled as in `harness/settings.py`, which takes a while to load.
CONFIG = "deskcheck.toml"
ASKING = ("--target", "--allow", "--allow-operation", "--confirm", "--fault")
"""The options that ask for a run: which org, and what may be done there. `--seed` and others are other plugins' too."""


def pytest_addoption(pluginmanager: pytest.PytestPluginManager) -> None:
    """Called as soon as this module is loaded: before any conftest, so that the plugin guards those as well.

    Where there is no deskcheck.toml, options of these names are somebody else's.
    """
    config = pluginmanager.get_plugin("pytestconfig")
    if config is None:
        return
    call = config.invocation_params
    if asks_for_run(call.args) and (call.dir / CONFIG).is_file():
        pluginmanager.import_plugin(PLUGIN)


def asks_for_run(arguments: Iterable[str | os.PathLike[str]]) -> bool:
    """Whether pytest's arguments ask for a run, if the plugin is there."""
    names = {str(argument).partition("=")[0] for argument in arguments}
    return not names.isdisjoint(ASKING)
