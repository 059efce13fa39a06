"""Validation: what a request has wrong against the document, and references to records that do not exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import jsonschema_rs

from harness.formats.pointer import Parts, parts_of_reference, pointer_of
from harness.openapi import walk
from harness.openapi.catalog import Operation
from harness.sandbox.call import ABSENT, Call, Reply
from harness.sandbox.models import DocumentModel
from harness.sandbox.org import Org, OrgEngine
from harness.sandbox.resolved_schemas import OUT_OF_RANGE, Problem, Schema
from harness.sandbox.zoho import errors, multipart
from harness.sandbox.zoho.ids import REFERENCED_TABLES

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
# Tables whose new and changed records may name only records that exist (vendor document: `/contactId` invalid).
_STRICT = frozenset({"tickets", "tasks", "calls", "events", "contacts", "contracts"})
# Stands for the acting agent's id (client report: not in all portals).
_ME = "me"
_MOST_DIGITS = 19
_LARGEST = {"int32": 2**31 - 1, "int64": 2**63 - 1}


def check(org: Org, call: Call) -> Reply | None:
    """422 for what the document forbids; the engine's own, wider reading of it is switched off."""
    if call.operation is None or call.state.get("unchecked"):
        return None
    declared = _declared(org.engine, call.operation)
    if any(not _fits(schema, call.values[name]) and call.values[name] != _ME for name, schema in declared.path):
        return errors.missing(org, call)
    refusal = _query(call, declared) or _headers(call, declared)
    if refusal is not None:
        return refusal
    call.state["unchecked"] = True
    return _body(org, call, declared)


def _query(call: Call, declared: _Declared) -> Reply | None:
    for name, schema, required in declared.query:
        if not call.has(name):
            if required:
                return errors.argument(name)
        elif not _fits(schema, call.arg(name)):
            return errors.argument(name)
    unknown = next((name for name, _ in call.query if name not in declared.query_names), "")
    if unknown:
        return errors.refuse("UNPROCESSABLE_ENTITY", f"Extra query parameter '{unknown}' is present in the input.")
    return None


def _headers(call: Call, declared: _Declared) -> Reply | None:
    for name, schema in declared.headers:
        value = call.headers.get(name.lower())
        if value is not None and not _fits(schema, value):
            return errors.argument(name, "header")
    return None


def _body(org: Org, call: Call, declared: _Declared) -> Reply | None:
    assert call.operation is not None
    kind = call.headers.get("content-type", "").partition(";")[0].strip().lower()
    if call.raw and kind and call.operation.media_types and kind not in call.operation.media_types:
        return errors.refuse("UNSUPPORTED_MEDIA_TYPE")
    if declared.parts:
        absent = declared.parts - multipart.parts(call).keys()
        return errors.invalid_fields(*((f"/{name}", "missing") for name in sorted(absent))) if absent else None
    if declared.body is None:
        return None
    if call.state.get("malformed"):
        return errors.malformed(org, call)
    if call.body is ABSENT:
        return errors.refuse("EMPTY_PAYLOAD") if declared.needs_body else None
    problems = [*_problems(declared.body, call.body), *_oversized(org, call), *_unknown_references(org, call)]
    return errors.invalid(org, call, problems) if problems else None


def _problems(validator: jsonschema_rs.Validator, body: Any) -> Iterator[Problem]:
    for error in validator.iter_errors(body):
        at = pointer_of(tuple(map(str, error.instance_path)))
        details = error.kind.as_dict()
        if "property" in details:
            yield Problem(f"{at}/{details['property']}", "missing", error.message)
        elif "unexpected" in details:
            yield from (Problem(f"{at}/{name}", "value", error.message) for name in details["unexpected"])
        else:
            yield Problem(at, "value", error.message)


def _oversized(org: Org, call: Call) -> Iterator[Problem]:
    """Numbers that their format (int32, int64) cannot hold; a validator does not look at formats of numbers."""
    plan = org.engine.plan_of(call)
    if re.search(rb"\d{10}", call.raw):
        problems = org.engine.model(plan).schemas.problems(plan.request, call.body)
        yield from (problem for problem in problems if problem.message == OUT_OF_RANGE)
        yield from _beyond(call.body, "")


def _beyond(value: Any, at: str) -> Iterator[Problem]:
    """Integers that no id can be, wherever a choice of forms hides them."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _beyond(inner, f"{at}/{name}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _beyond(inner, f"{at}/{index}")
    elif isinstance(value, int) and not -(2**63) <= value < 2**63:
        yield Problem(at, "value", OUT_OF_RANGE)


def _unknown_references(org: Org, call: Call) -> Iterator[Problem]:
    """Fields that name a record which is not there."""
    plan = org.engine.plan_of(call)
    if plan.table not in _STRICT or plan.kind not in ("create", "update") or not isinstance(call.body, dict):
        return
    for name, table in REFERENCED_TABLES.items():
        value = call.body.get(name)
        if value not in (None, "") and org.store[table].rows and org.store[table].get(value) is None:
            yield Problem(f"/{name}", "value", "names no record")


def _fits(schema: Schema, text: str) -> bool:
    """Whether a value of the path, query or headers is what its schema says, read as text."""
    kinds = schema.get("type", ())
    if "array" in kinds:
        return _fits_list(schema, [part.strip() for part in text.split(",")])
    if schema.get("enum"):
        return text.lower() in {str(value).lower() for value in schema["enum"]}
    if schema.get("format") in _LARGEST or kinds in ("integer", "number"):
        return _fits_number(schema, text)
    if "boolean" in kinds and "string" not in kinds:
        return text.lower() in ("true", "false")
    if len(text) > schema.get("maxLength", len(text)):
        return False
    pattern = schema.get("pattern")
    return not pattern or re.search(pattern, text) is not None


def _fits_list(schema: Schema, parts: list[str]) -> bool:
    if schema.get("uniqueItems") and len(set(parts)) < len(parts):
        return False
    if not schema.get("minItems", 0) <= len(parts) <= schema.get("maxItems", len(parts)):
        return False
    items = schema.get("items") or {}
    return all(_fits(items, part) for part in parts)


def _fits_number(schema: Schema, text: str) -> bool:
    if not (text.isascii() and text.isdigit()) or len(text) > _MOST_DIGITS:
        return False
    largest = _LARGEST.get(schema.get("format", ""), _LARGEST["int64"])
    return bool(schema.get("minimum", 0) <= int(text) <= schema.get("maximum", largest))


@dataclass(frozen=True, slots=True)
class _Declared:
    """What one operation declares of its path, query, headers and body.

    `query_names` are all names of its query, `parts` those of the parts that a form must have.
    """

    path: list[tuple[str, Schema]]
    query: list[tuple[str, Schema, bool]]
    headers: list[tuple[str, Schema]]
    query_names: frozenset[str]
    body: jsonschema_rs.Validator | None = None
    needs_body: bool = False
    parts: frozenset[str] = frozenset()


_compiled: WeakKeyDictionary[OrgEngine, dict[str, _Declared]] = WeakKeyDictionary()


def _declared(engine: OrgEngine, operation: Operation) -> _Declared:
    """What an operation declares, compiled when it is first called."""
    declared = _compiled.setdefault(engine, {})
    if operation.key not in declared:
        declared[operation.key] = _compile(engine.models[operation.document], operation)
    return declared[operation.key]


def _compile(model: DocumentModel, operation: Operation) -> _Declared:
    tree, parameters, content = model.schemas.tree, model.parameters(operation), model.request_content(operation)
    places: dict[str, list[tuple[str, Schema, bool]]] = {"path": [], "query": [], "header": []}
    for parameter in parameters:
        # orgId has rules of its own, `from` and `limit` have each list's.
        if parameter["name"] not in ("orgId", "from", "limit") and parameter.get("in") in places:
            schema = walk.resolve(tree, parameter.get("schema", {}))
            places[parameter["in"]].append((parameter["name"], schema, bool(parameter.get("required"))))
    body = next((media["schema"] for name, media in content.items() if "json" in name and "schema" in media), None)
    form = walk.resolve(tree, content.get("multipart/form-data", {}).get("schema", {}))
    return _Declared(
        path=[(name, schema) for name, schema, _ in places["path"]],
        query=places["query"],
        headers=[(name, schema) for name, schema, _ in places["header"]],
        # The document had orgId in the query of nearly all operations.
        query_names=frozenset(
            {"orgId", *(parameter["name"] for parameter in parameters if parameter.get("in") == "query")}
        ),
        body=None if body is None else _validator(tree, body),
        needs_body=body is not None and bool(model.schemas.merged(body).get("required")),
        parts=frozenset(form.get("required", ())),
    )


def _validator(tree: dict[str, Any], schema: Any) -> jsonschema_rs.Validator:
    """A validator for one schema, with those parts of the document that it refers to and no others."""
    parts: dict[str, Any] = {}
    waiting = [schema]
    while waiting:
        for _, node in walk.refs(waiting.pop()):
            place = parts_of_reference(node["$ref"])
            target = walk.lookup(tree, place)
            if _put(parts, place, target):
                waiting.append(target)
    whole = {**parts, "$schema": _DIALECT, "$ref": "#/body", "body": schema}
    return jsonschema_rs.validator_for(whole, retriever=walk.unfetched)


def _put(parts: dict[str, Any], place: Parts, value: Any) -> bool:
    """Set a value at a place; false where it is there already."""
    for name in place[:-1]:
        parts = parts.setdefault(name, {})
    fresh = place[-1] not in parts
    parts[place[-1]] = value
    return fresh
