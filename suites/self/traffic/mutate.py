"""Mutants: recorded answers, each with one documented thing broken, to see whether the checks notice.

It reads the document on its own, without the validator's translation, so that the two can disagree.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from harness.exchange import Exchange
from harness.formats.pointer import pointer_of
from harness.openapi import walk
from harness.openapi.catalog import Operation

ANY = frozenset({"object", "array", "string", "number", "integer", "boolean", "null"})
# In the order in which they are tried for a value of another type.
SUBSTITUTES: tuple[Any, ...] = (12345, "mutant", True, {"mutant": 1}, ["mutant"], None)
DATES = frozenset({"date", "date-time"})


@dataclass(frozen=True)
class Mutant:
    """A broken exchange. `kind` says how, `pointer` where (`place` is the same without indices)."""

    kind: str
    place: str
    pointer: str
    exchange: Exchange


Conjunction = tuple[dict[str, Any], ...]


def mutants(exchange: Exchange, tree: dict[str, Any], operation: Operation) -> Iterator[Mutant]:
    """Every mutant of a JSON answer that `operation` documents, one a kind and kind of place."""
    response = exchange.response
    declared = walk.lookup(tree, ("paths", operation.path, operation.method.lower(), "responses"))
    promise = walk.resolve(tree, declared.get(str(response.status), {}))
    yield from _whole(exchange, declared, promise)
    contents = promise.get("content", {})
    schema = next((one.get("schema") for one in contents.values() if one.get("schema")), None)
    if schema is None or not response.body:
        return
    seen: set[tuple[str, str]] = set()
    body = json.loads(response.body)
    for kind, pointer, change in _changes(tree, schema, body):
        place = "/".join("*" if part.isdigit() else part for part in pointer.split("/"))
        if (kind, place) not in seen:
            seen.add((kind, place))
            mutated = json.loads(response.body)
            change(mutated)
            yield Mutant(kind, place, pointer, _with_body(exchange, json.dumps(mutated).encode()))


def trimmed(exchange: Exchange, rows: int = 3) -> Exchange:
    """The exchange with the first rows of every list in its answer alone: as telling, and quicker to mutate."""
    if not exchange.response.body:
        return exchange
    return _with_body(exchange, json.dumps(_trim(json.loads(exchange.response.body), rows)).encode())


def _trim(value: Any, rows: int) -> Any:
    if isinstance(value, dict):
        return {name: _trim(child, rows) for name, child in value.items()}
    return [_trim(child, rows) for child in value[:rows]] if isinstance(value, list) else value


def _whole(exchange: Exchange, declared: dict[str, Any], promise: dict[str, Any]) -> Iterator[Mutant]:
    response = exchange.response
    for status in (206, 299, 418, 500):
        if not {str(status), f"{status // 100}XX", "default"} & set(declared):
            yield Mutant("status", "", "", replace(exchange, response=replace(response, status=status)))
            break
    if promise.get("content") and response.body:
        headers = tuple(
            (name, "text/html; charset=utf-8" if name == "content-type" else value) for name, value in response.headers
        )
        yield Mutant("media type", "", "", replace(exchange, response=replace(response, headers=headers)))


def _with_body(exchange: Exchange, body: bytes) -> Exchange:
    # `replace` would keep nothing of the decoded value: it is cached on the old answer alone.
    return replace(exchange, response=replace(exchange.response, body=body))


def _changes(tree: dict[str, Any], schema: Any, body: Any) -> Iterator[tuple[str, str, Any]]:
    """(kind, pointer, function that breaks a copy of the body there) for every documented thing in the body."""
    if isinstance(body, dict) and _is_closed_list(tree, schema, body):
        yield "page field", "/mutant_page", lambda root: root.__setitem__("mutant_page", "mutant")
    queue = [((), _alternatives(tree, schema), body)]
    while queue:
        at, alternatives, value = queue.pop()
        fitting = [one for one in alternatives if _type_of(value) & _types(one)]
        yield from _broken(at, alternatives, fitting, value)
        if isinstance(value, dict):
            for name in value:
                # What one branch of a union documents is documented, even where another is silent about it.
                knowing = [one for one in fitting if _inner(one, name)]
                if knowing:
                    yield from _dropped((*at, name), fitting)
                    inner = [alt for one in knowing for alt in _alternatives(tree, {"allOf": _inner(one, name)})]
                    queue.append(((*at, name), inner, value[name]))
        elif isinstance(value, list) and fitting and all(any("items" in part for part in one) for one in fitting):
            inner = [
                alt for one in fitting for part in one if "items" in part for alt in _alternatives(tree, part["items"])
            ]
            queue += [((*at, index), inner, item) for index, item in enumerate(value)]


def _broken(
    at: tuple[str | int, ...], alternatives: list[Conjunction], fitting: list[Conjunction], value: Any
) -> Iterator[tuple[str, str, Any]]:
    """A value of another type, outside of the enum, or no date, wherever no alternative would let it pass."""
    if not at or not fitting:
        return
    pointer = _pointer(at)
    allowed = frozenset().union(*(_types(one) for one in alternatives))
    other = [one for one in SUBSTITUTES if not _type_of(one) & allowed]
    if other:
        yield "type", pointer, _setter(at, other[0])
    if "null" not in allowed:
        yield "null", pointer, _setter(at, None)
    if not isinstance(value, str):
        return
    texts = [one for one in alternatives if "string" in _types(one)]
    if all(any("enum" in part for part in one) for one in texts):
        yield "enum", pointer, _setter(at, "mutant")
    if all(any(part.get("format") in DATES for part in one) for one in texts):
        yield "date", pointer, _setter(at, "2023-13-45T99:00:00Z")


def _dropped(at: tuple[str | int, ...], fitting: list[Conjunction]) -> Iterator[tuple[str, str, Any]]:
    required = all(
        any(at[-1] in part.get("required", ()) and not _is_private(part, at[-1]) for part in one) for one in fitting
    )
    if required:
        yield "required", _pointer(at), _dropper(at)


def _is_private(part: dict[str, Any], name: Any) -> bool:
    inner = part.get("properties", {}).get(name)
    return isinstance(inner, dict) and inner.get("writeOnly") is True


def _is_closed_list(tree: dict[str, Any], schema: Any, body: dict[str, Any]) -> bool:
    """A page of a list whose schema names its fields and does not allow others in so many words."""
    alternatives = _alternatives(tree, schema)
    named = all(any(part.get("properties") for part in one) for one in alternatives)
    opened = any("additionalProperties" in part or "patternProperties" in part for one in alternatives for part in one)
    return named and not opened and any(isinstance(value, list) for value in body.values())


def _alternatives(tree: dict[str, Any], schema: Any, depth: int = 0) -> list[Conjunction]:
    """A schema as a list of alternatives, each a conjunction of schemas without branches."""
    found = walk.resolve(tree, schema)
    if not isinstance(found, dict) or depth > 8:
        return [()]
    out: list[Conjunction] = [(found,)]
    for branch in found.get("allOf", ()):
        out = [(*one, *other) for one in out for other in _alternatives(tree, branch, depth + 1)]
    for key in ("anyOf", "oneOf"):
        if found.get(key):
            branches = [one for branch in found[key] for one in _alternatives(tree, branch, depth + 1)]
            out = [(*one, *other) for one in out for other in branches]
    return out


def _inner(one: Conjunction, name: str) -> list[Any]:
    return [part["properties"][name] for part in one if name in (part.get("properties") or {})]


def _types(one: Conjunction) -> frozenset[str]:
    """The types that a conjunction allows; `nullable` (3.0) and null among the values of an enum count."""
    allowed = ANY
    for part in one:
        kind = part.get("type")
        if kind is None:
            values = part.get("enum")
            if values:
                allowed &= frozenset().union(*(_type_of(value) for value in values))
            continue
        kinds = frozenset([kind] if isinstance(kind, str) else kind)
        kinds |= {"integer"} if "number" in kinds else frozenset()
        allowed &= kinds | ({"null"} if part.get("nullable") is True else frozenset())
    return allowed


def _type_of(value: Any) -> frozenset[str]:
    if value is None:
        return frozenset({"null"})
    if isinstance(value, bool):
        return frozenset({"boolean"})
    if isinstance(value, int):
        return frozenset({"integer"})
    kinds = {float: "number", str: "string", list: "array", dict: "object"}
    return frozenset({kinds[type(value)]})


def _pointer(at: tuple[str | int, ...]) -> str:
    return pointer_of(tuple(str(part) for part in at))


def _setter(at: tuple[str | int, ...], value: Any) -> Any:
    def change(root: Any) -> None:
        _parent(root, at)[at[-1]] = value

    return change


def _dropper(at: tuple[str | int, ...]) -> Any:
    def change(root: Any) -> None:
        del _parent(root, at)[at[-1]]

    return change


def _parent(root: Any, at: tuple[str | int, ...]) -> Any:
    for part in at[:-1]:
        root = root[part]
    return root
