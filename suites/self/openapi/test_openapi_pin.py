"""Pinning: the facts of a document, none of its prose, and nothing written where something is wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.errors import DocumentError, UsageError
from harness.openapi import document, loader, pin, walk

SHARED = Path(__file__).resolve().parents[4] / "shared" / "upstream"

PUBLISHED = {
    "openapi": "3.0.3",
    "info": {"title": "Things", "version": "1", "description": "Long prose.", "contact": {"email": "a@vendor.test"}},
    "paths": {
        "/things": {
            "get": {
                "operationId": "ListThings",
                "summary": "Lists all the things there are",
                "tags": ["Things"],
                "x-internal": {"team": "blue"},
                "responses": {
                    "200": {
                        "description": "What a wonderful list",
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "object",
                                    "description": "A thing",
                                    "properties": {
                                        "description": {"type": "string", "description": "Its text"},
                                        "kind": {"type": "string", "enum": ["two words"]},
                                    },
                                },
                                "example": {"description": "A long sentence here", "kind": "two words",
                                            "mail": "joe@vendor.test", "id": 5, "at": "2026-01-02 03:04", "$ref": "x"},
                            }
                        },
                    }
                },
            }
        }
    },
}  # fmt: skip


def published(folder: Path, data: Any = PUBLISHED, name: str = "things-2026-05.json") -> Path:
    path = folder / "upstream" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(data if isinstance(data, str) else json.dumps(data))
    return path


def test_facts_stay_and_prose_goes(tmp_path: Path) -> None:
    row = pin.pin("zendesk", published(tmp_path), tmp_path / "specs", date="2026-01-01")
    text = (tmp_path / "specs/zendesk/things.yaml").read_text()
    for prose in ("Lists all", "wonderful", "Long prose", "Its text", "long sentence", "vendor.test", "blue", "$ref"):
        assert prose not in text
    found = loader.read(tmp_path / "specs/zendesk/things.yaml")
    media = found["paths"]["/things"]["get"]["responses"]["200"]["content"]["application/json"]
    assert set(media["schema"]["properties"]) == {"description", "kind"}
    assert media["example"] == {"description": "Sample text", "kind": "two words", "mail": "someone@example.com",
                                "id": 5, "at": "2026-01-02 03:04"}  # fmt: skip
    assert (row.name, row.source, row.date, row.operations) == (
        "things",
        "upstream/things-2026-05.json",
        "2026-01-01",
        1,
    )


def test_the_row_finds_the_file_again_and_notices_when_it_is_changed(tmp_path: Path) -> None:
    specs = tmp_path / "specs"
    row = pin.pin("zendesk", published(tmp_path), specs)
    assert document.pins("zendesk", specs) == (row,)
    assert [one.sha256 for one in document.pinned("zendesk", specs)] == [row.sha256]
    file = specs / "zendesk" / row.file
    file.write_text(file.read_text() + "# changed\n")
    with pytest.raises(DocumentError, match="sha256"):
        list(document.pinned("zendesk", specs))


def test_pinning_again_keeps_the_place_of_the_row(tmp_path: Path) -> None:
    specs = tmp_path / "specs"
    for name in ("first.json", "second.json"):
        pin.pin("zoho", published(tmp_path, name=name), specs)
    pin.pin("zoho", published(tmp_path, name="first-2026-06.json"), specs)
    assert [row.name for row in document.pins("zoho", specs)] == ["first", "second"]
    assert document.pins("zoho", specs)[0].source == "upstream/first-2026-06.json"


def test_a_url_is_fetched_by_the_caller_and_recorded_without_secrets(tmp_path: Path) -> None:
    asked: list[str] = []

    def fetch(url: str) -> bytes:
        asked.append(url)
        return json.dumps(PUBLISHED).encode()

    url = "https://user:secret@docs.example.com/things/oas.json?token=secret"
    row = pin.pin("zendesk", url, tmp_path / "specs", fetch=fetch)
    assert asked == [url]
    assert row.source == "https://docs.example.com/things/oas.json"
    assert "secret" not in (tmp_path / "specs/zendesk/pins.yaml").read_text()


@pytest.mark.parametrize(
    ("vendor", "source"),
    [("zendesk", "https://docs.example.com/x.json"), ("zendesk", "http://docs.example.com/x.json"), ("acme", "x.json")],
)
def test_wrong_use_is_told(vendor: str, source: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        pin.pin(vendor, source, tmp_path / "specs")
    assert caught.value.remedy
    assert not (tmp_path / "specs").exists()


@pytest.mark.parametrize("text", ["", "[]", '{"openapi": "3.0.0", "paths": {}}', '{"swagger": "2.0"}', "{"])
def test_nothing_is_written_for_a_document_that_cannot_be_used(text: str, tmp_path: Path) -> None:
    with pytest.raises(DocumentError):
        pin.pin("zendesk", published(tmp_path, text), tmp_path / "specs")
    assert not (tmp_path / "specs").exists()


def test_a_missing_source_is_told(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="no such file"):
        pin.pin("zendesk", tmp_path / "nowhere.yaml", tmp_path / "specs")


@pytest.mark.parametrize(
    ("source", "name"),
    [("zendesk/support-2026-05.yaml", "support"), ("zoho-desk", "desk"), ("x/ticket-content-pins-openapi-original.yml",
     "ticket-content-pins"), ("https://h/a/help center.yaml", "help-center"), ("zendesk-oas.yaml", "oas")],
)  # fmt: skip
def test_names_come_from_the_source(source: str, name: str) -> None:
    assert pin.name_of("zoho" if "zoho" in source else "zendesk", source) == name


def texts(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, child in node.items():
            yield str(key)
            yield from texts(child)
    elif isinstance(node, list):
        for child in node:
            yield from texts(child)
    elif isinstance(node, str):
        yield node


# What may be more than two words long: names of tags and of values.
LONGEST = 60


@pytest.mark.parametrize("vendor", document.vendors())
def test_our_own_pins_hold_no_prose_no_mail_and_no_path_of_a_machine(vendor: str) -> None:
    for row in document.pins(vendor):
        assert not row.source.startswith("/")
        path = document.SPECS / vendor / row.file
        for text in texts(loader.read(path)):
            mail = re.fullmatch(r"[^@\s\\]+@([\w-]+\.[\w.-]+)", text)
            assert not mail or mail[1] == "example.com", text
            words = re.findall(r"[A-Za-z]{2,}", text)
            assert len(text) < LONGEST or " " not in text or len(words) < 8 or re.search(r"[\\|(]", text), text


@pytest.mark.parametrize(("vendor", "count"), [("zendesk", {605, 3}), ("zoho", {704, 4})])
def test_our_own_pins_hold_every_operation(vendor: str, count: set[int]) -> None:
    assert {row.operations for row in document.pins(vendor)} == count
    for row in document.pins(vendor):
        assert len(list(walk.operations(loader.read(document.SPECS / vendor / row.file)))) == row.operations


@pytest.mark.skipif(not SHARED.is_dir(), reason="the published documents are not here")
def test_pinning_the_published_documents_gives_what_is_committed(tmp_path: Path) -> None:
    for vendor, source in (("zendesk", SHARED / "zendesk/support-2026-05.yaml"), ("zoho", SHARED / "zoho-desk")):
        row = pin.pin(vendor, source, tmp_path)
        assert row.sha256 == document.pins(vendor)[0].sha256


def test_operations_are_counted_as_every_command_counts_them(tmp_path: Path) -> None:
    """Templates that differ in the names of their parameters alone are one path, and servers give it its beginning."""
    item = {"get": {"responses": {"200": {"description": ""}}}}
    paths = {"/things/{id}": item, "/things/{key}": item, "/things": item}
    servers = [{"url": "https://{org}.example.com/api", "variables": {"org": {"default": "acme"}}}]
    made = {"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "servers": servers, "paths": paths}
    row = pin.pin("zendesk", published(tmp_path, made), tmp_path / "specs")
    (loaded,) = document.pinned("zendesk", tmp_path / "specs")
    assert [path for path, _, _ in walk.operations(loaded.tree)] == ["/api/things/{id}", "/api/things"]
    assert row.operations == 2
