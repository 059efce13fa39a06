"""Parts: where the rows, the record and the described objects of an answer are."""

from __future__ import annotations

import pytest

from harness.sandbox.reply_parts import described, record, records, rows
from harness.sandbox.resolved_schemas import ResolvedSchemas

A, B = {"id": 1}, {"id": 2}


@pytest.mark.parametrize(
    ("body", "key", "expected"),
    [
        ({"things": [A], "users": [B]}, "users", [B]),
        ({"count": 1, "things": [A]}, "", [A]),
        ({"badges": [A], "owner": {"teams": [B]}}, "", [A]),
        ({"data": {"data": [A]}, "count": "1"}, "", [A]),
        ([A, B], "", [A, B]),
        ({"things": []}, "things", []),
        ({"tags": ["a"]}, "tags", ["a"]),
        ({"tags": ["a"]}, "", None),
        ({"thing": A}, "thing", None),
        ("text", "", None),
    ],
)
def test_rows_are_found_under_any_name(body, key, expected):
    assert rows(body, key) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"tickets": [A], "count": 1}, [A]),
        ([A, B], [A, B]),
        ({"data": [{"day": 1}], "total": 1}, None),
        ({"definitions": {"conditions": [A]}}, None),
        ({"tags": []}, None),
    ],
)
def test_a_list_of_records_that_no_schema_calls_one(body, expected):
    assert records(body) == expected


@pytest.mark.parametrize(
    ("body", "key", "listed", "expected"),
    [
        ({"thing": A}, "thing", False, A),
        ({"things": [A, B]}, "things", True, A),
        ({"count": 1, "things": [A]}, "", True, A),
        ([A, B], "", False, A),
        (A, "", False, A),
        ({"id": 1, "tags": [B]}, "", False, {"id": 1, "tags": [B]}),
        ({"things": []}, "things", True, None),
        ({}, "", False, None),
    ],
)
def test_the_record_of_an_answer(body, key, listed, expected):
    assert record(body, key, listed) == expected


def test_every_object_is_described_the_outermost_first():
    inner = {"required": ["id"], "properties": {"id": {}}}
    tree = {"components": {"schemas": {"Inner": inner}}}
    schema = {"properties": {"many": {"items": {"$ref": "#/components/schemas/Inner"}}, "one": {"oneOf": [inner]}}}
    body = {"one": A, "many": [B, {}], "unknown": {"id": 3}}
    found = list(described(ResolvedSchemas(tree), schema, body))
    assert [value for value, _ in found] == [body, A, B, {}]
    assert [node["required"] for _, node in found] == [[], ["id"], ["id"], ["id"]]
