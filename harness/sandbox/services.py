"""Finds the services: every folder of the sandbox that has a `SERVICE` is a vendor."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from harness.sandbox.service import Service


def installed() -> Mapping[str, Service]:
    """The vendors' services by name, in alphabetical order."""
    folders = (module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]) if module.ispkg)
    return {name: import_module(f"harness.sandbox.{name}").SERVICE for name in sorted(folders)}
