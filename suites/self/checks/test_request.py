"""What somebody else's request is held to."""

from __future__ import annotations

from dataclasses import replace

import pytest
from promised import exchange, promise

from harness.checks import REQUEST, judge


def told(sent, match, contract):
    return [(one.check, one.pointer, one.expected) for one in judge(sent, match, contract, REQUEST)]


def query(name, schema, **more):
    return {"name": name, "in": "query", "schema": schema, **more}


PARAMETERS = [
    {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}},
    query("role", {"type": "string", "enum": ["agent", "admin"]}),
    query("size", {"type": "integer", "maximum": 100}),
    query("ids", {"type": "array", "items": {"type": "integer"}}, explode=False),
    query("page", {"type": "object"}),
    query("q", {"type": "string"}),
]


@pytest.mark.parametrize(
    "text",
    ["", "?role=agent", "?size=100", "?ids=1,2,3", "?page[size]=2", "?q=12", "?unknown=x", "?size=~masked~"],
)
def test_these_queries_are_as_declared(text):
    assert told(exchange({}, query=text), *promise({}, parameters=PARAMETERS)) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("?role=boss", "query role: one of agent, admin"),
        ("?size=101", "query size: at most 100"),
        ("?size=many", "query size: type integer"),
        ("?ids=1,x", "query ids: type integer"),
    ],
)
def test_these_are_not(text, expected):
    assert told(exchange({}, query=text), *promise({}, parameters=PARAMETERS)) == [("parameters", "", expected)]


def test_a_path_value_of_another_type():
    match, contract = promise({}, parameters=PARAMETERS)
    strange = replace(match, values={"id": "seven"})
    assert told(exchange({}), strange, contract) == [("parameters", "", "path id: type integer")]


def test_a_required_query_parameter_may_come_in_brackets():
    promised = promise({}, parameters=[query("filter", {"type": "object"}, required=True)])
    assert told(exchange({}), *promised) == [("parameters", "", "query filter")]
    assert told(exchange({}, query="?filter[a]=1"), *promised) == []


@pytest.mark.parametrize("status", [400, 404, 415, 422])
def test_a_request_that_was_refused_for_what_it_holds_is_no_finding(status):
    promised = promise({}, parameters=PARAMETERS, requestBody=BODY)
    assert told(exchange({}, status, query="?role=boss", sent={"thing": 1}), *promised) == []


@pytest.mark.parametrize("status", [200, 302, 401, 403, 429, 500])
def test_a_request_that_was_not_looked_into_is_held_to_the_document_all_the_same(status):
    promised = promise({}, parameters=PARAMETERS, requestBody=BODY)
    found = told(exchange({}, status, query="?role=boss", sent={"thing": 1}), *promised)
    assert [check for check, _, _ in found] == ["parameters", "request_body"]


BODY = {
    "required": True,
    "content": {"application/json": {"schema": {"required": ["thing"], "properties": {"thing": {"type": "object"}}}}},
}


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"thing": {}}, []),
        ({"thing": 1}, [("request_body", "/thing", "type object")]),
        ({}, [("request_body", "/thing", "a required property")]),
        (None, [("request_body", "", "a body")]),
    ],
)
def test_a_body_is_held_to_its_schema(sent, expected):
    assert told(exchange({}, sent=sent), *promise({}, requestBody=BODY)) == expected


def test_a_body_of_another_type_is_told_and_not_read():
    sent = exchange({}, sent={})
    other = replace(sent, request=replace(sent.request, headers=(("content-type", "text/xml"),)))
    assert told(other, *promise({}, requestBody=BODY)) == [("request_type", "", "application/json")]


def test_a_body_that_is_no_json():
    sent = exchange({}, sent={})
    assert told(replace(sent, request=replace(sent.request, body=b"{")), *promise({}, requestBody=BODY)) == [
        ("request_body", "", "JSON")
    ]
