"""A property that one branch of a union documents is held to it, whichever branch the rest of the value fits."""

from __future__ import annotations

import pytest
from promised import exchange, promise

from harness.checks import judge

ADMIN = {"type": "object", "properties": {"id": {"type": "integer"}, "alias": {"type": "string"}}}
GUEST = {"type": "object", "properties": {"id": {"type": "integer"}}}
UNION = {"anyOf": [{"$ref": "#/components/schemas/Admin"}, {"$ref": "#/components/schemas/Guest"}]}


def places(body, schema=None, admin=ADMIN, guest=GUEST, **more):
    match, contract = promise(schema or UNION, schemas={"Admin": admin, "Guest": guest, **more})
    return [(one.check, one.pointer) for one in judge(exchange(body), match, contract)]


def test_the_type_that_one_branch_gives_holds_for_all():
    assert places({"id": 1, "alias": 5}) == [("body", "/alias")]
    assert places({"id": 1, "alias": "a"}) == []
    assert places({"id": 1}) == []


def test_branches_that_differ_leave_the_choice():
    other = {"type": "object", "properties": {"alias": {"type": "integer"}}}
    union = {"oneOf": [*UNION["anyOf"], {"$ref": "#/components/schemas/Other"}]}
    assert places({"id": 1, "alias": True}, union, Other=other) == [("body", "/alias")]
    assert ("body", "/alias") not in places({"id": 1, "alias": 5}, union, Other=other)


def test_a_schema_beside_the_union_has_the_last_word():
    assert places({"alias": 5}, UNION | {"properties": {"alias": {"type": "integer"}}}) == []


@pytest.mark.parametrize("extra", [False, {"type": "integer"}])
def test_a_branch_that_refuses_or_types_further_names_speaks_for_itself(extra):
    guest = GUEST | {"additionalProperties": extra}
    assert places({"id": 1, "alias": 5}, guest=guest) == ([("body", "/alias")] if extra is False else [])


def test_a_union_that_contains_itself_ends():
    tree = {"type": "object", "properties": {"kid": UNION | {"nullable": True}}}
    assert places({"kid": {"kid": {"id": "x"}}}, admin=tree)[0][0] == "body"


def test_a_deep_value_of_a_union_that_holds_itself_is_explained_to_its_end():
    leaf = {"type": "object", "required": ["v"], "properties": {"v": {"type": "integer"}}}
    inner = {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}
    branch = {"type": "object", "required": ["kids"], "properties": {"kids": inner}}
    tree = {"anyOf": [{"$ref": "#/components/schemas/Admin"}, {"$ref": "#/components/schemas/Guest"}]}
    body = {"v": "x"}
    for _ in range(90):
        body = {"kids": [body]}
    assert places(body, {"$ref": "#/components/schemas/Tree"}, leaf, branch, Tree=tree) != []
