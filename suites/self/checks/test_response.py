"""What each check on an answer reports, and what it leaves alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from promised import exchange, promise

from harness.checks import judge


def seen(body=None, schema=None, **more):
    """(check, pointer) of every finding about an answer with `body` where `schema` was promised."""
    given = {name: more.pop(name) for name in ("status", "media_type") if name in more}
    headers = more.pop("headers", {})
    match, contract = promise(schema, **more)
    return [(one.check, one.pointer) for one in judge(exchange(body, **given, **headers), match, contract)]


THING = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "integer"}, "at": {"type": "string", "format": "date-time"}},
}


def test_an_answer_as_promised_has_no_finding():
    assert seen({"id": 7, "at": "2024-02-29T12:00:00Z"}, THING) == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"id": "7"}, ("body", "/id")),
        ({}, ("body", "/id")),
        ({"id": 7, "at": "yesterday"}, ("body", "/at")),
        ({"id": 7, "colour": "red"}, ("undocumented_field", "/colour")),
        ([], ("body", "")),
        (b"<html>", ("json", "")),
        (b'{"id": NaN}', ("json", "")),
        (b"[" * 100_000, ("json", "")),
        (b"[" * 400 + b"]" * 400, ("json", "")),
        (b"", ("json", "")),
    ],
)
def test_each_deviation_is_found_in_its_own_place(body, expected):
    assert seen(body, THING) == [expected]


def test_what_was_masked_is_not_held_against_the_vendor():
    assert seen({"token": "~masked~"}, {"properties": {"token": {"type": "string", "format": "uuid"}}}) == []


def test_a_half_surrogate_is_a_finding_and_no_crash():
    assert seen(b'{"id": 7, "at": "\\ud800"}', THING)[0][0] == "body"


@pytest.mark.parametrize(
    ("status", "declared", "expected"),
    [
        (404, {}, [("status", "")]),
        (404, {"404": {"description": ""}}, []),
        (404, {"4XX": {"description": ""}}, []),
        (404, {"4xx": {"description": ""}}, []),
        (418, {"default": {"description": ""}}, []),
        (500, {}, [("server_error", "")]),
        (503, {"503": {"description": ""}}, [("server_error", "")]),
    ],
)
def test_a_status_is_covered_by_code_range_or_default(status, declared, expected):
    assert seen(b"", status=status, media_type="", responses={"200": {"description": ""}, **declared}) == expected


def test_the_exact_code_wins_over_its_range():
    refusal = {"content": {"application/json": {"schema": {"required": ["error"]}}}}
    responses = {"4XX": {"description": ""}, "404": refusal}
    assert seen({}, status=404, responses=responses) == [("body", "/error")]


@pytest.mark.parametrize(
    ("declared", "given", "found"),
    [
        ("application/json", "application/json; charset=utf-8", False),
        ("application/json", "Application/JSON", False),
        ("application/json; charset=utf-8", "application/json", False),
        ("application/*", "application/hal+json", False),
        ("*/*", "text/html", False),
        ("application/json", "text/html", True),
        ("application/json", "", True),
        ("text/*", "application/json", True),
    ],
)
def test_media_types_are_compared_without_parameters(declared, given, found):
    responses = {"200": {"content": {declared: {}}}}
    assert (("media_type", "") in seen({}, media_type=given, responses=responses)) is found


def test_a_body_where_none_is_promised():
    assert seen({"id": 1}, responses={"200": {"description": ""}}) == [("media_type", "")]


def test_json_under_another_declared_name_is_judged_as_json():
    responses = {"200": {"content": {"text/plain": {"schema": THING}}}}
    assert seen({"id": "7"}, media_type="text/plain", responses=responses) == [("body", "/id")]


def test_plain_text_is_not_taken_for_json():
    responses = {"200": {"content": {"text/plain": {"schema": {"type": "string"}}}}}
    assert seen(b"123", media_type="text/plain", responses=responses) == []


def test_headers_are_required_and_typed():
    declared = {"X-Left": {"required": True, "schema": {"type": "integer"}}, "X-Note": {"schema": {"type": "string"}}}
    responses = {"200": {"headers": declared}}
    assert seen(b"", media_type="", responses=responses) == [("headers", "")]
    assert seen(b"", media_type="", responses=responses, headers={"x_left": "many"}) == [("headers", "")]
    assert seen(b"", media_type="", responses=responses, headers={"x_left": "12", "x_note": "12"}) == []


def test_an_undocumented_field_is_told_once_however_many_rows_have_it():
    schema = {"type": "object", "properties": {"rows": {"type": "array", "items": THING}}}
    match, contract = promise(schema)
    body = {"rows": [{"id": 1}, {"id": 2, "new": 1}, {"id": 3, "new": 2}]}
    (finding,) = judge(exchange(body), match, contract)
    assert (finding.pointer, finding.cause[3]) == ("/rows/1/new", "/rows/*/new")


@pytest.mark.parametrize("extra", [True, {"type": "integer"}])
def test_an_open_object_has_no_undocumented_fields(extra):
    assert seen({"id": 1, "new": 1}, THING | {"additionalProperties": extra}) == []


def test_a_forbidden_field_is_one_finding_not_two():
    assert seen({"id": 1, "new": 1}, THING | {"additionalProperties": False}) == [("body", "/new")]


def test_only_successes_are_searched_for_undocumented_fields():
    responses = {"404": {"content": {"application/json": {"schema": THING}}}}
    assert seen({"id": 1, "new": 1}, status=404, responses=responses) == []


def test_places_that_differ_in_their_index_alone_are_one_finding_that_counts_them():
    match, contract = promise({"type": "array", "items": {"type": "integer"}})
    (finding,) = judge(exchange([1, "a", 2, "b", "c"]), match, contract)
    assert (finding.pointer, finding.count, finding.expected) == ("/1", 3, "type integer")


WRAPPED = {"properties": {"thing": {"properties": {"id": {}}}, "links": {"properties": {"next": {}}}, "count": {}}}


@pytest.mark.parametrize(
    ("schema", "body", "expected"),
    [
        (WRAPPED, {"thing": {"id": 7}}, []),
        (WRAPPED, {"count": 1, "links": {"next": None}}, [("payload", "")]),
        (WRAPPED, {}, [("payload", "")]),
        ({"properties": {"at": {}}}, {}, [("payload", "")]),
        ({"properties": {"at": {}}}, {"at": None}, []),
        ({"properties": {"at": {}}, "additionalProperties": True}, {"else": 1}, []),
        ({}, {}, []),
        # Of a union, any form of the answer will do.
        ({"anyOf": [{"properties": {"id": {}}}, WRAPPED]}, {"id": 7}, []),
        ({"anyOf": [{"properties": {"id": {}}}, WRAPPED]}, {"thing": {"id": 7}}, []),
        ({"anyOf": [{"properties": {"id": {}}}, WRAPPED]}, {"count": 1}, [("payload", "")]),
        # What the schema refuses anyway is told once.
        (WRAPPED | {"required": ["thing"]}, {"count": 1}, [("body", "/thing")]),
    ],
)
def test_an_answer_holds_what_it_is_described_for(schema, body, expected):
    assert seen(body, schema) == expected


def test_a_refusal_need_not_hold_it_and_zoho_requires_what_it_shows():
    assert seen({}, WRAPPED, vendor="zoho") == []
    error = {"content": {"application/json": {"schema": WRAPPED}}, "description": ""}
    assert seen({}, WRAPPED, status=404, responses={"404": error}) == []


@pytest.mark.parametrize("name", ["if-none-match", "if-modified-since"])
def test_a_304_is_promised_by_http_to_who_names_a_copy(name):
    match, contract = promise(THING)
    asked = exchange(b"", status=304)
    assert [one.check for one in judge(asked, match, contract)] == ["status"]
    conditional = replace(asked, request=replace(asked.request, method="GET", headers=((name, "x"),)))
    assert list(judge(conditional, match, contract)) == []
    changed = replace(conditional, request=replace(conditional.request, method="PUT"))
    assert [one.check for one in judge(changed, match, contract)] == ["status"]
