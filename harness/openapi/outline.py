"""The outline of an OpenAPI document: what must be a mapping, a list or text before its parts can be read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from harness.errors import DocumentError
from harness.openapi import loader
from harness.openapi.walk import METHODS

_NAMES: dict[type, str] = {dict: "a mapping", list: "a list", str: "text", int: "a number", float: "a number",
                           bool: "true or false", type(None): "empty"}  # fmt: skip
At = tuple[str, ...]


def check(data: dict[str, Any], path: Path) -> None:
    """Raise `DocumentError` with file and line for the first part of the outline that is of the wrong kind."""
    for at, value, kind in _outline(data):
        if not isinstance(value, kind):
            raise DocumentError(
                f"{' '.join(at)} is {_NAMES[type(value)]}, not {_NAMES[kind]}",
                where=f"{path}:{loader.line_of(path, at)}",
                remedy="Correct the document, or ask its publisher to; nothing below that place can be read.",
            )


def _outline(data: dict[str, Any]) -> Iterator[tuple[At, Any, type]]:
    """Each place with its value and the type that it must have; a place is looked into once its own type is right."""
    for name in ("paths", "components", "info"):
        yield (name,), data.get(name, {}), dict
    for section, entries in data.get("components", {}).items():
        if not section.startswith("x-"):
            yield ("components", section), entries, dict
    for path, item in data.get("paths", {}).items():
        if path.startswith("x-"):
            continue
        at = ("paths", path)
        yield at, item, dict
        yield from _parameters((*at, "parameters"), item.get("parameters", []))
        for method in METHODS:
            if method in item:
                yield from _operation((*at, method), item[method])


def _operation(at: At, operation: Any) -> Iterator[tuple[At, Any, type]]:
    yield at, operation, dict
    yield from _parameters((*at, "parameters"), operation.get("parameters", []))
    for name, kind in (("requestBody", dict), ("responses", dict), ("tags", list), ("security", list)):
        yield (*at, name), operation.get(name, kind()), kind
    for index, option in enumerate(operation.get("security", [])):
        yield (*at, "security", str(index)), option, dict
        for scheme, scopes in option.items():
            yield (*at, "security", str(index), scheme), scopes, list
    content = operation.get("requestBody", {}).get("content", {})
    yield (*at, "requestBody", "content"), content, dict


def _parameters(at: At, parameters: Any) -> Iterator[tuple[At, Any, type]]:
    yield at, parameters, list
    for index, parameter in enumerate(parameters):
        yield (*at, str(index)), parameter, dict
