"""Which texts of a request body the document leaves free: no list of values, no format, room for a mark."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jsonschema_rs

from harness.openapi import walk

_CLOSED = frozenset({"enum", "const", "format"})
_COMPOSITION = ("allOf", "anyOf", "oneOf")
_DESCRIBING = frozenset({"description", "title", "example", "nullable"})
_DEEPEST = 12
_NO_LIMIT = 2**31

Place = tuple[str | int, ...]
"""Keys and indexes that lead to a value."""
Schemas = list[Mapping[str, Any]]
"""All schemas that apply to one value."""


@dataclass(frozen=True, slots=True)
class Text:
    """A free text in a body: where it is, its value, and how long it may be.

    `declared` says that the document names the field; `listed`, that the text is in an array.
    """

    at: Place
    value: str
    least: int = 0
    most: int = _NO_LIMIT
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
        if not self.least <= len(value) <= self.most:
            return False
        return all(_fits(pattern, value, like=self.value) for pattern in self.patterns)


def texts(tree: dict[str, Any], schema: Any, value: Any) -> Iterator[Text]:
    """Every text of a body that its schema leaves free, outermost first."""
    queue: deque[tuple[Place, Any, Schemas, bool]] = deque([((), value, _alternatives(tree, schema), False)])
    while queue:
        at, node, schemas, listed = queue.popleft()
        if len(at) > _DEEPEST:
            continue
        if isinstance(node, dict):
            for key, inner in node.items():
                queue.append(((*at, key), inner, _of_property(tree, schemas, key), listed))
        elif isinstance(node, list):
            of_items = [part for schema in schemas for part in _alternatives(tree, schema.get("items"))]
            for index, inner in enumerate(node):
                queue.append(((*at, index), inner, of_items, True))
        elif isinstance(node, str) and _is_free(schemas):
            yield _text(at, node, schemas, listed)


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
    operation = item.get(method.lower()) or {}
    rows = [*(item.get("parameters") or []), *(operation.get("parameters") or [])]
    properties: dict[str, Any] = {}
    for row in rows:
        parameter = walk.resolve(tree, row)
        if isinstance(parameter, dict) and parameter.get("in") == "query":
            properties[str(parameter.get("name"))] = parameter.get("schema")
    return {"properties": properties}


def _is_free(schemas: Schemas) -> bool:
    """Whether every schema that takes a text leaves it free."""
    taking = [schema for schema in schemas if _takes_text(schema)]
    if schemas and not taking:
        return False
    return not any(_CLOSED & schema.keys() for schema in taking)


def _text(at: Place, value: str, schemas: Schemas, listed: bool) -> Text:
    """The text with the narrowest bounds of all schemas that take one."""
    taking = [schema for schema in schemas if _takes_text(schema)]
    return Text(
        at,
        value,
        least=max((_integer(schema.get("minLength"), 0) for schema in taking), default=0),
        most=min((_integer(schema.get("maxLength"), _NO_LIMIT) for schema in taking), default=_NO_LIMIT),
        bounded=any({"minLength", "maxLength"} & schema.keys() for schema in taking),
        patterns=tuple(str(schema["pattern"]) for schema in taking if "pattern" in schema),
        declared=bool(taking),
        listed=listed,
    )


def _fits(pattern: str, value: str, like: str) -> bool:
    whole = _validator(f"^(?:{pattern})$")
    validator = whole if whole is not None and whole.is_valid(like) else _validator(pattern)
    return validator is not None and validator.is_valid(value)


@lru_cache(maxsize=4096)
def _validator(pattern: str) -> jsonschema_rs.Validator | None:
    """What judges texts by a pattern, None for what is none.

    Its engine gives up where Python's would try for hours: vendors' patterns of address lists nest their repetitions.
    """
    try:
        return jsonschema_rs.validator_for({"type": "string", "pattern": pattern})
    except (ValueError, jsonschema_rs.ValidationError):
        return None


def _takes_text(schema: Mapping[str, Any]) -> bool:
    kinds = schema.get("type")
    if kinds is None:
        return not {"properties", "items"} & schema.keys()
    return "string" in kinds if isinstance(kinds, list) else bool(kinds == "string")


def _integer(value: Any, default: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def _of_property(tree: dict[str, Any], schemas: Schemas, key: str) -> Schemas:
    """The schemas of a property, from all that declare it."""
    declarations: Schemas = []
    for schema in schemas:
        declared = (schema.get("properties") or {}).get(key)
        declarations += _alternatives(tree, schema.get("additionalProperties") if declared is None else declared)
    return declarations


def _alternatives(tree: dict[str, Any], schema: Any, depth: int = 0) -> Schemas:
    """A schema and all that it is composed of, each by itself; circular references end."""
    node = walk.resolve(tree, schema) if isinstance(schema, dict) else None
    if not isinstance(node, dict) or not node or depth > _DEEPEST:
        return []
    composed: Schemas = []
    for word in _COMPOSITION:
        for part in node.get(word) or ():
            composed.extend(_alternatives(tree, part, depth + 1))
    own = {key: value for key, value in node.items() if key not in _COMPOSITION}
    is_composed = any(node.get(word) for word in _COMPOSITION)
    if is_composed and own.keys() <= _DESCRIBING:
        return composed
    return [own, *composed]
