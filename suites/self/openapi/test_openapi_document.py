"""Documents: pinned, corrected, mended; and paths, operations and parameters of any shape give a clear answer."""

from __future__ import annotations

import gc
import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.contract.dialect import Side, translate
from harness.errors import DocumentError, UsageError
from harness.formats.pointer import pointer_of
from harness.openapi import document, overlay, walk
from harness.openapi.catalog import compile_operations
from harness.openapi.repair.places import keys_of, places

SHARED = Path(__file__).resolve().parents[4] / "shared" / "upstream"


def written(folder: Path, **words: Any) -> Path:
    path = folder / "document.json"
    path.write_text(json.dumps({"openapi": "3.0.3", "info": {"title": "T", "version": "1"}} | words))
    return path


def operations(path: Path) -> list[str]:
    one = document.load(path, "zendesk")
    return [operation.operation_id for operation in compile_operations("zendesk", one.name, one.tree)]


def test_an_unknown_vendor_is_told_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="acme") as caught:
        document.pins("acme")
    assert "zendesk" in caught.value.remedy


def test_pinned_documents_are_corrected_then_mended() -> None:
    support = next(document.pinned("zendesk"))
    assert support.actions
    assert {repair.rule for repair in support.repairs} >= {"enum-without-null"}
    assert support.tree["components"]["schemas"]["TicketObject"]["properties"]["recipient"]["nullable"] is True


def test_all_operations_stay() -> None:
    counts = {vendor: [len(compile_operations(vendor, one.name, one.tree)) for one in document.pinned(vendor)]
              for vendor in document.vendors()}  # fmt: skip
    assert counts == {"zendesk": [605, 3], "zoho": [704, 4]}
    for vendor in document.vendors():
        for one in document.pinned(vendor):
            assert not [op.key for op in compile_operations(vendor, one.name, one.tree) if op.unsupported]


@pytest.mark.parametrize("vendor", document.vendors())
@pytest.mark.parametrize("side", Side)
def test_every_schema_compiles(vendor: str, side: Side) -> None:
    for one in document.pinned(vendor):
        registry = jsonschema_rs.Registry([("urn:document", translate(one.tree, side))])
        homes = [place for place in places(one.tree) if place.kind == "schema" and place.key == "schema"]
        homes += [
            place
            for place in places(one.tree)
            if place.kind == "schema" and place.at[0] == ((None, "components"), "schemas")
        ]  # type: ignore[index]
        assert homes
        for place in homes:
            at = pointer_of(keys_of(place.at))
            pointer = at.replace("%", "%25").replace("{", "%7B").replace("}", "%7D").replace(" ", "%20")
            jsonschema_rs.Draft202012Validator({"$ref": f"urn:document#{pointer}"}, registry=registry)


def test_loading_leaves_the_collector_as_it_was(tmp_path: Path) -> None:
    assert gc.isenabled()
    with pytest.raises(DocumentError):
        document.load(tmp_path / "nowhere.yaml", "zendesk")
    assert gc.isenabled()


def test_duplicate_keys_are_refused_or_told(tmp_path: Path) -> None:
    path = tmp_path / "twice.yaml"
    path.write_text("openapi: 3.0.3\ninfo: {}\npaths:\n  /a: {}\n  /a: {}\n")
    with pytest.raises(DocumentError, match="stands twice"):
        document.load(path, "zendesk")
    (repair,) = document.load(path, "zendesk", strict=False).repairs
    assert repair.rule == "duplicate-key"
    assert repair.where == f"{path}:5"


@pytest.mark.skipif(not SHARED.is_dir(), reason="the published documents are not here")
def test_a_published_document_with_every_defect_loads() -> None:
    path = SHARED / "zendesk/support-2025-09.yaml"
    with pytest.raises(DocumentError, match="CustomField"):
        document.load(path, "zendesk")
    one = document.load(path, "zendesk", strict=False)
    assert len(compile_operations("zendesk", one.name, one.tree)) == 492
    field = one.tree["components"]["schemas"]["CustomField"]
    assert "active" in field["allOf"][0]["properties"]


PATHS: list[tuple[Any, list[str]]] = [
    ({}, []),
    ({"/a": {"get": {"operationId": "a"}}}, ["a"]),
    ({"/a": {"get": {"operationId": 5, "responses": {"200": None}}}}, ["5"]),
    ({"/a": {"get": {}, "parameters": [{"$ref": "#/paths/~1a/parameters/0"}]}}, ["get_a"]),
    ({"/a": {"get": {"operationId": "a", "requestBody": {"$ref": "#/nowhere"}}}}, ["a"]),
    ({"/a": {"get": {"operationId": "a", "parameters": [{"$ref": "#/nowhere"}, {"name": 5, "in": {}}]}}}, ["a"]),
]


@pytest.mark.parametrize(("paths", "wanted"), PATHS)
def test_strange_paths_give_the_operations_that_there_are(paths: Any, wanted: list[str], tmp_path: Path) -> None:
    assert operations(written(tmp_path, paths=paths)) == wanted


odd = st.sampled_from(
    [None, True, 3, "text", [], {}, [None], ["a"], {"a": 1}, {"$ref": "#/x"}, {"$ref": 5}, "a b", "{"]
)
WORDS = (
    "get post parameters operationId responses requestBody security tags schema content application/json name in "
    "required properties items 200 x-also"
)
words = st.sampled_from(WORDS.split(" "))
anything = st.recursive(
    odd, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=4), max_leaves=20
)


@settings(max_examples=300)
@given(
    st.dictionaries(st.sampled_from(["/a", "/a/{b}", "/a/{c}", "b", "/{", "/a?b=c"]), anything, max_size=3), anything
)
def test_any_shape_loads_or_is_refused(tmp_path_factory: pytest.TempPathFactory, paths: Any, components: Any) -> None:
    path = written(tmp_path_factory.mktemp("any"), paths=paths, components=components)
    try:
        operations(path)
    except DocumentError as error:
        refused = error
        assert str(path) in refused.where
        assert refused.remedy


@settings(max_examples=300)
@given(st.dictionaries(st.sampled_from(["/a", "/a/{b}", "/a/{c}", "b"]), anything, max_size=3), anything)
def test_any_shape_is_read_like_another_or_refused(
    tmp_path_factory: pytest.TempPathFactory, paths: Any, components: Any
) -> None:
    path = written(tmp_path_factory.mktemp("any"), paths=paths, components=components)
    try:
        old, new = document.load_alike(path, path, "zendesk")
    except DocumentError:
        return
    assert old.tree == new.tree


def test_two_versions_keep_what_is_pinned_of_a_document_and_no_more(tmp_path: Path) -> None:
    paths = {"/a": {"get": {"operationId": "a", "summary": "Lists", "x-internal": 1, "responses": {}}}}
    old, new = document.load_alike(written(tmp_path, paths=paths), tmp_path / "document.json", "zendesk")
    assert old.tree["paths"] == new.tree["paths"] == {"/a": {"get": {"operationId": "a", "responses": {}}}}


SERVED = {
    "servers": [{"url": "https://{org}.example.com/{base}/", "variables": {"base": {"default": "api/v2"}}}],
    "paths": {
        "/things": {
            "get": {"operationId": "list", "responses": {"200": {"$ref": "#/paths/~1others/get/responses/200"}}}
        },
        "/others": {"get": {"operationId": "others", "responses": {"200": {"description": "theirs"}}}},
    },
}


def test_the_base_path_of_the_servers_is_a_part_of_every_path(tmp_path: Path) -> None:
    one = document.load(written(tmp_path, **SERVED), "zendesk")
    assert list(one.tree["paths"]) == ["/api/v2/things", "/api/v2/others"]
    assert one.written == {"/api/v2/things": "/things", "/api/v2/others": "/others"}
    answer = one.tree["paths"]["/api/v2/things"]["get"]["responses"]["200"]
    assert walk.resolve(one.tree, answer) == {"description": "theirs"}


def test_a_correction_names_a_path_as_the_file_has_it(tmp_path: Path) -> None:
    (tmp_path / "fix.yaml").write_text(
        "overlay: 1.0.0\ninfo: {title: T, version: '1'}\nextends: document.json\nactions:\n"
        "- target: $.paths['/things'].get\n  x-reason: r\n  x-source: s\n  update: {operationId: named}\n"
    )
    one = document.load(written(tmp_path, **SERVED), "zendesk", corrections=[overlay.read(tmp_path / "fix.yaml")])
    assert one.tree["paths"]["/api/v2/things"]["get"]["operationId"] == "named"
