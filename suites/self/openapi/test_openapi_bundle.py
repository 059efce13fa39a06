"""Bundling: references stay inside, files of one set become one tree, and nothing but OpenAPI 3 gets in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.errors import DocumentError
from harness.openapi import bundle, document, walk

HEAD = {"openapi": "3.0.3", "info": {"title": "T", "version": "1"}}


def written(folder: Path, name: str, tree: Any) -> Path:
    path = folder / name
    path.write_text(tree if isinstance(tree, str) else json.dumps(tree), encoding="utf-8")
    return path


def ref(target: str) -> dict[str, Any]:
    return HEAD | {"paths": {"/a": {"get": {"responses": {"200": {"$ref": target}}}}}}


def test_a_folder_becomes_one_tree_with_local_references(tmp_path: Path) -> None:
    answer = {"content": {"application/json": {"schema": {"$ref": "./Common.json#/components/schemas/Thing"}}}}
    written(tmp_path, "Account.json", HEAD | {"paths": {"/a": {"get": {"responses": {"200": answer}}}}})
    thing = {"type": "object", "properties": {"again": {"$ref": "#/components/schemas/Thing"}}}
    schemes = {"one": {"type": "apiKey", "name": "k", "in": "header"}}
    written(tmp_path, "Common.json", HEAD | {"components": {"schemas": {"Thing": thing}, "securitySchemes": schemes}})
    tree = bundle.bundle(tmp_path)
    assert all(node["$ref"] == "#/components/schemas/Common.Thing" for _, node in walk.refs(tree))
    assert len(list(walk.refs(tree))) == 2
    assert tree["components"]["securitySchemes"] == schemes


def test_a_file_that_refers_to_its_neighbour_is_bundled_with_it(tmp_path: Path) -> None:
    path = written(tmp_path, "one.json", ref("two.json#/components/responses/R"))
    written(tmp_path, "two.json", HEAD | {"paths": {"/b": {}}, "components": {"responses": {"R": {"description": ""}}}})
    tree = bundle.bundle(path)
    assert list(tree["paths"]) == ["/a"]
    assert walk.resolve(tree, tree["paths"]["/a"]["get"]["responses"]["200"]) == {"description": ""}


def test_a_scheme_that_is_spelled_out_wins_over_references_to_it(tmp_path: Path) -> None:
    far = {"components": {"securitySchemes": {"s": {"$ref": "./Z.json#/components/securitySchemes/s"}}}}
    written(tmp_path, "A.json", HEAD | far)
    written(tmp_path, "Z.json", HEAD | {"components": {"securitySchemes": {"s": {"type": "http", "scheme": "basic"}}}})
    assert bundle.bundle(tmp_path)["components"]["securitySchemes"]["s"] == {"type": "http", "scheme": "basic"}


def test_discriminators_follow_their_schemas(tmp_path: Path) -> None:
    schema = {"oneOf": [], "discriminator": {"propertyName": "kind", "mapping": {"x": "#/components/schemas/X"}}}
    written(tmp_path, "A.json", HEAD | {"components": {"schemas": {"S": schema, "X": {"type": "object"}}}})
    found = bundle.bundle(tmp_path)["components"]["schemas"]["A.S"]
    assert found["discriminator"]["mapping"] == {"x": "#/components/schemas/A.X"}


def test_two_operations_of_one_method_and_path_keep_both_names(tmp_path: Path) -> None:
    for name, operation in (("A.json", "first"), ("B.json", "second")):
        written(tmp_path, name, HEAD | {"paths": {"/a": {"get": {"operationId": operation, "responses": {}}}}})
    operation = bundle.bundle(tmp_path)["paths"]["/a"]["get"]
    assert (operation["operationId"], operation["x-also"]) == ("first", ["second"])


@pytest.mark.parametrize(
    "target",
    [
        "https://example.com/x.json#/a",
        "//example.com/x.json",
        "file:///etc/passwd",
        "../up.json#/components/responses/R",
        "sub/deep.json#/x",
        "/etc/passwd",
        "..\\up.json",
        "./a/../../up.json",
    ],
)
def test_references_never_leave_the_folder(target: str, tmp_path: Path) -> None:
    path = written(tmp_path, "document.json", json.dumps(ref(target), indent=1))
    with pytest.raises(DocumentError, match="leaves the document") as caught:
        bundle.bundle(path)
    assert caught.value.where.rsplit(":", 1)[1].isdigit()
    assert "beside" in caught.value.remedy


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('{"swagger": "2.0", "paths": {}}', "Swagger 2.0"),
        ("[]", "not an OpenAPI 3"),
        ('"text"', "not an OpenAPI 3"),
        ("null", "not an OpenAPI 3"),
        ('{"openapi": "4.0.0", "paths": {}}', "not an OpenAPI 3"),
        ("{}", "not an OpenAPI 3"),
    ],
)
def test_what_is_no_openapi_3_is_refused(text: str, what: str, tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=what) as caught:
        bundle.bundle(written(tmp_path, "document.json", text))
    assert caught.value.where.endswith(":1")


def test_a_folder_without_documents_is_refused(tmp_path: Path) -> None:
    written(tmp_path, "readme.txt", "hello")
    with pytest.raises(DocumentError, match="holds no"):
        bundle.bundle(tmp_path)


OUTLINES = [
    ({"paths": []}, "paths is a list", 2),
    ({"paths": {"/a": None}}, "paths /a is empty", 4),
    ({"paths": {"/a": {"get": "text"}}}, "paths /a get is text", 5),
    ({"paths": {"/a": {"get": {"parameters": {}}}}}, "parameters is a mapping, not a list", 6),
    ({"paths": {"/a": {"parameters": [5]}}}, "parameters 0 is a number", 6),
    ({"paths": {"/a": {"get": {"responses": []}}}}, "responses is a list", 6),
    ({"paths": {"/a": {"get": {"requestBody": True}}}}, "requestBody is true or false", 6),
    ({"paths": {"/a": {"get": {"security": [{"s": "read"}]}}}}, "security 0 s is text", 8),
    ({"components": {"schemas": []}}, "components schemas is a list", 4),
]


@pytest.mark.parametrize(("words", "what", "line"), OUTLINES)
def test_an_outline_of_the_wrong_kind_is_refused_with_its_line(
    words: Any, what: str, line: int, tmp_path: Path
) -> None:
    path = written(tmp_path, "document.json", json.dumps({"openapi": "3.0.3"} | words, indent=1))
    with pytest.raises(DocumentError, match=what) as caught:
        bundle.bundle(path)
    found = int(caught.value.where.rsplit(":", 1)[1])
    assert abs(found - line) <= 1
    assert caught.value.remedy


AT = "https://raw.example.com/main/v8/"


def test_references_to_the_address_of_the_folder_lead_to_its_files(tmp_path: Path) -> None:
    mapping = {"x": f"{AT}common.json#/components/schemas/Thing"}
    schemas = {"Own": {"discriminator": {"propertyName": "k", "mapping": mapping}}}
    written(tmp_path, "a.json", ref(f"{AT}common.json#/components/responses/R") | {"components": {"schemas": schemas}})
    thing = {"schemas": {"Thing": {"type": "object"}}, "responses": {"R": {"description": ""}}}
    written(tmp_path, "common.json", HEAD | {"components": thing})
    for source in (tmp_path, tmp_path / "a.json"):
        tree = bundle.bundle(source)
        assert walk.resolve(tree, tree["paths"]["/a"]["get"]["responses"]["200"]) == {"description": ""}
        found = tree["components"]["schemas"]["a.Own"]["discriminator"]["mapping"]["x"]
        assert walk.resolve(tree, {"$ref": found}) == {"type": "object"}


@pytest.mark.parametrize("other", [f"{AT}absent.json#/x", "https://other.example.com/common.json#/x"])
def test_an_address_that_is_not_surely_the_folders_is_not_taken_for_it(tmp_path: Path, other: str) -> None:
    tree = ref(f"{AT}common.json#/components/responses/R")
    tree["paths"]["/b"] = ref(other)["paths"]["/a"]
    written(tmp_path, "a.json", tree)
    written(tmp_path, "common.json", HEAD | {"components": {"responses": {"R": {"description": ""}}}})
    with pytest.raises(DocumentError, match="leaves the document"):
        bundle.bundle(tmp_path)


def test_references_to_one_address_are_counted_in_the_message(tmp_path: Path) -> None:
    tree = ref(f"{AT}one.json#/x")
    tree["paths"]["/b"] = ref(f"{AT}two.json#/x")["paths"]["/a"]
    with pytest.raises(DocumentError) as caught:
        bundle.bundle(written(tmp_path, "a.json", tree))
    assert f"2 of this file begin with {AT}" in caught.value.remedy


def test_a_mapping_may_have_the_bare_names_of_schemas(tmp_path: Path) -> None:
    schema = {"oneOf": [], "discriminator": {"propertyName": "kind", "mapping": {"x": "X"}}}
    written(tmp_path, "A.json", HEAD | {"components": {"schemas": {"S": schema, "X": {"type": "object"}}}})
    found = bundle.bundle(tmp_path)["components"]["schemas"]["A.S"]
    assert found["discriminator"]["mapping"] == {"x": "#/components/schemas/A.X"}


def test_each_file_keeps_the_base_path_of_its_servers(tmp_path: Path) -> None:
    operation = {"get": {"responses": {"200": {"description": ""}}}}
    for name, url in (
        ("a", "https://one.example.com/v1"),
        ("b", "https://two.example.com/v1"),
        ("c", "/v2"),
        ("d", ""),
    ):
        servers = {"servers": [{"url": url}]} if url else {}
        written(tmp_path, f"{name}.json", HEAD | servers | {"paths": {f"/{name}": operation}})
    made = document.load(tmp_path, "zendesk")
    assert list(made.tree["paths"]) == ["/v1/a", "/v1/b", "/v2/c", "/d"]


def test_a_first_file_without_servers_gets_none_of_the_others(tmp_path: Path) -> None:
    operation = {"get": {"responses": {"200": {"description": ""}}}}
    written(tmp_path, "_common.json", HEAD | {"servers": [{"url": "/v9"}]})
    written(tmp_path, "a.json", HEAD | {"paths": {"/a": operation}})
    written(tmp_path, "b.json", HEAD | {"servers": [{"url": "/v1"}], "paths": {"/b": operation}})
    assert list(document.load(tmp_path, "zendesk").tree["paths"]) == ["/a", "/v1/b"]
