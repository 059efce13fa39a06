"""The base path of servers stands in front of every path, whichever way it is written."""

from __future__ import annotations

from typing import Any

import pytest

from harness.openapi.base_paths import bases_of, write_out
from harness.openapi.catalog import Catalog, compile_operations


def server(url: str, **defaults: str) -> dict[str, Any]:
    return {"url": url, "variables": {name: {"default": value} for name, value in defaults.items()}}


@pytest.mark.parametrize(
    ("row", "base"),
    [
        (server("https://acme.example.com/api/v2"), "/api/v2"),
        (server("https://acme.example.com/api/v2/"), "/api/v2"),
        (server("https://{sub}.example.com/api/v2", sub="acme"), "/api/v2"),
        (server("https://acme.example.com/{base}", base="api/v2"), "/api/v2"),
        (server("{scheme}://acme.example.com:{port}/api", scheme="https", port="443"), "/api"),
        (server("{origin}/api", origin="https://acme.example.com"), "/api"),
        (server("{origin}/api"), "/api"),
        (server("//acme.example.com/api"), "/api"),
        (server("/api/v2"), "/api/v2"),
        (server("api/v2"), "/api/v2"),
        (server("./api"), "/api"),
        (server("https://acme.example.com/api?x=1#y"), "/api"),
        (server("https://acme.example.com/v{version}"), "/v{version}"),
        (server("https://acme.example.com"), ""),
        (server("https://acme.example.com/"), ""),
        (server("/"), ""),
        (server("."), ""),
        (server(""), ""),
        ({}, ""),
    ],
)
def test_the_base_path_of_one_server(row: Any, base: str) -> None:
    assert bases_of([row]) == [base]


def test_a_list_that_is_none_has_its_server_at_the_root() -> None:
    assert bases_of(None) == bases_of([]) == bases_of("x") == [""]


def written(**tree: Any) -> tuple[dict[str, str], dict[str, Any]]:
    made = {"openapi": "3.1.0", "paths": {"/things": {"get": {"operationId": "list"}, "post": {"operationId": "make"}}}}
    made |= tree
    return write_out(made), made["paths"]


def test_it_becomes_a_part_of_each_path() -> None:
    old, paths = written(servers=[server("/api/v2")])
    assert list(paths) == ["/api/v2/things"]
    assert "servers" not in str(paths)
    assert old == {"/api/v2/things": "/things"}


def test_nothing_changes_without_one() -> None:
    old, paths = written(servers=[server("https://acme.example.com")])
    assert list(paths) == ["/things"]
    assert old == {}


def test_a_path_and_an_operation_may_have_servers_of_their_own() -> None:
    things = {
        "servers": [server("/files")],
        "parameters": [{"name": "q", "in": "query"}],
        "get": {"operationId": "list"},
        "post": {"operationId": "make", "servers": [server("/uploads")]},
    }
    old, paths = written(paths={"/things": things, "/others": {"get": {}}}, servers=[server("/api")])
    assert {path: [key for key in item if key in ("get", "post")] for path, item in paths.items()} == {
        "/files/things": ["get"], "/uploads/things": ["post"], "/api/others": ["get"],
    }  # fmt: skip
    assert paths["/uploads/things"]["parameters"] == things["parameters"]
    assert old["/uploads/things"] == "/things"


def test_the_first_of_several_servers_counts_and_the_others_are_known() -> None:
    tree: dict[str, Any] = {"openapi": "3.1.0", "paths": {"/things/{id}": {"get": {"operationId": "show"}}}}
    tree["servers"] = [
        server("/api/v2"),
        server("https://old.example.com/api/v1"),
        server("https://b.example.com/api/v2"),
    ]
    write_out(tree)
    catalog = Catalog(compile_operations("v", "d", tree))
    assert [operation.path for operation in catalog.operations] == ["/api/v2/things/{id}"]
    for path in ("/api/v2/things/5", "/api/v1/things/5"):
        match = catalog.match("v", "GET", path)
        assert match is not None
        assert match.values == {"id": "5"}
    assert catalog.match("v", "GET", "/things/5") is None


def test_paths_that_all_begin_with_it_have_it_already() -> None:
    old, paths = written(paths={"/api/v2/things": {"get": {}}, "/api/v2/others": {}}, servers=[server("/api/v2")])
    assert list(paths) == ["/api/v2/things", "/api/v2/others"]
    assert old == {}
    _, paths = written(paths={"/api/things": {"get": {}}, "/others": {"get": {}}}, servers=[server("/api")])
    assert list(paths) == ["/api/api/things", "/api/others"]
