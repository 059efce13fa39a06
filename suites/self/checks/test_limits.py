"""What an exchange leaves unjudged, by its reason; an exchange that is judged in full has none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from promised import exchange, promise

from harness.checks import REQUEST, judge
from harness.checks.limits import reasons
from harness.exchange import Exchange

WORD = {"type": "string"}


def sent(body: bytes, media_type: str) -> Exchange:
    made = exchange({})
    headers = (("content-type", media_type),)
    return replace(made, request=replace(made.request, body=body, headers=headers))


def left(seen: Exchange, schema: Any = None, **promised: Any) -> list[str]:
    match, contract = promise(schema, **promised)
    return list(reasons(seen, match, contract))


def accepting(media_type: str, schema: Any) -> dict[str, Any]:
    return {"requestBody": {"content": {media_type: {"schema": schema}}}}


def answering(media_type: str, schema: Any) -> dict[str, Any]:
    return {"responses": {"200": {"content": {media_type: {"schema": schema}}}}}


def test_what_is_judged_in_full_has_no_reason() -> None:
    parameters = [{"name": "q", "in": "query", "schema": WORD}]
    assert left(exchange({"a": 1}, query="?q=x", sent={}), {"type": "object"}, parameters=parameters) == []
    assert (
        left(
            sent(b"a=1", "application/x-www-form-urlencoded"),
            **accepting("application/x-www-form-urlencoded", {"type": "object"}),
        )
        == []
    )


def test_a_schema_that_no_validator_takes_leaves_the_rest_to_be_judged() -> None:
    bad = {"type": "object", "properties": {"a": {"pattern": "("}}}
    match, contract = promise(bad, parameters=[{"name": "n", "in": "query", "schema": {"type": "integer"}}])
    seen = exchange({"a": 1}, query="?n=x")
    assert list(reasons(seen, match, contract)) == ["a schema cannot be compiled"]
    assert [finding.check for finding in judge(seen, match, contract, REQUEST)] == ["parameters"]


@pytest.mark.parametrize(
    ("media_type", "schema", "reason"),
    [
        ("application/xml", {"type": "object"}, ["an XML body"]),
        ("application/atom+xml", {"type": "object"}, ["an XML body"]),
        ("text/csv", {"type": "array"}, ["a body of text/csv"]),
        ("text/csv", WORD, []),
        ("application/pdf", {"type": "string", "format": "binary"}, []),
        ("text/plain", {"type": "string", "maxLength": 3}, ["a body of text/plain"]),
    ],
)
def test_bodies_that_no_check_reads(media_type: str, schema: Any, reason: list[str]) -> None:
    assert left(exchange(b"<a/>", media_type=media_type), **answering(media_type, schema)) == reason
    assert left(sent(b"<a/>", media_type), **accepting(media_type, schema)) == reason


def test_json_under_another_name_is_judged() -> None:
    schema = {"type": "object", "properties": {"a": WORD}}
    assert left(exchange({"a": "x"}, media_type="text/plain"), **answering("text/plain", schema)) == []


def test_parts_without_their_boundary() -> None:
    promised = accepting("multipart/form-data", {"type": "object", "required": ["a"]})
    assert left(sent(b"a=1", "multipart/form-data"), **promised) == ["a multipart body that cannot be taken apart"]


@pytest.mark.parametrize(("query", "reason"), [("?p=x", ["a parameter of type application/xml"]), ("", [])])
def test_a_parameter_counts_where_it_was_sent(query: str, reason: list[str]) -> None:
    parameters = [{"name": "p", "in": "query", "content": {"application/xml": {"schema": {"type": "object"}}}}]
    assert left(exchange({}, query=query), parameters=parameters) == reason


def test_a_header_of_the_answer() -> None:
    answer = {"200": {"headers": {"X-A": {"schema": {"pattern": "("}}}, "content": {"application/json": {}}}}
    assert left(exchange({}, x_a="1"), responses=answer) == ["a schema cannot be compiled"]
    assert left(exchange({}), responses=answer) == []


@pytest.mark.parametrize(
    ("query", "style", "reason"),
    [
        ("?p=2", "deepObject", ["a parameter in another style than deepObject"]),
        ("?p=2", "form", ["a parameter in another style than form"]),
        ("?p[a]=2", "deepObject", []),
        ("?a=2", "form", []),
        ("", "deepObject", []),
    ],
)
def test_an_object_under_a_name_that_its_style_does_not_have(query: str, style: str, reason: list[str]) -> None:
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}}
    parameters = [{"name": "p", "in": "query", "style": style, "explode": True, "schema": schema}]
    assert left(exchange({}, query=query), parameters=parameters) == reason
