"""A shelf gives the same from its cache as from the documents, and makes everything anew when anything changed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pinned
import pytest

from harness.errors import DocumentError
from harness.openapi import document, document_cache
from harness.openapi.catalog import Catalog
from harness.openapi.document import SPECS, Document
from harness.openapi.document_cache import DocumentCache, open_documents

TREE = {
    "openapi": "3.0.3",
    "info": {"title": "A", "version": "1"},
    "paths": {
        "/api/v2/things": {"get": {"operationId": "ListThings", "responses": {"200": {"description": "ok"}}}},
        "/api/v2/things/{id}": {
            "delete": {
                "operationId": "DeleteThing",
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
                "responses": {"204": {"description": "ok"}},
            }
        },
    },
}  # fmt: skip


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "things.json"
    path.write_text(json.dumps(TREE))
    return path


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Every document that is read from its file rather than from the cache."""
    seen: list[Path] = []
    load: Callable[..., Document] = document.load

    def noted(path: Path, *rest: object, **more: object) -> Document:
        seen.append(path)
        return load(path, *rest, **more)

    monkeypatch.setattr(document, "load", noted)
    return seen


def test_the_second_time_comes_from_the_cache(tmp_path: Path, file: Path, loads: list[Path]) -> None:
    first = open_documents(tmp_path / "cache", other={"zendesk": file})
    again = open_documents(tmp_path / "cache", other={"zendesk": file})
    assert loads == [file]
    assert again.catalog.operations == first.catalog.operations
    assert again.documents("zendesk") == first.documents("zendesk"), "trees, repairs and all"
    again_later = open_documents(tmp_path / "cache", other={"zendesk": file})
    assert again_later.document(again_later.catalog.operations[0]).tree["paths"] == TREE["paths"]


def test_a_changed_document_is_read_again(tmp_path: Path, file: Path, loads: list[Path]) -> None:
    assert len(open_documents(tmp_path / "cache", other={"zendesk": file}).catalog.operations) == 2
    file.write_text(json.dumps(TREE | {"paths": {"/api/v2/things": TREE["paths"]["/api/v2/things"]}}))
    assert len(open_documents(tmp_path / "cache", other={"zendesk": file}).catalog.operations) == 1
    assert loads == [file, file]


def test_the_same_file_in_another_folder_is_read_from_there(tmp_path: Path, file: Path) -> None:
    """Two installations share a cache, and each names its own files."""
    moved = tmp_path / "moved" / file.name
    moved.parent.mkdir()
    shutil.copy(file, moved)
    found = [open_documents(tmp_path / "cache", other={"zendesk": path}).documents("zendesk") for path in (file, moved)]
    assert [documents[0].path for documents in found] == [file, moved]


def test_a_changed_overlay_is_read_again(tmp_path: Path) -> None:
    specs = tmp_path / "specs"
    shutil.copytree(SPECS, specs)
    before = DocumentCache(Catalog(()), tmp_path, specs)
    overlay = next((specs / "zendesk" / "overlays").iterdir())
    overlay.write_text(overlay.read_text() + "# another word\n")
    after = DocumentCache(Catalog(()), tmp_path, specs)
    assert before.stamp("zoho") == after.stamp("zoho")
    assert pinned.documents().stamp("zendesk") != after.stamp("zendesk"), "cases are made anew as well"


def test_every_file_that_makes_a_document_counts_for_the_cache() -> None:
    names = {path.relative_to(Path(document.__file__).parent.parent).as_posix() for path in document_cache._CODE}
    assert {"openapi/catalog.py", "openapi/loader.py", "openapi/overlay.py", "openapi/repair/repair_rules.py"} <= names


@pytest.mark.parametrize("spoilt", [b"", b"[", b'{"a": 1}', b"\xff\xff"])
def test_a_spoilt_cache_is_made_anew(tmp_path: Path, file: Path, spoilt: bytes) -> None:
    cache = tmp_path / "cache"
    first = open_documents(cache, other={"zendesk": file})
    first.documents("zendesk")
    for path in cache.iterdir():
        path.write_bytes(spoilt)
    again = open_documents(cache, other={"zendesk": file})
    assert again.catalog.operations == first.catalog.operations
    assert again.documents("zendesk") == first.documents("zendesk")
    assert spoilt not in [path.read_bytes() for path in cache.glob("catalog-*")]


def test_a_cache_that_cannot_be_written_is_no_error(file: Path) -> None:
    assert open_documents(pinned.NOWHERE, other={"zendesk": file}).documents("zendesk")


def test_nothing_half_written_is_left(tmp_path: Path, file: Path) -> None:
    cache = tmp_path / "cache"
    open_documents(cache, other={"zendesk": file})
    assert [path.suffix for path in cache.iterdir()] == [".json"]


def test_a_document_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(DocumentError) as caught:
        open_documents(tmp_path, other={"zendesk": tmp_path / "nothing.yaml"})
    assert "nothing.yaml" in str(caught.value)


def test_another_document_replaces_all_of_its_vendor_and_leaves_the_other_out(tmp_path: Path, file: Path) -> None:
    one = open_documents(tmp_path / "cache", other={"zendesk": file})
    assert {operation.key for operation in one.catalog.operations} == {"zendesk:ListThings", "zendesk:DeleteThing"}
    assert list(one.hashes()) == ["zendesk/things"]


def test_where_two_documents_describe_one_operation_the_first_wins() -> None:
    names = [one.name for one in pinned.documents().documents("zendesk")]
    assert names[0] == "support"
    places = [(one.vendor, one.method, one.path) for one in pinned.catalog().operations]
    assert len(places) == len(set(places))


def test_every_operation_finds_its_document() -> None:
    for one in pinned.catalog().operations:
        assert one.path in pinned.documents().document(one).tree["paths"]
    assert all(len(digest) == 64 for digest in pinned.documents().hashes().values())
