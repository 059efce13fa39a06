"""The contract follows references, compiles on demand and says where a schema is broken."""

from __future__ import annotations

import pytest
from promised import promise

from harness.contract.contract import Contract
from harness.openapi.catalog import compile_operations
from harness.openapi.document import pinned, vendors


def test_an_answer_behind_a_reference():
    schemas = {"Word": {"type": "string"}}
    match, contract = promise(
        responses={"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Word"}}}}},
        schemas=schemas,
    )
    answer = contract.answer(match.operation, 200)
    assert [one.expected for one in answer.json.violations(3)] == ["type string"]


def test_one_component_is_compiled_once_for_all_that_refer_to_it():
    word = {"application/json": {"schema": {"$ref": "#/components/schemas/Word"}}}
    match, contract = promise(responses={"200": {"content": word}, "201": {"content": word}}, schemas={"Word": {}})
    assert contract.answer(match.operation, 200).json is contract.answer(match.operation, 201).json
    assert contract.answer(match.operation, 200) is contract.answer(match.operation, 200)


def test_recursive_schemas_are_no_trouble():
    schemas = {"Tree": {"properties": {"kids": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}}}}
    match, contract = promise({"$ref": "#/components/schemas/Tree"}, schemas=schemas)
    body = {"kids": [{"kids": [{"kids": 3}]}]}
    (found,) = contract.answer(match.operation, 200).json.violations(body)
    assert found.pointer == "/kids/0/kids/0/kids"


@pytest.mark.parametrize("broken", [{"pattern": "("}, {"$ref": "#/components/schemas/Nowhere"}, {"type": "colour"}])
def test_a_schema_that_cannot_be_compiled_is_named(broken):
    match, contract = promise({"properties": {"a": broken}})
    schema = contract.answer(match.operation, 200).json
    assert "cannot be compiled" in schema.problem.what
    assert "things" in schema.problem.where
    assert schema.problem.remedy
    assert list(schema.violations({"a": 5})) == []


def test_a_reference_to_nothing_is_not_taken_for_a_schema_that_allows_all():
    match, contract = promise({"$ref": "#/components/schemas/Nowhere"})
    assert "cannot be compiled" in contract.answer(match.operation, 200).json.problem.what


def test_an_operation_without_a_body_promises_none():
    match, contract = promise()
    assert contract.body(match.operation) is None
    assert contract.answer(match.operation, 204) is None


def test_every_schema_of_both_catalogs_compiles():
    for vendor in vendors():
        documents = list(pinned(vendor))
        contract = Contract.over(documents)
        for operation in (one for made in documents for one in compile_operations(vendor, made.name, made.tree)):
            answers = [contract.answer(operation, int(code)) for code in operation.statuses if code.isdigit()]
            assert all(answers), operation.key
            assert contract.body(operation) is not None or not operation.media_types
            assert {one.place for one in contract.inputs(operation)} <= {"path", "query", "header", "cookie"}


SIBLINGS = {"Thing": {"type": "object", "properties": {"id": {"type": "integer"}}}}
REQUIRING = {"$ref": "#/components/schemas/Thing", "required": ["id"]}


@pytest.mark.parametrize(("version", "expected"), [("3.1.0", ["a required property"]), ("3.0.3", [])])
def test_keywords_beside_a_top_level_reference_count_from_3_1_on(version, expected):
    body = {"content": {"application/json": {"schema": REQUIRING}}}
    match, contract = promise(REQUIRING, schemas=SIBLINGS, version=version, requestBody=body)
    answer, request = contract.answer(match.operation, 200).json, contract.body(match.operation)
    assert [one.expected for one in answer.violations({})] == expected
    assert [one.expected for one in request.contents["application/json"].violations({})] == expected


def test_keywords_beside_the_reference_of_a_parameter_count_too():
    row = {"name": "q", "in": "query", "schema": {"$ref": "#/components/schemas/Word", "enum": ["a"]}}
    match, contract = promise(parameters=[row], schemas={"Word": {"type": "string"}}, version="3.1.0")
    (declared,) = contract.inputs(match.operation)
    assert [one.expected for one in declared.violations(["b"])] == ["one of a"]


def test_a_description_beside_a_reference_makes_no_schema_of_its_own():
    word = {"application/json": {"schema": {"$ref": "#/components/schemas/Word", "description": "x"}}}
    match, contract = promise(responses={"200": {"content": word}, "201": {"content": word}}, schemas={"Word": {}},
                              version="3.1.0")  # fmt: skip
    assert contract.answer(match.operation, 200).json is contract.answer(match.operation, 201).json


def test_a_range_of_media_types_has_its_schema():
    match, contract = promise(responses={"200": {"content": {"*/*": {"schema": {"type": "object"}}}}})
    assert [one.expected for one in contract.answer(match.operation, 200).schema("application/json").violations(5)] == [
        "type object"
    ]


def test_all_schemas_of_an_operation():
    parameters = [{"name": "q", "in": "query", "schema": {"type": "string"}}]
    headers = {"X-A": {"schema": {"type": "integer"}}}
    responses = {
        "200": {"headers": headers, "content": {"application/json": {"schema": {}}}},
        "4XX": {"content": {"a/b": {"schema": {}}}},
    }
    body = {"content": {"application/json": {"schema": {}}}}
    match, contract = promise(parameters=parameters, responses=responses, requestBody=body)
    assert len(list(contract.schemas(match.operation))) == 5


def test_a_parameter_of_the_path_item_gives_way_to_the_operations_own_in_any_case_of_a_header():
    rows = [{"name": "X-A", "in": "header", "schema": {}}, {"name": "x-a", "in": "header", "schema": {}}]
    match, contract = promise(parameters=rows)
    assert [declared.name for declared in contract.inputs(match.operation)] == ["X-A"]
