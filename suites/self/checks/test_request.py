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


def sending(*headers, body=b"", query=""):
    made = exchange({}, query=query)
    return replace(made, request=replace(made.request, headers=headers, body=body))


LIST = {"type": "array", "maxItems": 2, "items": {"type": "integer"}}
MAP = {"type": "object", "required": ["r"], "properties": {"r": {"type": "integer"}, "c": {"enum": ["x", "y"]}}}


@pytest.mark.parametrize(
    ("style", "explode", "schema", "good", "bad", "expected"),
    [
        ("form", True, {"type": "boolean"}, "?p=true", "?p=maybe", "query p: type boolean"),
        ("form", True, LIST, "?p=1&p=2", "?p=1&p=x", "query p: type integer"),
        ("form", True, LIST, "?p[]=1", "?p[]=x", "query p: type integer"),
        ("form", False, LIST, "?p=1,2", "?p=1,2,3", "query p: at most 2 items"),
        ("form", False, LIST, "?p=1%2C2", "?p=1%2Cx", "query p: type integer"),
        ("form", True, MAP, "?r=1&c=x", "?r=one", "query p[r]: type integer"),
        ("form", True, MAP, "?q=1", "?c=x", "query p[r]: a required property"),
        ("form", False, MAP, "?p=r,1,c,y", "?p=r,1,c,z", "query p[c]: one of x, y"),
        ("spaceDelimited", False, LIST, "?p=1%202", "?p=1%20x", "query p: type integer"),
        ("pipeDelimited", False, LIST, "?p=1|2", "?p=1|x", "query p: type integer"),
        ("pipeDelimited", True, LIST, "?p=1&p=2", "?p=1&p=x", "query p: type integer"),
        ("deepObject", True, MAP, "?p[r]=1&p[c]=x", "?p[r]=1&p[c]=z", "query p[c]: one of x, y"),
        ("deepObject", True, MAP, "?p[r]=1", "?p[c]=x", "query p[r]: a required property"),
        ("deepObject", True, MAP, "?p[r]=~masked~", "?p[r]=", "query p[r]: type integer"),
        # What comes under a name that its style does not have is told as not judged.
        ("deepObject", True, MAP, "?p=1", "?p[r]=x", "query p[r]: type integer"),
        ("form", False, MAP, "?p=r,1", "?p=r", "query p: the style form"),
    ],
)
def test_each_style_of_a_query(style, explode, schema, good, bad, expected):
    promised = promise({}, parameters=[query("p", schema, style=style, explode=explode)])
    assert told(exchange({}, query=good), *promised) == []
    assert told(exchange({}, query=bad), *promised) == [("parameters", "", expected)]


@pytest.mark.parametrize(
    ("style", "explode", "schema", "good", "bad"),
    [
        ("simple", False, LIST, "1,2", "1,x"),
        ("simple", True, MAP, "r=1", "r=one"),
        ("label", False, LIST, ".1,2", ".1,x"),
        ("label", True, LIST, ".1.2", ".1.x"),
        ("matrix", False, LIST, ";id=1,2", ";id=1,x"),
        ("matrix", True, LIST, ";id=1;id=2", ";id=1;id=x"),
        ("matrix", True, MAP, ";r=1", ";r=one"),
        ("label", False, LIST, ".1", "1"),
        ("matrix", False, {"type": "integer"}, ";id=1", "1"),
        ("simple", False, MAP, "r,1", "r"),
    ],
)
def test_each_style_of_a_path(style, explode, schema, good, bad):
    row = {"name": "id", "in": "path", "required": True, "schema": schema, "style": style, "explode": explode}
    match, contract = promise({}, parameters=[row])
    assert told(exchange({}), replace(match, values={"id": good}), contract) == []
    assert [check for check, *_ in told(exchange({}), replace(match, values={"id": bad}), contract)] == ["parameters"]


@pytest.mark.parametrize(
    ("schema", "sent", "expected"),
    [
        ({"type": "integer"}, [("x-thing", "5")], []),
        ({"type": "integer"}, [("x-thing", "a")], ["header X-Thing: type integer"]),
        ({"type": "integer"}, [], ["header X-Thing"]),
        ({"type": "integer"}, [("x-thing", "~masked~")], []),
        (LIST, [("x-thing", "1, 2")], []),
        (LIST, [("x-thing", "1"), ("x-thing", "2")], []),
        (LIST, [("x-thing", "1, x")], ["header X-Thing: type integer"]),
    ],
)
def test_headers_in_any_case(schema, sent, expected):
    promised = promise({}, parameters=[{"name": "X-Thing", "in": "header", "required": True, "schema": schema}])
    assert [one[2] for one in told(sending(*sent), *promised)] == expected


@pytest.mark.parametrize("name", ["Accept", "content-type", "Authorization"])
def test_headers_that_another_part_of_the_document_says_are_no_parameters(name):
    promised = promise({}, parameters=[{"name": name, "in": "header", "required": True, "schema": {"enum": ["x"]}}])
    assert told(exchange({}), *promised) == []


def test_a_header_of_the_credentials_may_be_taken_out_of_a_recording():
    row = {"name": "orgId", "in": "header", "required": True, "schema": {"type": "string"}}
    assert told(exchange({}), *promise({}, parameters=[row])) == []


@pytest.mark.parametrize(
    ("cookie", "expected"),
    [("n=5; other=x", []), ("n=x", ["cookie n: type integer"]), ("m=5", ["cookie n"]), ("n=~masked~", [])],
)
def test_cookies(cookie, expected):
    promised = promise({}, parameters=[{"name": "n", "in": "cookie", "required": True, "schema": {"type": "integer"}}])
    assert [one[2] for one in told(sending(("cookie", cookie)), *promised)] == expected


def test_json_in_a_parameter():
    content = {"application/json": {"schema": {"type": "object", "required": ["a"]}}}
    promised = promise({}, parameters=[{"name": "q", "in": "query", "content": content}])
    assert told(exchange({}, query='?q={"a":1}'), *promised) == []
    assert told(exchange({}, query="?q={}"), *promised) == [("parameters", "", "query q[a]: a required property")]
    assert told(exchange({}, query="?q={"), *promised) == [("parameters", "", "query q: JSON")]


def test_a_name_without_a_value_where_that_is_allowed():
    row = query("n", {"type": "integer"})
    assert told(exchange({}, query="?n="), *promise({}, parameters=[row])) != []
    assert told(exchange({}, query="?n="), *promise({}, parameters=[row | {"allowEmptyValue": True}])) == []


FIELDS = {
    "type": "object",
    "required": ["name"],
    "additionalProperties": False,
    "properties": {"name": {"type": "string"}, "n": {"type": "integer"}, "kind": {"enum": ["a"]}, "f": {}},
}
URLENCODED, PARTS = "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"


def parts(**fields):
    rows = [f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n' for name, text in fields.items()]
    return ("".join(rows) + "--b--\r\n").encode()


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"name": "x", "n": "5", "kind": "a"}, []),
        ({"kind": "a"}, [("request_body", "/name", "a required property")]),
        ({"name": "x", "n": "many"}, [("request_body", "/n", "type integer")]),
        ({"name": "x", "kind": "b"}, [("request_body", "/kind", "one of a")]),
        ({"name": "x", "more": "1"}, [("request_body", "/more", "no further properties")]),
        ({"name": "x", "n": "~masked~"}, []),
    ],
)
def test_fields_are_held_to_their_schema(fields, expected):
    content = {media_type.split(";")[0]: {"schema": FIELDS} for media_type in (URLENCODED, PARTS)}
    promised = promise({}, requestBody={"required": True, "content": content})
    pairs = "&".join(f"{name}={text}" for name, text in fields.items()).encode()
    assert told(sending(("content-type", URLENCODED), body=pairs), *promised) == expected
    assert told(sending(("content-type", PARTS), body=parts(**fields)), *promised) == expected


def test_parts_that_cannot_be_taken_apart_are_no_finding():
    promised = promise({}, requestBody={"content": {"multipart/form-data": {"schema": FIELDS}}})
    assert told(sending(("content-type", "multipart/form-data"), body=b"name=x"), *promised) == []


def test_a_masked_value_is_never_wrong():
    schema = {"type": "object", "properties": {"secret": {"enum": ["a"]}, "text": {"maxLength": 3}}}
    promised = promise({}, requestBody={"content": {"application/json": {"schema": schema}}})
    assert told(exchange({}, sent={"secret": "~masked~", "text": "x" * 80 + "~masked~"}), *promised) == []
    assert told(exchange({}, sent={"secret": "b"}), *promised) == [("request_body", "/secret", "one of a")]


def test_a_range_of_media_types_covers_a_body():
    promised = promise({}, requestBody={"content": {"application/*": {"schema": {"type": "object"}}}})
    assert told(exchange({}, sent={}), *promised) == []
    assert told(exchange({}, sent=[]), *promised) == [("request_body", "", "type object")]
