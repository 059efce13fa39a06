"""Overlays: each action does what the standard says, and one that corrects nothing is an error."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.errors import DocumentError
from harness.openapi import bundle, document, overlay

TREE = {
    "openapi": "3.0.3",
    "paths": {
        "/a": {"get": {"responses": {"200": {"description": ""}}}},
        "/b": {"get": {"responses": {"200": {"description": ""}, "404": {"description": "own"}}}},
    },
    "components": {"schemas": {"S": {"type": "string", "enum": ["a"], "required": ["x", "y"]}}},
}


def written(folder: Path, *actions: dict[str, Any], **words: Any) -> Path:
    why = {"x-reason": "because", "x-source": "recorded 2026-01"}
    data = {"overlay": "1.0.0", "info": {"title": "T", "version": "1"}, "extends": "../s.yaml"} | words
    path = folder / "one.yaml"
    path.write_text(yaml.safe_dump(data | {"actions": [why | one for one in actions]}, sort_keys=False))
    return path


def applied(folder: Path, *actions: dict[str, Any]) -> Any:
    tree = yaml.safe_load(yaml.safe_dump(TREE))
    overlay.apply(tree, [overlay.read(written(folder, *actions))])
    return tree


def test_update_merges_objects_and_adds_to_lists(tmp_path: Path) -> None:
    tree = applied(tmp_path, {"target": "$.components.schemas.S", "update": {"nullable": True, "enum": ["a", "b"]}})
    assert tree["components"]["schemas"]["S"]["enum"] == ["a", "b"]
    assert tree["components"]["schemas"]["S"]["nullable"] is True


def test_a_selected_list_gets_one_entry_more(tmp_path: Path) -> None:
    tree = applied(tmp_path, {"target": "$.components.schemas.S.enum", "update": "z"})
    assert tree["components"]["schemas"]["S"]["enum"] == ["a", "z"]


def test_remove_takes_away_keys_and_list_entries(tmp_path: Path) -> None:
    tree = applied(
        tmp_path,
        {"target": "$.components.schemas.S.required[?@ == 'x' || @ == 'y']", "remove": True},
        {"target": "$.paths['/b'].get.responses['404']", "remove": True},
    )
    assert tree["components"]["schemas"]["S"]["required"] == []
    assert list(tree["paths"]["/b"]["get"]["responses"]) == ["200"]


def test_an_action_of_answers_passes_over_what_only_requests_use(tmp_path: Path) -> None:
    def content(name: str) -> dict[str, Any]:
        return {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}}

    tree = {
        "paths": {"/a": {"put": {"requestBody": content("Sent"), "responses": {"200": content("Shown")}}}},
        "components": {
            "schemas": {
                "Sent": {"maxLength": 1, "properties": {"both": {"$ref": "#/components/schemas/Both"}}},
                "Shown": {"maxLength": 1, "anyOf": [{"$ref": "#/components/schemas/Both"}]},
                "Both": {"maxLength": 1},
                "Unused": {"maxLength": 1},
            }
        },
    }
    action = {"target": "$.components.schemas.*.maxLength", "remove": True, "x-of-answers": True}
    overlay.apply(tree, [overlay.read(written(tmp_path, action))])
    assert [name for name, schema in tree["components"]["schemas"].items() if "maxLength" in schema] == ["Sent"]


def test_copy_merges_what_stands_elsewhere(tmp_path: Path) -> None:
    tree = applied(
        tmp_path,
        {"target": "$.components.schemas", "update": {"T": {}}},
        {"target": "$.components.schemas.T", "copy": "$.components.schemas.S"},
        {"target": "$.components.schemas.T", "update": {"enum": ["more"]}},
    )
    assert tree["components"]["schemas"]["T"]["enum"] == ["a", "more"]
    assert tree["components"]["schemas"]["S"]["enum"] == ["a"]


def test_a_filter_adds_only_where_something_is_missing(tmp_path: Path) -> None:
    update = {"404": {"description": "any"}}
    tree = applied(tmp_path, {"target": "$.paths.*[?@.responses && !@.responses['404']].responses", "update": update})
    assert tree["paths"]["/a"]["get"]["responses"]["404"] == {"description": "any"}
    assert tree["paths"]["/b"]["get"]["responses"]["404"] == {"description": "own"}


STALE = {
    "selects nothing": {"target": "$.components.schemas.Gone", "update": {"a": 1}},
    "changes nothing": {"target": "$.components.schemas.S", "update": {"type": "string"}},
    "copies": {"target": "$.components.schemas.S", "copy": "$.nowhere"},
    "no JSONPath": {"target": "components//S", "update": {"a": 1}},
}


@pytest.mark.parametrize("problem", STALE)
def test_an_action_that_no_longer_corrects_is_an_error_with_its_line(problem: str, tmp_path: Path) -> None:
    fine = {"target": "$.components.schemas.S", "update": {"x": 1}}
    with pytest.raises(DocumentError, match=problem) as caught:
        applied(tmp_path, fine, STALE[problem])
    assert caught.value.where.startswith(str(tmp_path / "one.yaml") + ":")
    assert int(caught.value.where.rsplit(":", 1)[1]) > 10


@pytest.mark.parametrize(
    ("words", "action", "problem"),
    [
        ({"overlay": "2.0.0"}, {}, "no OpenAPI Overlay"),
        ({"info": {}}, {}, "title"),
        ({}, {"x-reason": "", "target": "$.a", "update": {}}, "x-reason"),
        ({}, {"x-source": None, "target": "$.a", "update": {}}, "x-source"),
        ({}, {"update": {}}, "target"),
        ({}, {"target": "$.a"}, "one of update"),
        ({}, {"target": "$.a", "update": {}, "remove": True}, "one of update"),
    ],
)
def test_a_broken_overlay_is_refused(words: Any, action: Any, problem: str, tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=problem):
        overlay.read(written(tmp_path, action, **words))


def test_an_overlay_without_actions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="no list of actions"):
        overlay.read(written(tmp_path))


def test_overlays_are_read_in_name_order_and_for_their_document_only(tmp_path: Path) -> None:
    action = {"target": "$.a", "update": {}}
    for name, extends in (("20.yaml", "../s.yaml"), ("10.yaml", "../s.yaml"), ("15.yaml", "../other.yaml")):
        written(tmp_path, action, extends=extends).rename(tmp_path / name)
    assert [one.path.name for one in overlay.overlays(tmp_path, "s.yaml")] == ["10.yaml", "20.yaml"]
    assert overlay.overlays(tmp_path / "nowhere", "s.yaml") == ()


def test_what_may_reach_several_places_is_called_broad(tmp_path: Path) -> None:
    targets = {"$.a.b": False, "$.paths['/a/{b}'].get": False, "$.paths.*.get": True, "$.a['b', 'c']": True,
               "$.a[?@.x]": True, "$..a": True}  # fmt: skip
    found = overlay.read(written(tmp_path, *({"target": target, "update": {}} for target in targets)))
    assert {action.target: action.is_broad for action in found.actions} == targets


@pytest.mark.parametrize("vendor", document.vendors())
def test_every_correction_of_ours_still_corrects_and_has_a_source(vendor: str) -> None:
    for row in document.pins(vendor):
        corrections = overlay.overlays(document.SPECS / vendor / "overlays", row.file)
        tree = bundle.bundle(document.SPECS / vendor / row.file)
        assert list(overlay.stale(tree, corrections)) == []
        for one in corrections:
            for action in one.actions:
                assert "recorded" in action.source or "vendor page" in action.source or "example" in action.source or (
                    "declared" in action.source or "documented" in action.source or "reported" in action.source
                ), action.place  # fmt: skip


@pytest.mark.parametrize("vendor", document.vendors())
def test_no_correction_reaches_into_a_request_by_widening_an_enum(vendor: str) -> None:
    """A status that only exports know must not become one that a client may set."""
    tree = next(document.pinned(vendor)).tree
    if vendor == "zendesk":
        assert "deleted" not in tree["components"]["schemas"]["TicketObject"]["properties"]["status"]["enum"]
        assert "deleted" in tree["components"]["schemas"]["ExportedTicketObject"]["properties"]["status"]["enum"]


def alike(folder: Path, old: Any, new: Any, *actions: dict[str, Any]) -> None:
    overlay.apply_alike(old, new, [overlay.read(written(folder, *actions))])


def schemas(**components: Any) -> dict[str, Any]:
    return {"components": {"schemas": components}}


def test_two_versions_are_corrected_where_both_have_the_place(tmp_path: Path) -> None:
    old, new = schemas(S={"type": "string"}), schemas(S={"type": "string"}, T={"type": "string"})
    alike(tmp_path, old, new, {"target": "$.components.schemas['S', 'T']", "update": {"nullable": True}})
    assert old == schemas(S={"type": "string", "nullable": True})
    assert new == schemas(S={"type": "string", "nullable": True}, T={"type": "string"})


def test_what_one_version_has_mended_itself_is_no_difference(tmp_path: Path) -> None:
    old, new = schemas(S={"type": "string"}), schemas(S={"type": "string", "nullable": True})
    alike(tmp_path, old, new, {"target": "$.components.schemas.S", "update": {"nullable": True}})
    assert old == new


def test_a_correction_that_leads_to_a_place_of_one_version_only_is_left_out(tmp_path: Path) -> None:
    old, new = schemas(S={"type": "object"}), schemas(S={"type": "object"}, Page={"type": "object"})
    update = {"allOf": [{"$ref": "#/components/schemas/Page"}]}
    alike(tmp_path, old, new, {"target": "$.components.schemas.S", "update": update})
    assert "allOf" not in new["components"]["schemas"]["S"]


def test_what_builds_on_a_correction_that_was_left_out_is_left_out_too(tmp_path: Path) -> None:
    old = schemas(S={"type": "object"}, List={"items": {"$ref": "#/components/schemas/S"}})
    new = schemas(Thing={"type": "object"}, List={"items": {"$ref": "#/components/schemas/Thing"}})
    alike(
        tmp_path,
        old,
        new,
        {"target": "$.components.schemas", "update": {"Variant": {}}},
        {"target": "$.components.schemas.Variant", "copy": "$.components.schemas.Thing"},
        {"target": "$.components.schemas.List.items", "update": {"$ref": "#/components/schemas/Variant"}},
    )
    assert old["components"]["schemas"]["List"]["items"] == {"$ref": "#/components/schemas/S"}
    assert new["components"]["schemas"]["List"]["items"] == {"$ref": "#/components/schemas/Thing"}


def test_a_value_is_not_removed_where_what_replaces_it_is_left_out(tmp_path: Path) -> None:
    old = schemas(S={"items": {"$ref": "#/components/schemas/Old"}}, Old={"type": "string"})
    new = schemas(S={"items": {"$ref": "#/components/schemas/Old"}}, Old={"type": "integer"}, New={"type": "object"})
    alike(
        tmp_path,
        old,
        new,
        {"target": "$.components.schemas.S.items['$ref']", "remove": True},
        {"target": "$.components.schemas.S.items", "update": {"$ref": "#/components/schemas/New"}},
        {"target": "$.components.schemas.S", "update": {"nullable": True}},
    )
    corrected = {"items": {"$ref": "#/components/schemas/Old"}, "nullable": True}
    assert old["components"]["schemas"]["S"] == new["components"]["schemas"]["S"] == corrected


def test_what_a_correction_adds_itself_is_there_in_both(tmp_path: Path) -> None:
    old, new = schemas(S={"type": "object"}), schemas(S={"type": "object"})
    alike(
        tmp_path,
        old,
        new,
        {"target": "$.components.schemas", "update": {"T": {}, "U": {"items": {"$ref": "#/components/schemas/T"}}}},
        {"target": "$.components.schemas.T", "copy": "$.components.schemas.S"},
    )
    assert old == new
    assert new["components"]["schemas"]["T"] == {"type": "object"}


def values(folder: Path, tree: Any, **action: Any) -> dict[Any, Any]:
    (read,) = overlay.read(written(folder, action)).actions
    return overlay.corrected_values(tree, read)


def test_what_an_action_corrects_is_its_part_of_the_place_and_the_words_beside_it(tmp_path: Path) -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "integer"}}, "nullable": False}
    tree, place = schemas(S=schema), ("components", "schemas", "S")
    target = "$.components.schemas.S"
    added = {"properties": {"c": {"type": "string"}}}
    assert values(tmp_path, tree, target=target, update=added) == {
        place: {"type": "object", "nullable": False, "properties": {}}
    }
    changed = {"properties": {"a": {"nullable": True}}}
    assert values(tmp_path, tree, target=target, update=changed)[place]["properties"] == {"a": {"type": "string"}}
    assert values(tmp_path, tree, target=target, remove=True) == {place: schema}
    assert values(tmp_path, tree, target="$.components.schemas.T", remove=True) == {}
