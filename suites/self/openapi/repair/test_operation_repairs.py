"""Repairs around operations: each on the smallest document that shows its defect."""

from __future__ import annotations

from mended_documents import Tree, openapi, operation

from harness.openapi.repair import repair


def test_path_parameters_are_declared_and_required_and_in_the_template() -> None:
    stray = {"name": "other", "in": "path", "required": True, "schema": {}}
    found, rules = operation(
        "/a/{id}/b/{x}", parameters=[stray, {"name": "x", "in": "path", "schema": {"type": "string"}}]
    )
    assert found["parameters"] == [
        {"name": "x", "in": "path", "required": True, "schema": {"type": "string"}},
        {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
    ]
    assert rules == ["path-parameters", "parameter-place"]


def test_strays_that_all_operations_of_a_path_share_go_as_well() -> None:
    stray = {"name": "other", "in": "path", "required": True, "schema": {}}
    tree = openapi() | {"paths": {"/a": {"parameters": [stray], "get": {"responses": {}}, "put": {"responses": {}}}}}
    assert [one.rule for one in repair(tree)] == ["path-parameters"]
    assert tree["paths"]["/a"]["parameters"] == []


def test_parameters_get_a_schema_a_place_and_a_style_that_exists() -> None:
    found, rules = operation(
        parameters=[
            {"name": "a", "in": "query", "type": "integer", "minimum": 1},
            {"name": "b", "in": "QUERY", "schema": {"type": "string"}},
            {"name": "c", "in": "query", "style": "simple", "schema": {"type": "array", "items": {}}},
            {"name": "d", "in": "query", "schema": {"type": "string", "nullable": True}},
        ]
    )
    assert [one["schema"] for one in found["parameters"]] == [
        {"type": "integer", "minimum": 1}, {"type": "string"}, {"type": "array", "items": {}}, {"type": "string"}
    ]  # fmt: skip
    assert found["parameters"][1]["in"] == "query"
    assert (found["parameters"][2]["style"], found["parameters"][2]["explode"]) == ("form", False)
    assert rules == ["parameter-schema", "parameter-place", "parameter-style", "null-in-parameter"]


def test_response_keys_become_statuses() -> None:
    answer = {"description": ""}
    found, rules = operation(
        responses={"200 OK": answer, "4xx": answer, "ok": answer, "default": answer, "204": "text"}
    )
    assert set(found["responses"]) == {"200", "4XX", "default"}
    assert rules == ["status-code"]


def test_twins_become_one_path_and_no_operation_is_lost() -> None:
    def one(name: str, parameter: str) -> Tree:
        parameters = [{"name": parameter, "in": "path", "required": True, "schema": {"type": "string"}}]
        return {"operationId": name, "parameters": parameters, "responses": {}}

    tree = openapi() | {
        "paths": {
            "/a/{id}": {"get": one("read", "id")},
            "/a/{aId}": {"put": one("write", "aId"), "get": one("also", "aId")},
        }
    }
    assert [repaired.rule for repaired in repair(tree)] == ["path-twins"]
    (path,) = tree["paths"].values()
    assert path["get"]["x-also"] == ["also"]
    assert path["put"]["parameters"][0]["name"] == "id"


def test_a_taken_operation_id_and_an_unknown_security_scheme_are_told() -> None:
    tree = openapi() | {
        "paths": {
            "/a": {"get": {"operationId": "x", "responses": {}}, "put": {"operationId": "x", "responses": {}}},
            "/b": {"get": {"operationId": "y", "responses": {}, "security": [{"other": ["read"]}]}},
        }
    }
    tree["components"]["securitySchemes"] = {"only": {"type": "http", "scheme": "basic"}}
    assert [one.rule for one in repair(tree)] == ["operation-id", "security-scheme"]
    assert tree["paths"]["/a"]["put"]["operationId"] == "x_put_a"
    assert tree["paths"]["/b"]["get"]["security"] == [{"only": ["read"]}]
