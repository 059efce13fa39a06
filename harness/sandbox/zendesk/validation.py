"""Validation: what a request has wrong before any record is looked up."""

from __future__ import annotations

from typing import Any

from harness.openapi.catalog import Operation
from harness.sandbox.call import ABSENT, Call, Reply
from harness.sandbox.models import DocumentModel
from harness.sandbox.org import Org
from harness.sandbox.resolved_schemas import required_names
from harness.sandbox.zendesk import errors

Declared = tuple[str, str, Any, bool]
"""Place (path, query or part of a form), name, schema, and whether it must be there."""

# External ids are texts, whatever the document says of one or the other.
_ANY = frozenset({"external_id"})
# Clients write booleans in every case (recorded: cursor_pagination=False), and nothing as None (include=None).
_BOOLEANS = {"true": True, "false": False, "1": True, "0": False, "none": None}
_known: dict[int, tuple[DocumentModel, dict[str, tuple[Declared, ...]]]] = {}


def check(org: Org, call: Call) -> Reply | None:
    """Refuse what cannot be read, and what the document rules out."""
    operation = call.operation
    if operation is None:
        return None
    if call.notes.get("malformed"):
        return errors.malformed(org, call)
    if call.notes.get("unchecked"):
        return None
    model = org.engine.models[operation.document]
    if call.body is not ABSENT and not isinstance(call.body, dict) and not _takes_rows(model, operation):
        return errors.attribute("body", "must be an object")
    size = call.arg("page[size]", "1")
    if not (size.isascii() and size.isdigit() and int(size[:9]) >= 1):
        return errors.listed(400, "InvalidPaginationParameter", "page[size] must be an integer of 1 or more")
    for declared in _declared(model, operation):
        refusal = _refusal(model, call, declared)
        if refusal is not None:
            return refusal
    return None


def _refusal(model: DocumentModel, call: Call, declared: Declared) -> Reply | None:
    """What one declared value has wrong; None where it has nothing wrong."""
    place, name, schema, required = declared
    if place == "path":
        readable = _fits(model, schema, [call.values[name]])
        return None if readable else errors.attribute("id", "must be an integer")
    if call.has(name):
        readable = name in _ANY or _fits(model, schema, [value for key, value in call.query if key == name])
        return None if readable else errors.attribute(name, "is not as it should be")
    if place == "part":
        present = f'name="{name}"'.encode() in call.raw
    else:
        # An object may come in brackets: `filter[type]=ticket`.
        present = not required or any(key.startswith(f"{name}[") for key, _ in call.query)
    return None if present else errors.attribute(name, "is missing")


def _takes_rows(model: DocumentModel, operation: Operation) -> bool:
    request = model.planner.plan(operation).request
    return request is not None and "array" in model.schemas.kinds(request)


def _declared(model: DocumentModel, operation: Operation) -> tuple[Declared, ...]:
    """The parameters that an operation declares, read once."""
    _, known = _known.setdefault(id(model), (model, {}))
    if operation.key not in known:
        declared: dict[tuple[str, str], Declared] = {}
        fields: list[Declared] = []
        for parameter in model.parameters(operation):
            place, name, schema = parameter.get("in", ""), parameter["name"], parameter.get("schema") or {}
            if place in ("path", "query") and _checkable(model, operation, parameter):
                declared[place, name] = (place, name, schema, bool(parameter.get("required")))
            if place == "query":
                fields += _fields(model, schema)
        known[operation.key] = (*declared.values(), *fields, *_parts(model, operation))
    return known[operation.key]


def _fields(model: DocumentModel, schema: Any) -> list[Declared]:
    """The fields of an object that a parameter may be; spread out, each is a parameter of its own."""
    choices = model.schemas.merged(schema).get("oneOf") or ()
    return [
        ("query", name, inner, False)
        for choice in choices
        if "object" in model.schemas.kinds(choice)
        for name, inner in model.schemas.properties(choice).items()
    ]


def _parts(model: DocumentModel, operation: Operation) -> tuple[Declared, ...]:
    """The parts that a form with files must have."""
    content = model.request_content(operation)
    form = content.get("multipart/form-data")
    if not form or "application/json" in content:
        return ()
    schema = model.schemas.merged(form.get("schema", {}))
    return tuple(("part", name, {}, True) for name in required_names(schema))


def _checkable(model: DocumentModel, operation: Operation, parameter: dict[str, Any]) -> bool:
    """Not what the path has no room for, and not objects, which come in as many parameters as they have fields."""
    if parameter["in"] == "path":
        return f"{{{parameter['name']}}}" in operation.path
    return "object" not in model.schemas.kinds(parameter.get("schema") or {})


def _fits(model: DocumentModel, schema: Any, values: list[str]) -> bool:
    """Whether the text of a parameter can be read as something that its schema takes."""
    listed = [part for value in values for part in value.split(",")]
    readings: list[Any] = [*_readings(values[-1]), values, listed, [_number(part) for part in listed]]
    return any(model.schemas.fits(schema, reading) for reading in readings)


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
