"""The page of every key of deskcheck.toml, made from its JSON Schema and the table of a target's keys."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from harness import config_schema
from harness.reference.markdown_table import code, plain, table
from harness.target_keys import KEYS

_HEAD = """# Configuration reference

`deskcheck.toml` lies in the folder in which deskcheck is called, or in one above it. `deskcheck init` writes a first
one, with a JSON Schema beside it: editors with a TOML language server complete the keys and show mistakes. How targets,
secrets, proxies and certificates go together: [targets](targets.md).

This page is made from that schema: `python -m harness.reference` writes it anew.
"""


def text() -> str:
    """The whole page."""
    schema = config_schema.schema()
    target = schema["definitions"]["target"]
    return (
        f"{_HEAD}\n## The file\n\n{table(_HEADS, _rows(schema['properties']))}"
        f"\n## A target: `[targets.NAME]`\n\nRequired: {', '.join(map(code, target['required']))}.\n\n"
        f"{table(_HEADS, _target_rows(target['properties']))}"
    )


_HEADS = ("key", "what it is", "value", "for example")


def _rows(properties: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, ...]]:
    """A row for each key, those of a table below it."""
    for name, schema in properties.items():
        key = f"{above}{name}"
        examples = schema.get("examples", ())
        yield code(key), plain(schema.get("description", "")), _value(schema), _list(map(json.dumps, examples))
        yield from _rows(schema.get("properties", {}), f"{key}.")


def _target_rows(properties: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """The same for a target, whose keys have examples in their own table."""
    for name, (*row, example) in zip(properties, _rows(properties), strict=True):
        yield *row, example or code(KEYS[name].example)


def _list(values: Iterable[str]) -> str:
    return "<br>".join(map(code, values))


def _value(schema: Mapping[str, Any]) -> str:
    """Which values a key takes, and what counts without it."""
    kinds = schema.get("type", "string")
    shown = " or ".join([kinds] if isinstance(kinds, str) else kinds)
    if "enum" in schema:
        shown = " or ".join(code(json.dumps(word)) for word in schema["enum"])
    limits = [f"{word} {schema[name]:,}" for name, word in _LIMITS.items() if name in schema]
    default = [f"default {code(json.dumps(schema['default']))}"] if "default" in schema else []
    return ", ".join([_WORDS.get(shown, shown), *limits, *default])


_WORDS = {"object": "table", "array": "list"}
_LIMITS = {"minimum": "at least", "exclusiveMinimum": "above", "maximum": "at most"}
