"""Expectations as statements of a pytest file, about the variable `response`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from harness.export import expectations as expected
from harness.export.expectations import Expectation, ValueRule
from harness.export.value_rules import python_condition, python_text, python_values

VALUES_AT = '''
def values_at(value, *path):
    """Every value at a path of the body; `*` stands for each item."""
    if not path:
        yield value
    elif path[0] == "*":
        for item in value.values() if isinstance(value, dict) else value or ():
            yield from values_at(item, *path[1:])
    elif isinstance(value, dict) and path[0] in value:
        yield from values_at(value[path[0]], *path[1:])
'''
"""The function that `python_lines` calls for a place that is not in every item of a list."""


def python_lines(expectation: Expectation, text: Callable[[Any], str], secrets: tuple[str, ...] = ()) -> list[str]:
    """The statements; `text` writes a template, and `secrets` are expressions for the request's credentials."""
    if isinstance(expectation, expected.KeepsChange):
        return [f"assert {_body_at(expectation.parts)} == {text(expectation.sent)}"]
    if isinstance(expectation, expected.HidesCredentials):
        return [f"assert {secret} not in response.text" for secret in secrets]
    return list(_WRITERS[type(expectation)](expectation))


def imports_of(lines: list[str]) -> list[str]:
    """The modules of the standard library that the statements use."""
    return [name for name in ("json", "re") if any(re.search(rf"(?<![\w.\"]){name}\.", line) for line in lines)]


def _has_status(one: expected.HasStatus) -> Iterator[str]:
    codes = [int(code) for code in one.codes if code.isdigit()]
    ranges = [code[0] for code in one.codes if code.upper().endswith("XX")]
    if "default" in (code.lower() for code in one.codes):
        return
    conditions = []
    if len(codes) == 1:
        conditions.append(f"response.status_code == {codes[0]}")
    elif codes:
        conditions.append(f"response.status_code in {python_values(codes)}")
    conditions += [f"response.status_code // 100 == {digit}" for digit in ranges]
    yield f"assert {' or '.join(conditions)}, {python_text(one.why)}"


def _answers(_: expected.Answers) -> Iterator[str]:
    yield "assert response.status_code  # where no answer comes, httpx has raised before"


def _is_no_server_error(_: expected.IsNoServerError) -> Iterator[str]:
    yield "assert response.status_code < 500, response.text[:200]"


def _is_refused(one: expected.IsRefused) -> Iterator[str]:
    yield f"assert not response.is_success, {python_text(one.why)}"


def _has_media_type(one: expected.HasMediaType) -> Iterator[str]:
    if not one.types:
        yield 'assert not response.content, "the document describes no body"'
        return
    yield 'media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()'
    exact = [kind for kind in one.types if not kind.endswith("/*")]
    ranges = [kind.removesuffix("*") for kind in one.types if kind.endswith("/*") and kind != "*/*"]
    conditions = [f"media_type in {python_values(exact)}"] if exact else []
    conditions += [f"media_type.startswith({python_text(beginning)})" for beginning in ranges]
    yield f"assert {' or '.join(conditions) or 'media_type'} or not response.content"


def _has_header(one: expected.HasHeader) -> Iterator[str]:
    if len(one.names) == 1:
        yield f"assert {python_text(one.names[0])} in response.headers"
    else:
        yield f"assert any(name in response.headers for name in {python_values(one.names)})"


def _header_fits(one: expected.HeaderFits) -> Iterator[str]:
    yield f"value = response.headers.get({python_text(one.name)})"
    kinds = one.rule.limit if one.rule.keyword == "type" else ()
    if set(kinds) & {"integer", "number"}:
        sign = r"^-?\d+$" if "integer" in kinds else r"^-?\d+(\.\d+)?$"
        yield f"assert value is None or {python_condition(ValueRule('pattern', sign), 'value')}"
    elif "boolean" in kinds:
        yield 'assert value in (None, "true", "false")'
    else:
        yield f"assert value is None or {python_condition(one.rule, 'value')}"


def _is_json(_: expected.IsJson) -> Iterator[str]:
    yield "response.json()  # raises where the body is no JSON"


def _place_fits(one: expected.PlaceFits) -> Iterator[str]:
    *above, name = one.parts or ("",)
    if one.rule.keyword in ("required", "absent"):
        yield from _presence(tuple(above), name, is_wanted=one.rule.keyword == "required")
        return
    # Where the value is not there at all, the document says nothing of it by this rule.
    yield f"for value in {_values_at(one.parts)}:"
    yield f"    assert {python_condition(one.rule, 'value')}, value"


def _presence(above: tuple[str, ...], name: str, *, is_wanted: bool) -> Iterator[str]:
    word = "in" if is_wanted else "not in"
    if len(above) < 2 and "*" not in above:
        yield f"assert {python_text(name)} {word} {_body_at(above)}"
        return
    items = _items(above)
    # Only of an object the document says which properties it has; a list of records holds nothing else.
    guard = "not isinstance(item, dict) or " if items.startswith("values_at(") else ""
    yield f"for item in {items}:"
    yield f"    assert {guard}{python_text(name)} {word} item"


def _items(parts: tuple[str, ...]) -> str:
    """The items of a list, plainly where nothing lies below them."""
    is_plain_list = len(parts) <= 2 and parts[-1] == "*"
    return _body_at(parts[:-1]) if is_plain_list else _values_at(parts)


def _holds_any_of(one: expected.HoldsAnyOf) -> Iterator[str]:
    if len(one.names) == 1:
        yield f"assert {python_text(one.names[0])} in response.json()"
    else:
        yield f"assert any(name in response.json() for name in {python_values(one.names)})"


def _rows_differ(one: expected.RowsDiffer) -> Iterator[str]:
    yield f"rows = [json.dumps(row, sort_keys=True) for row in {_body_at(one.parts)}]"
    yield 'assert len(rows) == len(set(rows)), "a row is there twice"'


def _counts_rows(one: expected.CountsRows) -> Iterator[str]:
    yield f"assert len({_body_at(one.parts)}) == {_body_at(one.count)}"


def _shows_record(one: expected.ShowsRecord) -> Iterator[str]:
    yield 'assert response.is_success, "a record that was just made cannot be read"'
    yield f"assert str({one.variable}) in response.text"


def _shows_nothing(one: expected.ShowsNothing) -> Iterator[str]:
    yield "shows_a_record = response.is_success and response.content"
    trashed = f' or response.json().get({python_text(one.trash_flag)}) in (True, "true")' if one.trash_flag else ""
    yield f"assert not shows_a_record{trashed}, {python_text(one.why)}"


def _lists_record(one: expected.ListsRecord) -> Iterator[str]:
    yield f"rows = {_joined(one.pages)}"
    yield f"assert any({one.variable} in row.values() for row in rows)"


def _pages_differ(one: expected.PagesDiffer) -> Iterator[str]:
    yield f"for page in ({one.whole}, {_joined(one.pages)}):"
    yield "    rows = [json.dumps(row, sort_keys=True) for row in page]"
    yield '    assert len(rows) == len(set(rows)), "a row is there twice"'


def _pages_cover(one: expected.PagesCover) -> Iterator[str]:
    yield f"rows = {_joined(one.pages)}"
    yield f"missing = [row for row in {one.whole}[:{one.most}] if row not in rows]"
    yield "assert not missing"


_WRITERS: Mapping[type, Callable[[Any], Iterator[str]]] = {
    expected.HasStatus: _has_status,
    expected.Answers: _answers,
    expected.IsNoServerError: _is_no_server_error,
    expected.IsRefused: _is_refused,
    expected.HasMediaType: _has_media_type,
    expected.HasHeader: _has_header,
    expected.HeaderFits: _header_fits,
    expected.IsJson: _is_json,
    expected.PlaceFits: _place_fits,
    expected.HoldsAnyOf: _holds_any_of,
    expected.RowsDiffer: _rows_differ,
    expected.CountsRows: _counts_rows,
    expected.ShowsRecord: _shows_record,
    expected.ShowsNothing: _shows_nothing,
    expected.ListsRecord: _lists_record,
    expected.PagesDiffer: _pages_differ,
    expected.PagesCover: _pages_cover,
}


def _body_at(parts: tuple[str, ...]) -> str:
    """The body, or what lies at a place of it that has no list in it."""
    return "response.json()" + "".join(f"[{part if part.isdigit() else python_text(part)}]" for part in parts)


def _values_at(parts: tuple[str, ...]) -> str:
    return f"values_at({', '.join(['response.json()', *map(python_text, parts)])})"


def _joined(pages: tuple[str, ...]) -> str:
    return pages[0] if len(pages) == 1 else f"[{', '.join(f'*{page}' for page in pages)}]"
