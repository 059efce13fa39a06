"""A case and the ids of this org to the request that is sent; pure, the same input gives the same bytes."""

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


def fill(
    case: Case,
    values: Mapping[str, str],
    reference: Reference,
    fixed: Mapping[str, Any] | None = None,
    mark: Mark | None = None,
    form: Form = marking.ANY,
) -> Case:
    """The case with ids that exist in its path, query and body, except where being wrong is its point.

    `fixed` maps JSON pointers of the body to values that a valid body needs here, None for what it must not have
    (`specs/<vendor>/fill.yaml`); `{mark}` in them stands for `mark`, which goes into a text of what a create makes.
    """
    filled = _filled(case, values, reference, fixed or {}, mark)
    if mark is None or case.method not in _SENDS:
        return filled
    filled = marking.tagged(filled, mark, form)
    return marking.marked(filled, mark, form, fixed or {}) if case.method == "POST" else filled


def findable(case: Case, filters: Iterable[Parameter], reference: Reference) -> Case:
    """A create with the ids by which its collection is listed, where the generator left them null.

    Without them no list shows the record: if its answer were lost, nothing could say whether it was made.
    """
    if not isinstance(case.json, dict) or case.negative:
        return case
    nulls = [one for one in filters if one.name in case.json and case.json[one.name] is None]
    ids = {one.name: _as_declared(reference(one.name), one) for one in nulls}
    found = {name: value for name, value in ids.items() if value}
    return replace(case, json=case.json | found) if found else case


def _as_declared(value: str, parameter: Parameter) -> str | int:
    return int(value) if value.isdecimal() and "integer" in parameter.types else value


def _filled(
    case: Case, values: Mapping[str, str], reference: Reference, fixed: Mapping[str, Any], mark: Mark | None
) -> Case:
    # Several parts were broken at once, and the generator does not say which: any value may be the point.
    if case.negative and not case.place:
        return case
    path = {name: value if _is_point(case, name) else values.get(name, value) for name, value in case.values.items()}
    query = case.query if case.place == "query" else _query(case.query, reference)
    filled = replace(case, values=path, query=query)
    # What stands in another media type than JSON stays there: a form's bytes are no object to put values into.
    bare = not case.has_json and not case.body
    if case.place == "body" or not (case.has_json or (fixed and bare and not case.negative)):
        return filled
    body = {} if fixed and case.json is None else case.json
    for pointer, value in fixed.items():
        body = put(body, parts_of(pointer), _worded(value, mark))
    return replace(filled, json=_body(body, reference), has_json=True, media_type=case.media_type or "application/json")


def _worded(value: Any, mark: Mark | None) -> Any:
    """A fixed value with the mark in its texts."""
    if isinstance(value, list):
        return [_worded(one, mark) for one in value]
    return value.replace("{mark}", mark.long if mark else "deskcheck") if isinstance(value, str) else value


def _is_point(case: Case, name: str) -> bool:
    """Whether being wrong in this path parameter is what the case is for."""
    return case.place == "path" and case.parameter in (name, "")


def request(case: Case, base_url: str) -> Request:
    """The request of a filled case against an org."""
    headers = [("accept", "application/json"), *((name.lower(), value) for name, value in case.headers)]
    # Escaped: half of a surrogate pair has no UTF-8 form, and generated texts hold some.
    body = json.dumps(case.json).encode() if case.has_json else case.body
    if case.media_type:
        headers.append(("content-type", case.media_type))
    return Request(case.method, base_url + case.url_path(), tuple(headers), body)


def _query(query: str, reference: Reference) -> str:
    if not query:
        return query
    pairs = parse_qsl(query, keep_blank_values=True)
    if not any(names_record(name) for name, _ in pairs):
        return query
    return urlencode([(name, (names_record(name) and reference(name)) or value) for name, value in pairs])


def _body(node: Any, reference: Reference) -> Any:
    if isinstance(node, list):
        return [_body(item, reference) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: _id(key, value, reference) if names_record(key) else _body(value, reference) for key, value in node.items()
    }


def _id(name: str, value: Any, reference: Reference) -> Any:
    """An existing id in the JSON type that the generator chose; what it left null or empty stays so."""
    found = reference(name)
    if not found:
        return value
    if isinstance(value, list):
        return [_typed(found, value[0])] if value else value
    return _typed(found, value)


def _typed(found: str, like: Any) -> Any:
    if isinstance(like, bool) or like is None:
        return like
    # 12.0 is an integer too, for JSON Schema and its generators.
    if isinstance(like, int | float) and found.isdecimal():
        return int(found)
    return found if isinstance(like, str) else like


def put(node: Any, parts: Parts, value: Any) -> Any:
    """A copy of `node` with `value` at the pointer's parts, or without it where `value` is None.

    Objects on the way are made, anything else is left.
    """
    if not parts:
        return value
    if not isinstance(node, dict):
        return node
    head, rest = parts[0], parts[1:]
    if value is None and not rest:
        return {key: inner for key, inner in node.items() if key != head}
    return {**node, head: put(node.get(head, {} if rest else None), rest, value)}
