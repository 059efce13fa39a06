"""Runs inside a measured process as its `sitecustomize`: what of harness/ runs, by its first call, with counts.

It uses the standard library alone, and writes one JSON file a process: a row is a file, a name, how often it ran,
whether it is a function (a class's body, which runs at import, is none), and the file that called it first.
"""

from __future__ import annotations

import atexit
import json
import os
import sys
import threading
from inspect import CO_OPTIMIZED
from types import CodeType, FrameType

PACKAGE = os.path.join(os.environ["PROBE_ROOT"], "harness", "")
counts: dict[CodeType, int] = {}
"""How often each piece of code ran; the order is that of the first calls."""
callers: dict[CodeType, str] = {}
"""The file of the package from which each piece of code was called first, whatever lies between; none for entries."""


def count_call(frame: FrameType, event: str, _: object) -> None:
    code = frame.f_code
    if event != "call" or not code.co_filename.startswith(PACKAGE):
        return
    if code not in counts:
        callers[code] = calling_file(frame.f_back)
    counts[code] = counts.get(code, 0) + 1


def calling_file(frame: FrameType | None) -> str:
    while frame is not None:
        if frame.f_code.co_filename.startswith(PACKAGE):
            return frame.f_code.co_filename.removeprefix(PACKAGE)
        frame = frame.f_back
    return ""


def write_counts() -> None:
    sys.setprofile(None)
    calls = [
        (
            code.co_filename.removeprefix(PACKAGE),
            code.co_qualname,
            count,
            bool(code.co_flags & CO_OPTIMIZED),
            callers[code],
        )
        for code, count in counts.items()
    ]
    with open(os.path.join(os.environ["PROBE_OUTPUT"], f"{os.getpid()}.json"), "w") as file:
        json.dump(calls, file)


def write_counts_and_exit(status: int) -> None:
    write_counts()
    exit_at_once(status)


# Workers of pytest-xdist end without the interpreter's usual last steps.
exit_at_once = os._exit
os._exit = write_counts_and_exit  # type: ignore[assignment]
atexit.register(write_counts)
threading.setprofile(count_call)
sys.setprofile(count_call)
