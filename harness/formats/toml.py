"""A small TOML file to its tables; anything else in its place is an error of one line, and never read without end."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from harness.errors import UsageError, os_errors_as
from harness.formats.file_contents import contents

MAX_BYTES = 1024 * 1024
_MAX_DEPTH = 50
# Python turns no longer text into an integer (sys.get_int_max_str_digits), since that would take too long.
_LONG_NUMBER = re.compile(r"[0-9_]{4300,}")


def tables_of(path: Path) -> dict[str, Any]:
    """The tables of one file; raises `UsageError` with file and, where it is known, line."""
    text = _text(path)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"is not TOML: {short(str(error), 200)}", where=str(path), remedy="Mend the file at that line."
                         ) from error  # fmt: skip
    except RecursionError as error:
        raise UsageError(
            f"nests deeper than {_MAX_DEPTH} levels", where=_at(path, _deep_line(text)), remedy="Remove the brackets."
        ) from error
    except ValueError as error:
        number = _LONG_NUMBER.search(text)
        line = text.count("\n", 0, number.start()) + 1 if number else 0
        raise UsageError(
            "holds a number of thousands of digits", where=_at(path, line), remedy="Write a smaller one."
        ) from error


def short(text: str, longest: int = 60) -> str:
    """A text of the file for a message: in one line, and no longer than a reader needs."""
    printed = "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text[: longest + 1])
    return printed if len(printed) <= longest else f"{printed[:longest]}…"


def _text(path: Path) -> str:
    with os_errors_as(UsageError, "cannot be read", path, "Check the path and its permissions, or remove it."):
        data = contents(path, MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise UsageError(f"has over {MAX_BYTES // 2**20} MiB", where=str(path), remedy="Is it the right file?")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError(
            "cannot be read: it is not UTF-8 text", where=_at(path, line), remedy="Save it as UTF-8."
        ) from error


def _at(path: Path, line: int) -> str:
    return f"{path}:{line}" if line else str(path)


def _deep_line(text: str) -> int:
    """The first line that is too deep, as far as brackets tell."""
    depth = 0
    for number, line in enumerate(text.split("\n"), 1):
        depth += line.count("[") + line.count("{") - line.count("]") - line.count("}")
        if depth > _MAX_DEPTH or line.count("[") > _MAX_DEPTH or line.count("{") > _MAX_DEPTH:
            return number
    return 0
