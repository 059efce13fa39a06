"""Parts of a reply: its rows, its record, and every object in it with the schema that describes it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any

from harness.sandbox.resolved_schemas import ResolvedSchemas, Schema

_DEEP = 3
# A schema may hold itself, an answer cannot; this only bounds the work for a very large one.
_MOST = 2_000


def rows(body: Any, key: str) -> list[Any] | None:
    """The rows of a list's answer: under `key`, bare, or else the first list of objects in it; None for none."""
    if isinstance(body, dict) and key and isinstance(body.get(key), list):
        found: list[Any] = body[key]
        return found
    return _first_list_of_objects(body, 0)


def _first_list_of_objects(value: Any, depth: int) -> list[Any] | None:
    if isinstance(value, list):
        return value if _all_objects(value) else None
    if not isinstance(value, dict) or depth == _DEEP:
        return None
    lists = [inner for inner in value.values() if isinstance(inner, list)]
    objects = [inner for inner in value.values() if isinstance(inner, dict)]
    # What stands side by side comes before what lies deeper.
    for inner in (*lists, *objects):
        found = _first_list_of_objects(inner, depth + 1)
        if found is not None:
            return found
    return None


def _all_objects(values: list[Any]) -> bool:
    return bool(values) and all(isinstance(value, dict) for value in values)


def records(body: Any) -> list[Any] | None:
    """The rows of an answer that is little but a list of records with ids, though its schema does not say so."""
    candidates = body.values() if isinstance(body, dict) else [body]
    return next((candidate for candidate in candidates if _is_list_of_records(candidate)), None)


def _is_list_of_records(value: Any) -> bool:
    return isinstance(value, list) and _all_objects(value) and all("id" in row for row in value)


def record(body: Any, key: str, listed: bool) -> dict[str, Any] | None:
    """The record that an answer shows, the first one where it is `listed`; None where there is none."""
    shown = body.get(key, body) if isinstance(body, dict) and key else body
    if listed or isinstance(shown, list):
        found = rows(body, key)
        shown = found[0] if found else None
    return shown if isinstance(shown, dict) and shown else None


def described(schemas: ResolvedSchemas, schema: Any, body: Any) -> Iterator[tuple[dict[str, Any], Schema]]:
    """Every object in a body with its declared properties and what it requires, the outermost first.

    The second of a pair is a schema with `properties` and `required`, whatever unions and references it came from.
    """
    queue: deque[tuple[Any, Any]] = deque([(schema, body)])
    for _ in range(_MOST):
        if not queue:
            return
        at, value = queue.popleft()
        if isinstance(value, list):
            items = schemas.merged(at).get("items", {})
            queue.extend((items, inner) for inner in value)
        elif isinstance(value, dict):
            node = schemas.form(at, value)
            known = schemas.properties(node)
            yield value, {"properties": known, "required": node.get("required") or []}
            queue.extend((known[name], inner) for name, inner in value.items() if name in known)
