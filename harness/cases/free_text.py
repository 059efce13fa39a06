"""Which texts of a request body the document leaves free: no list of values, no format, room for what we write."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from harness.openapi import walk

_FIXED = frozenset({"enum", "const", "format"})
_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Text:
    """A free text in a body: where it stands, what it is, and how long it may be.

    `declared` says that the document names the field; `listed`, that the text stands in an array.
    """

    at: tuple[str | int, ...]
    value: str
    least: int = 0
    most: int = 2**31
    bounded: bool = False
    patterns: tuple[str, ...] = ()
    declared: bool = True
    listed: bool = False

    @property
    def name(self) -> str:
        """The field that holds it: the nearest key above."""
        return next((part for part in reversed(self.at) if isinstance(part, str)), "")

    @property
    def valid(self) -> bool:
        """Whether the document accepts the text as it is."""
        return self.takes(self.value)

    def takes(self, value: str) -> bool:
        """Whether the document accepts a value here: long and short enough, and of its patterns.

        A value that replaces one which a pattern fits from end to end has to be fitted so as well.
        """
        fits = all(_fits(pattern, value, like=self.value) for pattern in self.patterns)
        return fits and self.least <= len(value) <= self.most


def texts(tree: dict[str, Any], schema: Any, value: Any) -> Iterator[Text]:
    """Every text of a body that its schema leaves free, outermost first."""
    queue: list[tuple[tuple[str | int, ...], Any, list[Mapping[str, Any]], bool]] = [
        ((), value, _alternatives(tree, schema), False)
    ]
    while queue:
        at, node, schemas, listed = queue.pop(0)
        if len(at) > _DEEPEST:
            continue
        if isinstance(node, dict):
            queue += [((*at, key), inner, _property(tree, schemas, key), listed) for key, inner in node.items()]
        elif isinstance(node, list):
            rows = [one for each in schemas for one in _alternatives(tree, each.get("items"))]
            queue += [((*at, index), inner, rows, True) for index, inner in enumerate(node)]
        elif isinstance(node, str) and (text := _text(at, node, schemas)):
            yield replace(text, listed=listed)


def request_schema(tree: dict[str, Any], method: str, path: str, media_type: str) -> Any:
    """The schema of an operation's request body of a media type; None where the document has none."""
    operation = ((tree.get("paths") or {}).get(path) or {}).get(method.lower()) or {}
    body = walk.resolve(tree, operation.get("requestBody") or {}) or {}
    content = body.get("content") or {}
    wanted = media_type.partition(";")[0].strip().lower()
    media: Any = content.get(wanted) or next(iter(content.values()), None)
    return media.get("schema") if isinstance(media, dict) else None


def query_schema(tree: dict[str, Any], method: str, path: str) -> dict[str, Any]:
    """The declared query parameters of an operation, as the schema of an object."""
    item = (tree.get("paths") or {}).get(path) or {}
    rows = [*(item.get("parameters") or []), *((item.get(method.lower()) or {}).get("parameters") or [])]
    declared = [row for row in (walk.resolve(tree, one) for one in rows) if isinstance(row, dict)]
    return {"properties": {str(row.get("name")): row.get("schema") for row in declared if row.get("in") == "query"}}


def _text(at: tuple[str | int, ...], value: str, schemas: list[Mapping[str, Any]]) -> Text | None:
    """The text with its bounds, if every schema that takes a text leaves it free."""
    taking = [one for one in schemas if _takes_text(one)]
    if (schemas and not taking) or any(_FIXED & one.keys() for one in taking):
        return None
    least = max((_whole(one.get("minLength"), 0) for one in taking), default=0)
    most = min((_whole(one.get("maxLength"), 2**31) for one in taking), default=2**31)
    bounded = any({"minLength", "maxLength"} & one.keys() for one in taking)
    patterns = tuple(str(one["pattern"]) for one in taking if "pattern" in one)
    return Text(at, value, least, most, bounded, patterns, declared=bool(taking))


def _fits(pattern: str, value: str, like: str) -> bool:
    try:
        found = re.compile(pattern)
    except (re.error, OverflowError):
        return False
    return bool(found.fullmatch(value) if found.fullmatch(like) else found.search(value))


def _takes_text(schema: Mapping[str, Any]) -> bool:
    kinds = schema.get("type")
    if kinds is None:
        return not {"properties", "items"} & schema.keys()
    return "string" in kinds if isinstance(kinds, list) else bool(kinds == "string")


def _whole(value: Any, instead: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else instead


def _property(tree: dict[str, Any], schemas: list[Mapping[str, Any]], key: str) -> list[Mapping[str, Any]]:
    """What any of the schemas says of a key; nothing where none names it."""
    found: list[Mapping[str, Any]] = []
    for schema in schemas:
        named = (schema.get("properties") or {}).get(key)
        found += _alternatives(tree, schema.get("additionalProperties") if named is None else named)
    return found


def _alternatives(tree: dict[str, Any], schema: Any, depth: int = 0) -> list[Mapping[str, Any]]:
    """A schema and all that it is composed of, each for itself; a reference that leads round in a circle ends."""
    node = walk.resolve(tree, schema) if isinstance(schema, dict) else None
    if not isinstance(node, dict) or not node or depth > _DEEPEST:
        return []
    parts = [part for word in ("allOf", "anyOf", "oneOf") for part in node.get(word) or ()]
    inner = [one for part in parts for one in _alternatives(tree, part, depth + 1)]
    own = {key: value for key, value in node.items() if key not in ("allOf", "anyOf", "oneOf")}
    return ([own] if own.keys() - {"description", "title", "example", "nullable"} or not parts else []) + inner
