"""A pytest plugin that counts how often a process builds its context, and each thing in it; `COUNTS` is a folder.

`deskcheck run` imports it before anything of the harness, its workers by `-p`. One file a process: its process id.
"""

from __future__ import annotations

import atexit
import json
import os
import sys
from collections import Counter
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

COUNTED = {
    ("planning/run_context.py", "build"),
    ("settings.py", "load"),
    ("openapi/document_cache.py", "open_documents"),
    ("resources/cleanup.py", "load"),
    ("risk/overrides.py", "load"),
    ("planning/plan.py", "make"),
    ("planning/run_options.py", "from_namespace"),
}
calls: Counter[CodeType] = Counter()


def count(frame: FrameType, event: str, argument: Any) -> None:
    """Called by the interpreter for each function that is entered."""
    if event == "call":
        calls[frame.f_code] += 1


def write() -> None:
    """The counts of this process, by `file:function`."""
    sys.setprofile(None)
    counts = {
        f"{file}:{name}": sum(times for code, times in calls.items() if _is(code, file, name)) for file, name in COUNTED
    }
    (Path(os.environ["COUNTS"]) / f"{os.getpid()}.json").write_text(json.dumps(counts))


def _is(code: CodeType, file: str, name: str) -> bool:
    return code.co_name == name and code.co_filename.endswith(f"harness/{file}")


def pytest_unconfigure() -> None:
    """A worker's process is ended without its exit handlers."""
    write()


if "COUNTS" in os.environ:
    sys.setprofile(count)
    atexit.register(write)
