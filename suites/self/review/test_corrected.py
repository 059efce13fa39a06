"""What has to be tested again since an older document: what differs, what uses it, and nothing else."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness import review
from harness.errors import UsageError
from harness.review.corrected import corrected_diff
from harness.review.named_document import load_named

SHARED = Path(__file__).resolve().parents[4] / "shared" / "upstream"
OLD, NEW = SHARED / "zendesk" / "support-2025-09.yaml", SHARED / "zendesk" / "support-2026-05.yaml"
Tree = dict[str, Any]


def answer(schema: str) -> Tree:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"200": {"description": "", "content": content}}


SHELVES: Tree = {
    "openapi": "3.0.3",
    "info": {"title": "Shelves", "version": "1"},
    "paths": {
        "/api/v2/shelves": {
            "get": {"operationId": "ListShelves", "responses": answer("Shelves")},
            "post": {"operationId": "CreateShelf", "responses": answer("Shelf")},
        },
        "/api/v2/shelves/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
            "get": {"operationId": "ShowShelf", "responses": answer("Shelf")},
            "delete": {"operationId": "DeleteShelf", "responses": {"204": {"description": ""}}},
        },
        "/api/v2/doors": {"get": {"operationId": "ListDoors", "responses": {"200": {"description": ""}}}},
    },
    "components": {
        "schemas": {
            "Shelf": {"type": "object", "properties": {"width": {"type": "integer"}}},
            "Shelves": {"type": "array", "items": {"$ref": "#/components/schemas/Shelf"}},
        }
    },
}


@pytest.fixture
def since(tmp_path: Path) -> Callable[..., set[str]]:
    """`since(edit)` is what an edit of the document makes to be tested again."""

    def compare(edit: Callable[[Tree], object] = lambda tree: None) -> set[str]:
        new = copy.deepcopy(SHELVES)
        edit(new)
        old_file, new_file = tmp_path / "old.json", tmp_path / "new.json"
        old_file.write_text(json.dumps(SHELVES))
        new_file.write_text(json.dumps(new))
        _, difference = corrected_diff(str(old_file), str(new_file))
        return {key.removeprefix("zendesk:") for key in difference.retest}

    return compare


def test_a_document_and_itself_differ_in_nothing(since: Callable[..., set[str]]) -> None:
    assert since() == set()


def test_an_operation_that_was_edited_is_tested_again_and_no_other(since: Callable[..., set[str]]) -> None:
    def edit(tree: Tree) -> None:
        tree["paths"]["/api/v2/doors"]["get"]["parameters"] = [
            {"name": "colour", "in": "query", "schema": {"type": "string"}}
        ]

    assert since(edit) == {"ListDoors"}


def test_whatever_uses_a_component_that_was_edited_is_tested_again(since: Callable[..., set[str]]) -> None:
    def edit(tree: Tree) -> None:
        tree["components"]["schemas"]["Shelf"]["properties"]["width"] = {"type": "string"}

    assert since(edit) == {"ListShelves", "CreateShelf", "ShowShelf"}


def test_words_for_people_are_no_change(since: Callable[..., set[str]]) -> None:
    def edit(tree: Tree) -> None:
        tree["paths"]["/api/v2/doors"]["get"]["description"] = "Lists the doors, newest first."
        tree["components"]["schemas"]["Shelf"]["x-internal-name"] = "board"

    assert since(edit) == set()


def test_a_document_of_something_else_is_refused(tmp_path: Path) -> None:
    other = {**SHELVES, "paths": {"/api/v2/lamps": {"get": {"operationId": "ListLamps", "responses": {}}}}}
    for name, tree in (("old.json", other), ("new.json", SHELVES)):
        (tmp_path / name).write_text(json.dumps(tree))
    with pytest.raises(UsageError, match="no operation in common"):
        corrected_diff(str(tmp_path / "old.json"), str(tmp_path / "new.json"))


@pytest.mark.parametrize("name", ["zendesk/support", "zendesk/ticket-content-pins", "zoho/desk", "zoho/undocumented"])
def test_a_pinned_document_has_not_changed_since_itself(name: str) -> None:
    vendor, difference = corrected_diff(name)
    assert (vendor, difference.changes, difference.retest) == (name.split("/")[0], (), ())


@pytest.mark.skipif(not SHARED.is_dir(), reason="the published documents are not here")
@pytest.mark.parametrize("published", ["zendesk/support-2026-05.yaml", "zoho-desk"])
def test_nothing_differs_between_a_pinned_document_and_the_published_one_that_it_came_from(published: str) -> None:
    assert corrected_diff(str(SHARED / published))[1].changes == ()


@pytest.mark.skipif(not SHARED.is_dir(), reason="the published documents are not here")
@pytest.mark.parametrize("new", ["", str(NEW)], ids=["pinned", "by name"])
def test_of_two_published_versions_what_the_diff_lists_is_tested_again(new: str) -> None:
    old, now = load_named(str(OLD), "zendesk"), load_named(new or "zendesk/support", "zendesk")
    difference = review.diff(old, now)
    _, corrected = corrected_diff(str(OLD), new)
    assert set(corrected.retest) == set(difference.retest)
    assert set(corrected.removed) == set(difference.removed)
