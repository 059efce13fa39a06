"""Parts of an answer: its rows, its record, and every object in it with the schema that describes it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any

from harness.sandbox.schema import Schema, Schemas

_DEEP = 3
# A schema may hold itself, an answer cannot; this only bounds the work for a very large one.
_MOST = 2_000


def rows(body: Any, key: str) -> list[Any] | None:
    """The rows of a list's answer: under `key`, bare, or else the first list of objects in it; None for none."""
    if isinstance(body, dict) and key and isinstance(body.get(key), list):
        found: list[Any] = body[key]
        return found
    return _first(body, 0)


def _first(value: Any, depth: int) -> list[Any] | None:
    if isinstance(value, list):
        return value if value and all(isinstance(one, dict) for one in value) else None
    if not isinstance(value, dict) or depth == _DEEP:
        return None
    # What stands side by side comes before what lies deeper.
    lists = [one for one in value.values() if isinstance(one, list)]
    inner = [one for one in value.values() if isinstance(one, dict)]
    return next((found for one in (*lists, *inner) if (found := _first(one, depth + 1)) is not None), None)


def records(body: Any) -> list[Any] | None:
    """The rows of an answer that is little but a list of records with ids, though its schema does not say so."""
    lists = [body] if isinstance(body, list) else list(body.values()) if isinstance(body, dict) else []
    return next((one for one in lists if isinstance(one, list) and one and all(map(_has_id, one))), None)


def _has_id(row: Any) -> bool:
    return isinstance(row, dict) and "id" in row


def record(body: Any, key: str, listed: bool) -> dict[str, Any] | None:
    """The record that an answer shows, the first one where it is `listed`; None where there is none."""
    inner = body.get(key, body) if isinstance(body, dict) and key else body
    if listed or isinstance(inner, list):
        inner = next(iter(rows(body, key) or ()), None)
    return inner if isinstance(inner, dict) and inner else None


def described(schemas: Schemas, schema: Any, body: Any) -> Iterator[tuple[dict[str, Any], Schema]]:
    """Every object in a body with its declared properties and what it requires, the outermost first.

    The second of a pair is a schema with `properties` and `required`, whatever unions and references it came from.
    """
    queue: deque[tuple[Any, Any]] = deque([(schema, body)])
    for _ in range(_MOST):
        if not queue:
            return
        at, value = queue.popleft()
        if isinstance(value, list):
            queue.extend((schemas.merged(at).get("items", {}), one) for one in value)
        elif isinstance(value, dict):
            node = schemas.form(at, value)
            known = schemas.properties(node)
            yield value, {"properties": known, "required": node.get("required") or []}
            queue.extend((known[name], one) for name, one in value.items() if name in known)
