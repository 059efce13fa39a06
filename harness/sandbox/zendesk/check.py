"""What a request has wrong before anybody looks at records: no JSON, or values that are not as declared."""

from __future__ import annotations

from typing import Any

from harness.openapi import walk
from harness.openapi.catalog import Operation
from harness.sandbox.call import ABSENT, Call, Reply
from harness.sandbox.library import Side
from harness.sandbox.org import Org
from harness.sandbox.zendesk import errors

Asked = tuple[tuple[str, str, Any, bool], ...]
"""Place, name, schema and whether it must be there: of path and query parameters, and of the parts of a form."""

# External ids are texts, whatever the document says of one or the other.
_ANY = frozenset({"external_id"})
# Clients write booleans in every case (recorded: cursor_pagination=False), and nothing as None (include=None).
_BOOLEANS = {"true": True, "false": False, "1": True, "0": False, "none": None}
_known: dict[int, tuple[Side, dict[str, Asked]]] = {}


def inspect(org: Org, call: Call) -> Reply | None:
    """Refuse what cannot be read, and what the document rules out."""
    operation = call.operation
    if operation is None:
        return None
    if call.notes.get("malformed"):
        return errors.malformed(org, call)
    if call.notes.get("unchecked"):
        return None
    side = org.engine.sides[operation.document]
    if call.body is not ABSENT and not isinstance(call.body, dict) and not _takes_rows(side, operation):
        return errors.attribute("body", "must be an object")
    size = call.arg("page[size]", "1")
    if not (size.isascii() and size.isdigit() and int(size[:9]) >= 1):
        return errors.listed(400, "InvalidPaginationParameter", "page[size] must be an integer of 1 or more")
    for place, name, schema, required in _asked(side, operation):
        if place == "path":
            if not _fits(side, schema, [call.values[name]]):
                return errors.attribute("id", "must be an integer")
        elif call.has(name):
            if name not in _ANY and not _fits(side, schema, [value for key, value in call.query if key == name]):
                return errors.attribute(name, "is not as it should be")
        elif place == "part":
            if f'name="{name}"'.encode() not in call.raw:
                return errors.attribute(name, "is missing")
        elif required and not any(key.startswith(f"{name}[") for key, _ in call.query):
            return errors.attribute(name, "is missing")
    return None


def _takes_rows(side: Side, operation: Operation) -> bool:
    request = side.planner.plan(operation).request
    return request is not None and "array" in side.schemas.kinds(request)


def _asked(side: Side, operation: Operation) -> Asked:
    """The parameters that an operation declares, read once."""
    _, known = _known.setdefault(id(side), (side, {}))
    if operation.key not in known:
        tree = side.schemas.tree
        raw = [*tree["paths"][operation.path].get("parameters", ()), *side.raw(operation).get("parameters", ())]
        rows = [walk.resolve(tree, one) for one in raw]
        found = {
            (one["in"], one["name"]): (one["in"], one["name"], one.get("schema") or {}, bool(one.get("required")))
            for one in rows
            if one.get("in") in ("path", "query") and _checkable(side, operation, one)
        }
        fields = [row for one in rows if one.get("in") == "query" for row in _fields(side, one.get("schema") or {})]
        known[operation.key] = (*found.values(), *fields, *_parts(side, operation))
    return known[operation.key]


def _fields(side: Side, schema: Any) -> list[tuple[str, str, Any, bool]]:
    """The fields of an object that a parameter may be; spread out, each is a parameter of its own."""
    choices = side.schemas.merged(schema).get("oneOf") or ()
    return [
        ("query", name, inner, False)
        for one in choices
        if "object" in side.schemas.kinds(one)
        for name, inner in side.schemas.properties(one).items()
    ]


def _parts(side: Side, operation: Operation) -> Asked:
    """The parts that a form with files must have."""
    body = walk.resolve(side.schemas.tree, side.raw(operation).get("requestBody", {})) or {}
    form = (body.get("content") or {}).get("multipart/form-data")
    if not form or "application/json" in body["content"]:
        return ()
    needed = side.schemas.merged(form.get("schema", {})).get("required")
    return tuple(("part", name, {}, True) for name in (needed if isinstance(needed, list) else ()))


def _checkable(side: Side, operation: Operation, parameter: dict[str, Any]) -> bool:
    """Not what the path has no room for, and not objects, which come in as many parameters as they have fields."""
    if parameter["in"] == "path":
        return f"{{{parameter['name']}}}" in operation.path
    return "object" not in side.schemas.kinds(parameter.get("schema") or {})


def _fits(side: Side, schema: Any, values: list[str]) -> bool:
    """Whether the text of a parameter can be read as something that its schema takes."""
    listed = [part for value in values for part in value.split(",")]
    readings: list[Any] = [*_readings(values[-1]), values, listed, [_number(part) for part in listed]]
    return any(side.schemas.fits(schema, reading) for reading in readings)


def _readings(text: str) -> list[Any]:
    found: list[Any] = [text, _number(text)]
    if text.lower() in _BOOLEANS:
        found.append(_BOOLEANS[text.lower()])
    return found


def _number(text: str) -> Any:
    body = text.removeprefix("-")
    if body.isdecimal() and body.isascii() and len(body) <= 19:
        return int(text)
    try:
        return float(text)
    except ValueError:
        return text
