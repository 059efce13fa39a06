"""A small TOML file to its tables; anything else in its place is an error of one line, and never read without end."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from harness.errors import UsageError, os_errors_as
from harness.formats.file_contents import contents

MAX_BYTES = 1024 * 1024
_MAX_DEPTH = 50
_ERROR_LINE = re.compile(r"\(at line ([0-9]+),")
_LONG_QUOTES = ('"""', "'''")
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


def lines_of(path: Path) -> dict[tuple[str, ...], int]:
    """The line on which each key and table of a file is written.

    Python's reader keeps no positions, and these are for messages alone: what is not understood is left out.
    """
    lines: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    for number, written, is_table in _written_keys(_text(path)):
        table = written if is_table else table
        if written:
            lines.setdefault(written if is_table else (*table, *written), number)
    return lines


def place_of(path: Path, lines: Mapping[tuple[str, ...], int], *keys: str) -> str:
    """File and line of a key, or else of the closest table around it."""
    while keys and keys not in lines:
        keys = keys[:-1]
    return _at(path, lines.get(keys, 0))


def _written_keys(text: str) -> Iterator[tuple[int, tuple[str, ...], bool]]:
    """Line, key and whether it is a table's, for each line that begins with one; the insides of long texts are none."""
    closing = ""
    for number, line in enumerate(text.split("\n"), 1):
        if closing:
            closing = "" if closing in line else closing
            continue
        key, equals, value = line.partition("=")
        if line.lstrip().startswith("["):
            yield number, _parts(line.strip()[1:].partition("]")[0]), True
        elif equals:
            yield number, _parts(key), False
            closing = next((quotes for quotes in _LONG_QUOTES if value.count(quotes) == 1), "")


def _parts(key: str) -> tuple[str, ...]:
    """The parts of a dotted key; none where it is not one, as in a comment."""
    try:
        node = tomllib.loads(f"{key} = 0")
    except tomllib.TOMLDecodeError:
        return ()
    parts: list[str] = []
    while isinstance(node, dict) and node:
        part, node = node.popitem()
        parts.append(part)
    return tuple(parts)


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
