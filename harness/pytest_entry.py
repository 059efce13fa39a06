"""What pytest loads in every environment that has deskcheck: the plugin where a run is meant, and else nothing.

pytest finds it by the entry point `deskcheck`. The fixtures and options of the plugin have plain names (`client`,
`--timeout`), which a stranger's tests may use too; so none of them is there unless the command line asks for a run.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import pytest

from harness.run import suites

PLUGIN = "harness.pytest_plugin"
# Spelled as in `harness/settings.py`, which takes a while to load.
CONFIG = "deskcheck.toml"


def pytest_addoption(pluginmanager: pytest.PytestPluginManager) -> None:
    """Called as soon as this module is loaded: before any conftest, so that the plugin guards those as well."""
    config = pluginmanager.get_plugin("pytestconfig")
    if config and asks_for_run(config.invocation_params.args, config.invocation_params.dir):
        pluginmanager.import_plugin(PLUGIN)


def asks_for_run(arguments: Iterable[str | os.PathLike[str]], folder: Path) -> bool:
    """Whether pytest's arguments ask for a run: one of our options, in a folder with a deskcheck.toml."""
    return suites.asks_for_run(arguments) and (folder / CONFIG).is_file()
