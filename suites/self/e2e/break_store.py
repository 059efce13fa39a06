"""A pytest plugin that makes one step of the token store fail, once; `BREAK_STORE` names the step."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

# The function of each step, as `module:name`.
STEPS = {
    "lock": "filelock:FileLock.acquire",
    "folder": "pathlib:Path.mkdir",
    "read": "harness.private_files:contents",
    "write": "harness.private_files:tempfile.mkstemp",
    "fsync": "harness.private_files:os.fsync",
    "rename": "harness.private_files:os.replace",
    "token answer": "harness.tokens.token:Token.__init__",
    "redis lock": "redis.lock:Lock.acquire",
    "redis read": "redis:Redis.getrange",
    "redis write": "redis:Redis.set",
}
AFTER = {"write", "fsync", "rename", "redis write"}
"""Steps that fail the second time as well: the first may be only a look whether anything can be written."""


def _failing(original: Callable[..., Any], times: int) -> Callable[..., Any]:
    left = [times]

    def fail(*arguments: Any, **options: Any) -> Any:
        # Others than the store make folders and files, too; where a path is given, it says whose.
        paths = [str(one) for one in arguments if isinstance(one, str | Path)]
        if left[0] and all("token" in path for path in paths):
            left[0] -= 1
            raise OSError(28, "on purpose")
        return original(*arguments, **options)

    return fail


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Break the step that was asked for, now that all is imported."""
    step = os.environ.get("BREAK_STORE", "")
    if not step:
        return
    module, _, path = STEPS[step].partition(":")
    *owners, last = path.split(".")
    owner: Any = import_module(module)
    for name in owners:
        owner = getattr(owner, name)
    setattr(owner, last, _failing(getattr(owner, last), 2 if step in AFTER else 1))
