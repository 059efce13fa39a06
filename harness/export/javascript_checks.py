"""Expectations as statements of JavaScript, which Postman and Bruno run with a short prelude of their own.

The prelude gives `status`, `text`, `json()`, `header(name)`, `variable(name)` and `check(condition, message)`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from harness.export import expectations as expected
from harness.export.expectations import Expectation, ValueRule
from harness.export.value_rules import javascript_condition

COMMON = (
    "const isSuccess = status >= 200 && status < 300;",
    "const at = (value, path) => path.reduce((values, part) => values.flatMap((one) =>",
    '  one === null || typeof one !== "object" ? [] : part === "*" ? Object.values(one) :',
    "  part in one ? [one[part]] : []), [value]);",
    "const isRepeated = (rows) => new Set(rows.map((row) => JSON.stringify(row))).size < rows.length;",
)
"""What the statements use beside the prelude."""


def javascript_lines(expectation: Expectation, text: Callable[[Any], str], secrets: tuple[str, ...] = ()) -> list[str]:
    """The statements; `text` writes a template, and `secrets` are expressions for the request's credentials."""
    if isinstance(expectation, expected.KeepsChange):
        value = f"at(json(), {json.dumps(expectation.parts)})[0]"
        return [_check(f"{value} === {text(expectation.sent)}", "the change was kept")]
    if isinstance(expectation, expected.HidesCredentials):
        return [_check(f"!text.includes({secret})", "no credential comes back") for secret in secrets]
    return list(_WRITERS[type(expectation)](expectation))


def _check(condition: str, message: str) -> str:
    return f"check({condition}, {json.dumps(message)});"


def _has_status(one: expected.HasStatus) -> Iterator[str]:
    if "default" in (code.lower() for code in one.codes):
        return
    codes = [int(code) for code in one.codes if code.isdigit()]
    ranges = [code[0] for code in one.codes if code.upper().endswith("XX")]
    conditions = [f"{json.dumps(codes)}.includes(status)"] if codes else []
    conditions += [f"Math.floor(status / 100) === {digit}" for digit in ranges]
    yield _check(" || ".join(conditions), one.why)


def _answers(_: expected.Answers) -> Iterator[str]:
    yield 'check(status > 0, "an answer comes");'


def _is_no_server_error(_: expected.IsNoServerError) -> Iterator[str]:
    yield _check("status < 500", "the server does not fail")


def _is_refused(one: expected.IsRefused) -> Iterator[str]:
    yield _check("!isSuccess", one.why)


def _has_media_type(one: expected.HasMediaType) -> Iterator[str]:
    if not one.types:
        yield _check("!text", "the document describes no body")
        return
    yield 'const mediaType = String(header("content-type") || "").split(";")[0].trim().toLowerCase();'
    exact = [kind for kind in one.types if not kind.endswith("/*")]
    ranges = [kind.removesuffix("*") for kind in one.types if kind.endswith("/*") and kind != "*/*"]
    conditions = [f"{json.dumps(exact)}.includes(mediaType)"] if exact else []
    conditions += [f"mediaType.startsWith({json.dumps(beginning)})" for beginning in ranges]
    yield _check(" || ".join([*conditions, "!text"]), "the media type is one that the document lists")


def _has_header(one: expected.HasHeader) -> Iterator[str]:
    yield _check(f"{json.dumps(one.names)}.some((name) => header(name))", f"one of {', '.join(one.names)} is there")


def _header_fits(one: expected.HeaderFits) -> Iterator[str]:
    yield f"const value = header({json.dumps(one.name)});"
    kinds = one.rule.limit if one.rule.keyword == "type" else ()
    if set(kinds) & {"integer", "number"}:
        condition = javascript_condition(ValueRule("pattern", r"^-?\d+(\.\d+)?$"), "value")
    elif "boolean" in kinds:
        condition = '["true", "false"].includes(value)'
    else:
        condition = javascript_condition(one.rule, "value")
    yield _check(f"value === undefined || value === null || ({condition})", f"the header {one.name} fits")


def _is_json(_: expected.IsJson) -> Iterator[str]:
    yield "json(); // throws where the body is no JSON"


def _place_fits(one: expected.PlaceFits) -> Iterator[str]:
    *above, name = one.parts or ("",)
    if one.rule.keyword in ("required", "absent"):
        sign = "" if one.rule.keyword == "required" else "!"
        words = "there" if one.rule.keyword == "required" else "not there"
        objects = f'at(json(), {json.dumps(above)}).filter((item) => item && typeof item === "object")'
        condition = f"{objects}.every((item) => {sign}({json.dumps(name)} in item))"
        yield _check(condition, f"{name} is {words}")
        return
    condition = javascript_condition(one.rule, "value")
    yield _check(
        f"at(json(), {json.dumps(one.parts)}).every((value) => {condition})", f"{name} is as the document says"
    )


def _holds_any_of(one: expected.HoldsAnyOf) -> Iterator[str]:
    yield _check(f"{json.dumps(one.names)}.some((name) => name in json())", "the answer holds what it is for")


def _rows_differ(one: expected.RowsDiffer) -> Iterator[str]:
    yield _check(f"!isRepeated({_at(one.parts)})", "no row is there twice")


def _counts_rows(one: expected.CountsRows) -> Iterator[str]:
    yield _check(f"{_at(one.parts)}.length === {_at(one.count)}", "there are as many rows as are counted")


def _shows_record(one: expected.ShowsRecord) -> Iterator[str]:
    yield _check("isSuccess", "a record that was just made can be read")
    yield _check(f"text.includes(String(variable({json.dumps(one.variable)})))", "the answer shows the record")


def _shows_nothing(one: expected.ShowsNothing) -> Iterator[str]:
    flag = json.dumps(one.trash_flag)
    trashed = f' || [true, "true"].includes(at(json(), [{flag}])[0])' if one.trash_flag else ""
    yield _check(f"!(isSuccess && text){trashed}", one.why)


def _lists_record(one: expected.ListsRecord) -> Iterator[str]:
    record = f"String(variable({json.dumps(one.variable)}))"
    yield _check(
        f"{_pages(one.pages)}.some((row) => Object.values(row).map(String).includes({record}))",
        "the list has the record",
    )


def _pages_differ(one: expected.PagesDiffer) -> Iterator[str]:
    yield _check(f"!isRepeated({_pages((one.whole,))})", "no row is twice on the large page")
    yield _check(f"!isRepeated({_pages(one.pages)})", "no row is twice on the small pages")


def _pages_cover(one: expected.PagesCover) -> Iterator[str]:
    yield f"const rows = {_pages(one.pages)}.map((row) => JSON.stringify(row));"
    whole = f"{_pages((one.whole,))}.slice(0, {one.most})"
    yield _check(f"{whole}.every((row) => rows.includes(JSON.stringify(row)))", "no row is missing on the small pages")


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


def _at(parts: tuple[str, ...]) -> str:
    return f"at(json(), {json.dumps(parts)})[0]" if parts else "json()"


def _pages(pages: tuple[str, ...]) -> str:
    return f"{json.dumps(pages)}.flatMap((name) => JSON.parse(variable(name)))"
