"""Validation: what a request has wrong against the document, and references to records that do not exist."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
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
from harness.sandbox.zoho import beyond_document, errors, multipart, paging
from harness.sandbox.zoho.ids import REFERENCED_TABLES

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
# Tables whose new and changed records may name only records that exist (vendor document: `/contactId` invalid).
_STRICT = frozenset({"tickets", "tasks", "calls", "events", "contacts", "contracts"})
# Tables whose new records need a value in every required field, and not only the field (vendor page: errors).
_FILLED = frozenset({"tickets", "contacts", "accounts", "tasks"})
_MOST_DIGITS = 19
_LARGEST = {"int32": 2**31 - 1, "int64": 2**63 - 1}


def check(org: Org, call: Call) -> Reply | None:
    """422 for what the document forbids; the engine's own, wider reading of it is switched off."""
    if call.operation is None or call.state.get("unchecked"):
        return None
    declared = _declared(org.engine, call.operation)
    if not all(_fits(schema, call.values[name]) for name, schema in declared.path):
        return errors.missing(org, call)
    refusal = _query(org, call, call.operation, declared) or _headers(call, declared)
    if refusal is not None:
        return refusal
    call.state["unchecked"] = True
    return _body(org, call, declared)


def _query(org: Org, call: Call, operation: Operation, declared: _Declared) -> Reply | None:
    """What the query has wrong; the page that it asks for counts before any record is looked up."""
    for name, _ in call.query:
        if name not in declared.query_names and not beyond_document.is_taken(operation, name):
            return errors.refuse("UNPROCESSABLE_ENTITY", f"Extra query parameter '{name}' is present in the input.")
    for name, schema, required in declared.query:
        if not call.has(name):
            if required:
                return errors.argument(name)
            continue
        text = beyond_document.judged_part(name, call.arg(name))
        if text is not None and not _fits(schema, text):
            return beyond_document.wrong_value(name)
    span = paging.window(org, call) if paging.is_paged(call) else None
    return span if isinstance(span, Reply) else beyond_document.refused_query(org, call, operation)


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
    found = declared.problems(call.body)
    problems = [problem for problem in found if not beyond_document.is_forgiven(call.operation, problem, call.body)]
    problems += [*_blank(org, call, declared), *_oversized(org, call), *_unknown_references(org, call)]
    return errors.invalid(org, call, problems) if problems else None


def _problems(found: Iterable[jsonschema_rs.ValidationError], chooser: str) -> Iterator[Problem]:
    """What a validator found, a field each; `chooser` is the field that tells the forms of a body apart."""
    for error in found:
        at = pointer_of(tuple(map(str, error.instance_path)))
        details = error.kind.as_dict()
        if "property" in details:
            yield Problem(f"{at}/{details['property']}", "missing", error.message)
        elif "unexpected" in details:
            yield from (Problem(f"{at}/{name}", "value", error.message) for name in details["unexpected"])
        elif forms := [form for form in details.get("context", ()) if form]:
            yield _first_of_nearest(forms, chooser)
        else:
            yield Problem(at, "value", error.message)


def _first_of_nearest(forms: Iterable[list[jsonschema_rs.ValidationError]], chooser: str) -> Problem:
    """Of several forms that all do not fit, what the nearest lacks: one field at a time, the one that chooses last.

    So a portal told a client that probed its replies field by field (client report, live 2026).
    """
    nearest = min(forms, key=lambda form: len(form))
    problems = list(_problems(nearest, chooser))
    return min(problems, key=lambda problem: problem.pointer == f"/{chooser}")


def _blank(org: Org, call: Call, declared: _Declared) -> Iterator[Problem]:
    """Required fields of a new record that hold nothing."""
    plan = org.engine.plan_of(call)
    if plan.table in _FILLED and plan.kind == "create":
        yield from beyond_document.blank_fields(declared.required, call.body)


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

    `query_names` are all names of its query, `parts` those of the parts that a form must have. `chooser` is the field
    of the body that tells its forms apart, "" for none, and `forms` has a validator for each value of it. `required`
    names the fields that a body must have.
    """

    path: list[tuple[str, Schema]]
    query: list[tuple[str, Schema, bool]]
    headers: list[tuple[str, Schema]]
    query_names: frozenset[str]
    body: jsonschema_rs.Validator | None = None
    required: tuple[str, ...] = ()
    chooser: str = ""
    forms: Mapping[str, jsonschema_rs.Validator] = field(default_factory=dict)
    needs_body: bool = False
    parts: frozenset[str] = frozenset()

    def problems(self, body: Any) -> Iterator[Problem]:
        """What a body has wrong in the form that it chooses, or in all of them where it chooses none."""
        if self.body is None:
            return
        if not isinstance(body, dict) or self.chooser not in body:
            yield from _problems(self.body.iter_errors(body), self.chooser)
        elif form := self.forms.get(str(body[self.chooser])):
            found = list(form.iter_errors(body))
            if found:
                yield _first_of_nearest([found], self.chooser)
        else:
            yield Problem(f"/{self.chooser}", "value", "names no form of the body")


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
    node = {} if body is None else model.schemas.merged(body)
    discriminator = node.get("discriminator", {}) if "mapping" in node.get("discriminator", {}) else {}
    forms = discriminator.get("mapping", {}).items()
    return _Declared(
        path=[(name, schema) for name, schema, _ in places["path"]],
        query=places["query"],
        headers=[(name, schema) for name, schema, _ in places["header"]],
        # The document had orgId in the query of nearly all operations.
        query_names=frozenset(
            {"orgId", *(parameter["name"] for parameter in parameters if parameter.get("in") == "query")}
        ),
        body=None if body is None else _validator(tree, body),
        required=tuple(dict.fromkeys(node.get("required", ()))),
        chooser=discriminator.get("propertyName", ""),
        forms={value: _validator(tree, {"$ref": reference}) for value, reference in forms},
        needs_body=bool(node.get("required")),
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
