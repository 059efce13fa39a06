"""Every place of a document is met once, a parent before its children, with the way that leads to it."""

from __future__ import annotations

from typing import Any

from harness.openapi.repair.places import Place, keys_of, places


def met(tree: dict[str, Any]) -> list[tuple[str, str]]:
    """Kind and way of every place, in order."""
    return [(place.kind, "/".join(keys_of(place.at))) for place in places(tree)]


def in_path(**operation: Any) -> dict[str, Any]:
    return {"paths": {"/a": {"get": operation}}}


def of_kind(kind: str, tree: dict[str, Any]) -> list[Place]:
    return [place for place in places(tree) if place.kind == kind]


def test_an_operation_is_met_before_what_it_holds() -> None:
    tree = in_path(
        parameters=[{"schema": {}}],
        requestBody={"content": {"application/json": {"schema": {}}}},
        responses={"200": {"headers": {"x": {"schema": {}}}}},
    )
    assert [kind for kind, _ in met(tree)] == [
        "item", "operation", "parameter", "schema", "body", "media", "schema", "response", "header", "schema",
    ]  # fmt: skip


def test_components_come_first_whoever_uses_them() -> None:
    tree = {"paths": {"/a": {}}, "components": {"schemas": {"S": {}}, "responses": {"R": {}}}}
    assert met(tree) == [
        ("schema", "components/schemas/S"),
        ("response", "components/responses/R"),
        ("item", "paths//a"),
    ]


def test_schemas_inside_of_schemas_are_spelled_out() -> None:
    schema = {"properties": {"a": {"items": {"allOf": [{}, {}]}}}, "additionalProperties": {}}
    ways = {way for _, way in met({"components": {"schemas": {"S": schema}}})}
    assert ways == {
        "components/schemas/S",
        "components/schemas/S/additionalProperties",
        "components/schemas/S/properties/a",
        "components/schemas/S/properties/a/items",
        "components/schemas/S/properties/a/items/allOf/0",
        "components/schemas/S/properties/a/items/allOf/1",
    }


def test_callbacks_have_paths_of_their_own() -> None:
    tree = in_path(callbacks={"done": {"{$url}": {"post": {}}}})
    assert ("operation", "paths//a/get/callbacks/done/{$url}/post") in met(tree)


def test_what_travels_as_text_is_known_as_such() -> None:
    (parameter, body) = of_kind(
        "schema", in_path(parameters=[{"schema": {}}], requestBody={"content": {"a": {"schema": {}}}})
    )
    assert (parameter.within, body.within) == ("parameter", "")


def test_a_place_knows_what_holds_it() -> None:
    tree = in_path(parameters=[{"name": "a"}])
    (parameter,) = of_kind("parameter", tree)
    parameter.holder[parameter.key] = {"name": "b"}
    assert tree["paths"]["/a"]["get"]["parameters"] == [{"name": "b"}]


def test_what_is_no_part_of_a_document_is_passed_over() -> None:
    assert met({"paths": [], "components": {"schemas": ["a"], "parameters": {"p": "text"}}}) == []
    assert met({"paths": {"/a": {"get": "text", "parameters": {}}}}) == [("item", "paths//a")]
