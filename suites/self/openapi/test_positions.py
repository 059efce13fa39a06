"""The line of every operation, however a document is laid out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from harness.openapi import document_cache, positions
from harness.openapi.document import SPECS
from harness.openapi.positions import operation_lines, shown, shown_place, sources

PATHS = {
    "/a": {"summary": "get", "get": {"operationId": "A", "responses": {"200": {"description": "paths"}}}},
    "/b/{id}": {"parameters": [{"name": "id", "in": "path"}], "put": {"responses": {}}, "delete": {"operationId": "D"}},
}
TREE = {"openapi": "3.0.3", "info": {"title": "get", "version": "1"}, "paths": PATHS, "components": {"paths": PATHS}}
PLAIN = json.loads(json.dumps(TREE))
"""The same without shared parts, which YAML would write as anchors."""
KEYS = {("/a", "GET"), ("/b/{id}", "PUT"), ("/b/{id}", "DELETE")}


def lines(path: Path) -> dict[tuple[str, str], int]:
    return {key: line for key, (_, line) in operation_lines(path).by_place.items()}


@pytest.mark.parametrize("text", [
    yaml.safe_dump(PLAIN), yaml.safe_dump(PLAIN, default_flow_style=True),
    yaml.safe_dump(PLAIN, indent=8, sort_keys=False), "# remark\n\n" + yaml.safe_dump(PLAIN),
    json.dumps(PLAIN), json.dumps(PLAIN, indent=1), json.dumps(PLAIN, indent="\t"),
], ids=["block", "flow", "wide", "remark", "one line", "indented", "tabs"])  # fmt: skip
def test_the_line_is_that_of_the_methods_key(text: str, tmp_path: Path) -> None:
    path = tmp_path / "any.yaml"
    path.write_text(text)
    found = lines(path)
    assert found.keys() == KEYS
    for (_, method), line in found.items():
        assert method.lower() in text.splitlines()[line - 1]


def test_anchors_and_aliases_do_not_shift_keys(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("x: &x {get: 1}\npaths:\n  /a: &a\n    parameters: *x\n    get: {}\n  /b: *a\n  /c:\n    put: {}\n")
    assert lines(path) == {("/a", "GET"): 5, ("/c", "PUT"): 8}


def test_what_is_no_yaml_has_the_lines_before_the_mistake(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("paths:\n  /a:\n    get: {}\n  /b: {]\n")
    assert lines(path) == {("/a", "GET"): 3}


@given(st.text())
def test_no_text_raises(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_text(text, encoding="utf-8", errors="replace")
    operation_lines(path)


def test_a_folder_has_the_lines_of_all_its_files(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text("paths: {/a: {get: {}}}")
    (tmp_path / "two.yaml").write_text("\npaths: {/b: {get: {}}}")
    found = operation_lines(tmp_path).by_place
    assert found == {("/a", "GET"): (tmp_path / "one.yaml", 1), ("/b", "GET"): (tmp_path / "two.yaml", 2)}


def test_every_pinned_operation_has_its_own_line(tmp_path: Path) -> None:
    documents = document_cache.open_documents(tmp_path)
    found = sources(documents, documents.catalog.operations)
    assert len(set(found.values())) == len(found) == len(documents.catalog.operations)
    assert {place.split(":")[0] for place in found.values()} <= {
        path.relative_to(SPECS.parent).as_posix() for path in SPECS.rglob("*.*")
    }
    key = "zendesk:ListTickets"
    file, line = found[key].split(":")
    assert "operationId: ListTickets" in "\n".join((SPECS.parent / file).read_text().splitlines()[int(line) - 1 :][:3])


def test_a_base_path_does_not_hide_an_operation(tmp_path: Path) -> None:
    path = tmp_path / "based.json"
    tree = TREE | {"servers": [{"url": "https://x.example/api/v2"}], "components": {}}
    path.write_text(json.dumps(tree, indent=1))
    documents = document_cache.open_documents(tmp_path, other={"zendesk": path})
    found = sources(documents, documents.catalog.operations)
    assert len(found) == 3
    assert all(place != "based.json:1" for place in found.values())


def test_a_document_that_is_gone_gives_no_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "gone.json"
    path.write_text(json.dumps(TREE))
    documents = document_cache.open_documents(tmp_path, other={"zendesk": path})
    monkeypatch.setattr(positions, "operation_lines", lambda _: path.with_name("no").read_bytes())
    assert sources(documents, documents.catalog.operations) == {}


def test_paths_of_this_machine_are_not_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert shown(tmp_path / "specs" / "mine.yaml") == "specs/mine.yaml"
    assert shown(Path("mine.yaml")) == "mine.yaml"
    assert shown(tmp_path.parent / "elsewhere.yaml") == "elsewhere.yaml"
    assert shown(SPECS / "zoho" / "desk.json") == "specs/zoho/desk.json"


def test_a_shipped_file_is_told_from_one_of_the_user_s_that_is_called_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    mine = tmp_path / "specs" / "zendesk" / "waivers.yaml"
    assert shown_place(f"{mine}:3") == "specs/zendesk/waivers.yaml:3"
    assert shown_place(f"{SPECS / 'zendesk' / 'waivers.yaml'}:3") == "shipped specs/zendesk/waivers.yaml:3"
