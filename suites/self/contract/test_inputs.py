"""A declared parameter tells what is wrong with a text, or why it cannot be judged."""

from __future__ import annotations

from typing import Any

import pytest
from promised import promise

from harness.contract.inputs import Input
from harness.contract.parameter_styles import pairs_of


def declared(**parameter: Any) -> Input:
    parameters = [{"name": "p", "in": "query"} | parameter]
    match, contract = promise(parameters=parameters)
    return contract.inputs(match.operation)[0]


def wrong(parameter: Input, query: str) -> list[tuple[str, str]]:
    found = parameter.violations(parameter.from_names(pairs_of(query)) or [])
    return [(violation.pointer, violation.expected) for violation in found]


def test_one_reading_that_fits_is_enough() -> None:
    ids = declared(schema={"type": "array", "items": {"type": "string", "minLength": 3}}, explode=False)
    assert wrong(ids, "p=a,b%2Cccc") == [("/0", "at least 3 characters")]
    assert wrong(ids, "p=abc%2Cdef") == []


def test_json_in_a_parameter() -> None:
    content = {"application/json": {"schema": {"type": "object", "required": ["a"]}}}
    parameter = declared(content=content)
    assert wrong(parameter, "p=%7B%22a%22:1%7D") == []
    assert wrong(parameter, "p=%7B%7D") == [("/a", "a required property")]
    assert wrong(parameter, "p=%7B") == [("", "JSON")]


@pytest.mark.parametrize(
    ("parameter", "problem"),
    [
        ({"schema": {"type": "string"}}, ""),
        ({"schema": {"type": "string"}, "style": "starred"}, "a parameter of style starred"),
        ({"content": {"application/xml": {"schema": {"type": "object"}}}}, "a parameter of type application/xml"),
        ({"content": {"text/plain": {"schema": {"type": "string"}}}}, ""),
        ({"schema": {"pattern": "("}}, "a schema cannot be compiled"),
    ],
)
def test_what_cannot_be_judged_says_why_and_is_held_to_nothing(parameter: dict[str, Any], problem: str) -> None:
    made = declared(**parameter)
    assert made.problem == problem
    assert not made.problem or wrong(made, "p=x") == []


def test_an_exploded_object_is_there_where_one_of_its_names_is() -> None:
    page = declared(schema={"type": "object", "properties": {"size": {"type": "integer"}}})
    assert page.may_come_as({"size": ["1"]})
    assert not page.may_come_as({"q": ["1"]})
    assert declared(schema={"type": "object"}).may_come_as({"q": ["1"]})


def test_a_header_of_an_answer_is_read_like_a_parameter() -> None:
    headers = {"X-Allowed": {"schema": {"type": "array", "items": {"enum": ["GET", "PUT"]}}}}
    match, contract = promise(responses={"200": {"headers": headers}})
    (header,) = contract.answer(match.operation, 200).headers
    assert header.name == "x-allowed"
    assert header.violations(header.from_text("GET, PUT")) == []
    assert [violation.pointer for violation in header.violations(header.from_text("GET, FLY"))] == ["/1"]
