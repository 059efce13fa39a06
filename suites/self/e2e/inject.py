"""A pytest plugin that makes one place of deskcheck raise an error of its own; `INJECT` names the place."""

from __future__ import annotations

import os
import socket
from importlib import import_module
from typing import Any

import pytest

# What is broken, as `module:name`.
PLACES = {
    "check": "harness.execution.executor:judge",
    "request": "harness.cases.bind:request",
    "walk": "harness.execution.lifecycle:strange",
    "desk": "harness.execution.api_client:ApiClient.__init__",
    "call": "harness.execution.api_client:ApiClient.call",
    "judging a test": "harness.pytest_plugin:outcome_of",
    "operation": "harness.run.worker:Worker.run",
    "session": "harness.run.worker:connect",
    "merging": "harness.run.controller:merge",
    "teardown": "harness.execution.teardown:sweep",
    "closing": "harness.run.controller:Controller.close",
    "reports": "harness.run.closing:_report",
    "results": "harness.results.archive:save",
    "progress": "harness.report.console:Progress.add",
}
HOOKS = {
    "pytest_generate_tests": lambda metafunc: _raise(),
    "pytest_collection_modifyitems": lambda items: _raise(),
    "pytest_collection_finish": lambda session: _raise(),
    "pytest_runtest_setup": lambda item: _raise(),
    "pytest_runtest_teardown": lambda item: _raise(),
    "pytest_runtest_logfinish": lambda nodeid: _raise(),
    "pytest_sessionfinish": lambda session: _raise(),
    "pytest_unconfigure": lambda config: _raise(),
}
DISK = "a full disk"
LEAK = "a leak"


class InjectedError(Exception):
    """What deskcheck never raises by itself."""


def _raise(*_: Any, **__: Any) -> Any:
    raise InjectedError("on purpose")


def _full(*_: Any, **__: Any) -> Any:
    raise OSError(28, "on purpose")


def _leak(item: pytest.Item) -> None:
    socket.socket()


class Raising:
    """A plugin that is not ours; it has the one hook that was asked for."""


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Break the place that was asked for, now that all is imported."""
    name = os.environ["INJECT"]
    if name in PLACES:
        module, _, path = PLACES[name].partition(":")
        *owners, last = path.split(".")
        owner: Any = import_module(module)
        for one in owners:
            owner = getattr(owner, one)
        setattr(owner, last, _raise)
    if name == DISK:
        import_module("harness.results.archive").write = _full  # type: ignore[attr-defined]
    if name == LEAK:
        Raising.pytest_runtest_setup = staticmethod(_leak)  # type: ignore[attr-defined]
        config.pluginmanager.register(Raising(), "leaking")
    if name in HOOKS:
        setattr(Raising, name, staticmethod(HOOKS[name]))
        config.pluginmanager.register(Raising(), "raising")
