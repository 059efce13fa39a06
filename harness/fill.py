"""A case and the ids of this org to the request that is sent; pure, the same input gives the same bytes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from harness.cases.case import Case
from harness.exchange import Request

Reference = Callable[[str], str]
"""A field's or parameter's name to an id that exists in this org, or an empty text."""

# Fields that hold a record's name or text, the one least likely to be checked for its form first.
_NAMES = ("external_id", "subject", "name", "title", "lastName", "displayName", "accountName", "productName",
          "folderName", "templateName", "ticketTemplateName", "description", "content", "body")  # fmt: skip
_ID_ENDINGS = ("_id", "_ids", "Id", "Ids")


def fill(
    case: Case,
    values: Mapping[str, str],
    reference: Reference,
    fixed: Mapping[str, Any] | None = None,
    mark: str = "",
) -> Case:
    """The case with ids that exist in its path, query and body, except where being wrong is its point.

    `fixed` maps JSON pointers of the body to values that a valid body needs here, None for what it must not have
    (`specs/<vendor>/fill.yaml`); `mark` stands there for `{mark}`, and goes into the name of what a create makes.
    """
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
    for pointer, value in (fixed or {}).items():
        named = value.replace("{mark}", mark or "deskcheck") if isinstance(value, str) else value
        body = put(body, pointer.strip("/").split("/"), named)
    body = _body(body, reference)
    if mark and case.method == "POST":
        body = marked(body, mark)
    return replace(filled, json=body, has_json=True, media_type=case.media_type or "application/json")


def _is_point(case: Case, name: str) -> bool:
    """Whether being wrong in this path parameter is what the case is for."""
    return case.place == "path" and case.parameter in (name, "")


def marked(node: Any, mark: str, depth: int = 2) -> Any:
    """The body of a create with `mark` at the start of the first text that names the record.

    A text keeps its length where it is long enough, so that a case at a declared bound stays there.
    """
    if not isinstance(node, dict):
        return node
    for key in _NAMES:
        value = node.get(key)
        if isinstance(value, str):
            return {**node, key: mark + value[len(mark) :]}
    for key, value in node.items():
        if depth and isinstance(value, dict):
            inner = marked(value, mark, depth - 1)
            if inner is not value:
                return {**node, key: inner}
    return node


def request(case: Case, base_url: str) -> Request:
    """The request of a filled case against an org."""
    headers = [("accept", "application/json"), *((name.lower(), value) for name, value in case.headers)]
    # Escaped: half of a surrogate pair has no UTF-8 form, and generated texts hold some.
    body = json.dumps(case.json).encode() if case.has_json else case.body
    if case.media_type:
        headers.append(("content-type", case.media_type))
    return Request(case.method, base_url + case.url_path(), tuple(headers), body)


def names_record(name: str) -> bool:
    """Whether a field of this name holds the id of another record, or several."""
    return (name.endswith(_ID_ENDINGS) and name not in ("external_id", "externalId")) or name == "ids"


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


def put(node: Any, parts: list[str], value: Any) -> Any:
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
