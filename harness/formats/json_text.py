"""JSON text to plain values: the one reader of what servers, files and other processes have written."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

# The vendors nest 7 deep at most (recorded 2013 to 2024); the validator gives up at 255, Python itself at about 1,000.
DEEPEST = 200

NOT_JSON: Any = object()
"""What stands for a value where there is none; `None` is a value, `null`."""

Build = Callable[[list[tuple[str, Any]]], Any]
"""Makes an object of its pairs, for readers that must know of keys that stand twice."""


class NotJsonError(ValueError):
    """A text that is no JSON by RFC 8259, or nests deeper than anything that this project reads."""


def read_json(text: bytes | str, build: Build | None = None) -> Any:
    """The value of a text. Raises `NotJsonError` where it has none: `NaN`, which Python takes, is none either."""
    try:
        value = json.loads(text, object_pairs_hook=build, parse_constant=_refuse)
    except RecursionError as error:
        raise NotJsonError("it nests too deep") from error
    except ValueError as error:
        raise NotJsonError(str(error)) from error
    if _may_be_deep(text) and is_deeper(value, DEEPEST):
        raise NotJsonError(f"it nests deeper than {DEEPEST}")
    return value


def json_or(text: bytes | str, default: Any) -> Any:
    """The value of a text, or `default` where it has none."""
    try:
        return read_json(text)
    except NotJsonError:
        return default


def _refuse(word: str) -> Any:
    raise ValueError(f"{word} is no number of JSON")


def _may_be_deep(text: bytes | str) -> bool:
    """Whether a text has enough brackets to nest too deep: hardly any has."""
    if isinstance(text, str):
        return text.count("[") + text.count("{") > DEEPEST
    return text.count(b"[") + text.count(b"{") > DEEPEST


def is_deeper(value: Any, limit: int) -> bool:
    """Whether a value nests deeper than so many levels, found layer by layer so that no depth is too much.

    A layer holds what can hold something itself: nearly all values of a list of records cannot.
    """
    layer = [value] if isinstance(value, dict | list) else []
    for _ in range(limit):
        layer = [
            child
            for node in layer
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, (dict, list))  # half the time of a union
        ]
        if not layer:
            return False
    return bool(layer)
