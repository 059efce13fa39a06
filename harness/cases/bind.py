"""Puts ids of an org into a case, and makes of it the request that is sent; the same input gives the same bytes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from harness.cases import marking
from harness.cases.case import Case
from harness.cases.marking import Form
from harness.cases.marks import Mark
from harness.exchange import Request
from harness.formats.pointer import Parts, parts_of
from harness.openapi.catalog import Parameter
from harness.openapi.graph import names_record

Reference = Callable[[str], str]
"""A field's or parameter's name to an id that exists in this org, or an empty text."""

_SENDS = frozenset({"POST", "PUT", "PATCH"})


def bind_ids(
    case: Case, values: Mapping[str, str], reference: Reference, fixed: Mapping[str, Any] | None = None, mark: str = ""
) -> Case:
    """The case with ids that exist in its path, query and body, except where being wrong is its point.

    `fixed` maps JSON pointers of the body to values that a valid body needs here, None for what it must not have
    (`specs/<vendor>/fill.yaml`); `{mark}` in them stands for `mark`.
    """
    # Several parts are invalid at once, and the generator does not say which: any value may be the point.
    if case.negative and not case.place:
        return case
    fixed = fixed or {}
    path = {name: value if _is_point(case, name) else values.get(name, value) for name, value in case.values.items()}
    query = case.query if case.place == "query" else _bind_query(case.query, reference)
    bound = replace(case, values=path, query=query)
    if not _takes_json(case, fixed):
        return bound
    body = {} if fixed and case.json is None else case.json
    for pointer, value in fixed.items():
        body = put(body, parts_of(pointer), _with_mark(value, mark or "deskcheck"))
    media_type = case.media_type or "application/json"
    return replace(bound, json=_bind_body(body, reference), has_json=True, media_type=media_type)


def bind_marked(
    case: Case,
    values: Mapping[str, str],
    reference: Reference,
    fixed: Mapping[str, Any],
    mark: Mark,
    form: Form = marking.ANY,
) -> Case:
    """The same, with the mark in a text of what a create creates, and in all tags that the request gives."""
    bound = bind_ids(case, values, reference, fixed, mark.long)
    if case.method not in _SENDS:
        return bound
    bound = marking.tagged(bound, mark, form)
    return marking.marked(bound, mark, form, fixed) if case.method == "POST" else bound


def findable(case: Case, filters: Iterable[Parameter], reference: Reference) -> Case:
    """A create with the ids by which its collection is listed, where the generator left them null.

    Without them no list shows the record: if its answer were lost, nothing could say whether it was created.
    """
    if not isinstance(case.json, dict) or case.negative:
        return case
    ids: dict[str, str | int] = {}
    for parameter in filters:
        if parameter.name in case.json and case.json[parameter.name] is None:
            ids[parameter.name] = _as_declared(reference(parameter.name), parameter)
    existing = {name: value for name, value in ids.items() if value}
    return replace(case, json=case.json | existing) if existing else case


def _as_declared(value: str, parameter: Parameter) -> str | int:
    return int(value) if value.isdecimal() and "integer" in parameter.types else value


def _is_point(case: Case, name: str) -> bool:
    """Whether being wrong in this path parameter is what the case is for."""
    return case.place == "path" and case.parameter in (name, "")


def _takes_json(case: Case, fixed: Mapping[str, Any]) -> bool:
    """Whether values may be put into the case's body, or a body made of them: not into one that is no JSON."""
    if case.place == "body":
        return False
    return case.has_json or (bool(fixed) and not case.body and not case.negative)


def _with_mark(value: Any, mark: str) -> Any:
    """A fixed value with the mark in its texts."""
    if isinstance(value, list):
        return [_with_mark(item, mark) for item in value]
    return value.replace("{mark}", mark) if isinstance(value, str) else value


def request(case: Case, base_url: str) -> Request:
    """The request of a bound case against an org."""
    headers = [("accept", "application/json"), *((name.lower(), value) for name, value in case.headers)]
    # Escaped: half of a surrogate pair has no UTF-8 form, and generated texts hold some.
    body = json.dumps(case.json).encode() if case.has_json else case.body
    if case.media_type:
        headers.append(("content-type", case.media_type))
    return Request(case.method, base_url + case.url_path(), tuple(headers), body)


def _bind_query(query: str, reference: Reference) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    if not any(names_record(name) for name, _ in pairs):
        # As it stands: decoded and encoded again, odd bytes would change.
        return query
    return urlencode([(name, _bind_text(name, value, reference)) for name, value in pairs])


def _bind_text(name: str, value: str, reference: Reference) -> str:
    record = reference(name) if names_record(name) else ""
    return record or value


def _bind_body(node: Any, reference: Reference) -> Any:
    if isinstance(node, list):
        return [_bind_body(item, reference) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: _bind_field(key, value, reference) if names_record(key) else _bind_body(value, reference)
        for key, value in node.items()
    }


def _bind_field(name: str, value: Any, reference: Reference) -> Any:
    """An existing id in the JSON type that the generator chose; what it left null or empty stays as it is."""
    record = reference(name)
    if not record:
        return value
    if isinstance(value, list):
        return [_typed(record, value[0])] if value else value
    return _typed(record, value)


def _typed(record: str, like: Any) -> Any:
    if isinstance(like, bool) or like is None:
        return like
    # 12.0 is an integer too, for JSON Schema and its generators.
    if isinstance(like, int | float) and record.isdecimal():
        return int(record)
    return record if isinstance(like, str) else like


def put(node: Any, parts: Parts, value: Any) -> Any:
    """A copy of `node` with `value` at the pointer's parts, or without it where `value` is None.

    Missing objects on the way are added, anything else stays.
    """
    if not parts:
        return value
    if not isinstance(node, dict):
        return node
    head, rest = parts[0], parts[1:]
    if value is None and not rest:
        return {key: inner for key, inner in node.items() if key != head}
    return {**node, head: put(node.get(head, {} if rest else None), rest, value)}
