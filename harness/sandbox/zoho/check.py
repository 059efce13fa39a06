"""What a request has wrong against the document: its query, its body, and the records that it names."""

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
from harness.sandbox.engine import Engine
from harness.sandbox.org import Org
from harness.sandbox.schema import OUT_OF_RANGE, Schema, Schemas
from harness.sandbox.service import Problem
from harness.sandbox.zoho import errors, files
from harness.sandbox.zoho.records import POINTS

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
# Tables whose new and changed records may name only records that exist (vendor document: `/contactId` invalid).
_STRICT = frozenset({"tickets", "tasks", "calls", "events", "contacts", "contracts"})
# Stands for the acting agent's id (client report: not in all portals).
_ME = "me"
_LARGEST = {"int32": 2**31 - 1, "int64": 2**63 - 1}


def request(org: Org, call: Call) -> Reply | None:
    """422 for what the document forbids; the engine's own, wider reading of it is switched off."""
    if call.operation is None or call.notes.get("unchecked"):
        return None
    rules = _rule(org.engine, call.operation)
    if any(not _fits(schema, call.values[name]) and call.values[name] != _ME for name, schema in rules.path):
        return errors.missing(org, call)
    for name, schema, required in rules.query:
        if not (_fits(schema, call.arg(name)) if call.has(name) else not required):
            return errors.argument(name)
    strange = next((name for name, _ in call.query if name not in rules.known), "")
    if strange:
        return errors.refuse("UNPROCESSABLE_ENTITY", f"Extra query parameter '{strange}' is present in the input.")
    for name, schema in rules.headers:
        if name.lower() in call.headers and not _fits(schema, call.headers[name.lower()]):
            return errors.argument(name, "header")
    refusal = _body(org, call, rules)
    call.notes["unchecked"] = True
    return refusal


def _body(org: Org, call: Call, rules: _Rule) -> Reply | None:
    assert call.operation is not None
    kind = call.headers.get("content-type", "").partition(";")[0].strip().lower()
    if call.raw and kind and call.operation.media_types and kind not in call.operation.media_types:
        return errors.refuse("UNSUPPORTED_MEDIA_TYPE")
    if rules.parts:
        absent = rules.parts - files.parts(call).keys()
        return errors.invalid(*((f"/{name}", "missing") for name in sorted(absent))) if absent else None
    if rules.body is None:
        return None
    if call.notes.get("malformed"):
        return errors.malformed(org, call)
    if call.body is ABSENT:
        return errors.refuse("EMPTY_PAYLOAD") if rules.needs_body else None
    problems = [*_problems(rules.body, call.body), *_oversized(org, call), *_strangers(org, call)]
    return errors.breaches(org, call, problems) if problems else None


def _problems(validator: jsonschema_rs.Validator, body: Any) -> Iterator[Problem]:
    for error in validator.iter_errors(body):
        at = pointer_of(tuple(map(str, error.instance_path)))
        told = error.kind.as_dict()
        if "property" in told:
            yield Problem(f"{at}/{told['property']}", "missing", error.message)
        elif "unexpected" in told:
            yield from (Problem(f"{at}/{name}", "value", error.message) for name in told["unexpected"])
        else:
            yield Problem(at, "value", error.message)


def _oversized(org: Org, call: Call) -> Iterator[Problem]:
    """Numbers that their format (int32, int64) cannot hold; a validator does not look at formats of numbers."""
    assert call.operation is not None
    plan = org.engine.plan(call.operation)
    if re.search(rb"\d{10}", call.raw):
        found = org.engine.side(plan).schemas.problems(plan.request, call.body)
        yield from (one for one in found if one.message == OUT_OF_RANGE)
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


def _strangers(org: Org, call: Call) -> Iterator[Problem]:
    """Fields that name a record which is not there."""
    assert call.operation is not None
    plan = org.engine.plan(call.operation)
    if plan.table not in _STRICT or plan.kind not in ("create", "update") or not isinstance(call.body, dict):
        return
    for name, table in POINTS.items():
        value = call.body.get(name)
        if value not in (None, "") and org.store[table].rows and org.store[table].get(value) is None:
            yield Problem(f"/{name}", "value", "names no record")


def _fits(schema: Schema, text: str) -> bool:
    """Whether a value of the path, query or headers is what its schema says, read as text."""
    kinds = schema.get("type", ())
    if "array" in kinds:
        items, listed = schema.get("items") or {}, [part.strip() for part in text.split(",") if part]
        alone = not schema.get("uniqueItems") or len(set(listed)) == len(listed)
        few = schema.get("minItems", 0) <= len(listed) <= schema.get("maxItems", len(listed))
        return alone and few and all(_fits(items, part) for part in listed)
    enum = schema.get("enum")
    if enum:
        return text.lower() in {str(one).lower() for one in enum}
    if schema.get("format") in _LARGEST or kinds in ("integer", "number"):
        low, high = schema.get("minimum", 0), schema.get("maximum", _LARGEST.get(schema.get("format", ""), 2**63 - 1))
        return text.isascii() and text.isdigit() and len(text) < 20 and low <= int(text) <= high
    if kinds == "boolean" or (kinds and "boolean" in kinds and "string" not in kinds):
        return text.lower() in ("true", "false")
    most, pattern = schema.get("maxLength", len(text)), schema.get("pattern")
    return len(text) <= most and (not pattern or re.search(pattern, text) is not None)


@dataclass(frozen=True, slots=True)
class _Rule:
    """What one operation asks of its path, query, headers and body.

    `known` are all names of its query, `parts` those of the parts that a form must have.
    """

    path: list[tuple[str, Schema]]
    query: list[tuple[str, Schema, bool]]
    headers: list[tuple[str, Schema]]
    known: frozenset[str]
    body: jsonschema_rs.Validator | None = None
    needs_body: bool = False
    parts: frozenset[str] = frozenset()


_compiled: WeakKeyDictionary[Engine, dict[str, _Rule]] = WeakKeyDictionary()


def _rule(engine: Engine, operation: Operation) -> _Rule:
    """The rule of an operation, compiled when it is first called."""
    known = _compiled.setdefault(engine, {})
    if operation.key not in known:
        known[operation.key] = _compile(engine.sides[operation.document].schemas, operation)
    return known[operation.key]


def _compile(schemas: Schemas, operation: Operation) -> _Rule:
    tree = schemas.tree
    item = tree["paths"][operation.path]
    raw = item[operation.method.lower()]
    found = [walk.resolve(tree, one) for one in [*item.get("parameters", ()), *raw.get("parameters", ())]]
    places: dict[str, list[tuple[str, Schema, bool]]] = {"path": [], "query": [], "header": []}
    for one in found:
        # orgId has rules of its own, `from` and `limit` have each list's.
        if one["name"] not in ("orgId", "from", "limit") and one.get("in") in places:
            schema = walk.resolve(tree, one.get("schema", {}))
            places[one["in"]].append((one["name"], schema, bool(one.get("required"))))
    content = walk.resolve(tree, raw.get("requestBody", {})).get("content", {})
    body = next((media["schema"] for name, media in content.items() if "json" in name and "schema" in media), None)
    form = walk.resolve(tree, content.get("multipart/form-data", {}).get("schema", {}))
    return _Rule(
        path=[(name, schema) for name, schema, _ in places["path"]],
        query=places["query"],
        headers=[(name, schema) for name, schema, _ in places["header"]],
        # The document had orgId in the query of nearly all operations.
        known=frozenset({"orgId", *(one["name"] for one in found if one.get("in") == "query")}),
        body=None if body is None else _validator(tree, body),
        needs_body=body is not None and bool(schemas.merged(body).get("required")),
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
