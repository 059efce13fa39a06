"""Diff: each change is found once, and judged from the side that sends the value."""

from __future__ import annotations

import copy
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness import review
from harness.checks.waivers import Waiver
from harness.openapi import document, overlay
from harness.openapi.document import Document
from harness.review import Change, Diff

SHARED = Path(__file__).resolve().parents[4] / "shared" / "upstream"
CASES = SHARED.parent / "cases" / "03-diff"
Tree = dict[str, Any]

REF = {"$ref": "#/components/schemas/Thing"}
BASE: Tree = {
    "openapi": "3.0.3",
    "info": {"title": "T", "version": "1"},
    "paths": {
        "/api/v2/things/{thing_id}": {
            "parameters": [{"name": "thing_id", "in": "path", "required": True, "schema": {"type": "integer"}}],
            "get": {
                "operationId": "ShowThing",
                "parameters": [{"name": "view", "in": "query", "schema": {"type": "string", "enum": ["a", "b"]}}],
                "security": [{"oauth": ["read"]}],
                "responses": {"200": {"content": {"application/json": {"schema": REF}}}},
            },
            "put": {
                "operationId": "UpdateThing",
                "requestBody": {"content": {"application/json": {"schema": REF}}},
                "responses": {"200": {"content": {"application/json": {"schema": REF}}}},
            },
        }
    },
    "components": {
        "schemas": {
            "Thing": {
                "type": "object",
                "required": ["name"],
                "properties": {
                    "name": {"type": "string"},
                    "state": {"type": "string", "enum": ["on", "off"]},
                    "tags": {"type": "array", "items": {"type": "string"}},
                    "id": {"type": "integer", "readOnly": True},
                },
            }
        }
    },
}  # fmt: skip
ITEM = ("paths", "/api/v2/things/{thing_id}")
THING = ("components", "schemas", "Thing")


def one(tree: Tree, name: str = "old") -> Document:
    return Document(name, "zendesk", Path(f"{name}.json"), "", tree)


def changed(*edits: tuple[tuple[str, ...], Any]) -> Diff:
    """The diff from the base to the base with values put at places; None takes the place away."""
    new = copy.deepcopy(BASE)
    for (*path, last), value in edits:
        node = new
        for key in path:
            node = node[key]
        if value is None:
            del node[last]
        else:
            node[last] = value
    return review.diff(one(BASE), one(new, "new"), tier=lambda operation: "write")


def only(found: Diff) -> Change:
    (change,) = found.changes
    return change


# Where, what is put there, how it is told, whether it breaks a client and the suites.
JUDGED: list[tuple[tuple[str, ...], Any, str, bool, bool]] = [
    ((*ITEM, "get", "responses", "202"), {"description": ""}, "answer 202 added", True, False),
    ((*ITEM, "get", "responses", "404"), {"description": ""}, "answer 404 added", False, False),
    ((*ITEM, "put", "requestBody"), None, "body removed", True, False),
    ((*ITEM, "get", "requestBody"), {"required": True, "content": {}}, "body added, required", True, True),
    ((*ITEM, "get", "security"), [{"oauth": ["read", "more"]}], "scope more added", False, False),
    ((*ITEM, "put", "security"), [{"oauth": ["write"]}], "scope write added", True, True),
    ((*ITEM, "get", "parameters"), [], "query parameter view removed", True, True),
    ((*THING, "properties", "new"), {"type": "string"}, "property new added", False, False),
    ((*THING, "properties", "state"), None, "property state removed", True, False),
    ((*THING, "properties", "name"), {"type": "string", "nullable": True}, "type string to null/string", True, False),
    ((*THING, "properties", "name"), {"type": "integer"}, "type string to integer", True, True),
    ((*THING, "properties", "state", "enum"), ["on"], "enum without off", True, True),
    ((*THING, "properties", "state", "enum"), ["on", "off", "x"], "enum with x", True, False),
    ((*THING, "properties", "tags", "items"), {"type": "string", "maxLength": 5}, "maxLength none to 5", True, True),
    ((*THING, "properties", "id", "type"), "number", "type integer to number", True, False),
    ((*THING, "required"), ["name", "state"], "property state is now required", True, True),
    ((*THING, "required"), [], "property name is no longer required", True, False),
    ((*THING, "additionalProperties"), False, "closed to further properties", True, True),
]


@pytest.mark.parametrize(("place", "value", "message", "breaks_client", "breaks_suites"), JUDGED)
def test_a_change_is_told_once_and_judged(
    place: tuple[str, ...], value: Any, message: str, breaks_client: bool, breaks_suites: bool
) -> None:
    change = only(changed((place, value)))
    assert change.message.startswith(message)
    assert (change.breaks_client, change.breaks_suites) == (breaks_client, breaks_suites)


def test_a_component_is_told_once_with_all_that_use_it() -> None:
    change = only(changed(((*THING, "properties", "new"), {"type": "string"})))
    assert change.place == "Thing"
    assert change.operations == ("zendesk:ShowThing", "zendesk:UpdateThing")
    assert change.message.endswith("(answer and request)")


def test_a_component_that_is_another_is_compared_with_all_of_it() -> None:
    old, new = copy.deepcopy(BASE), copy.deepcopy(BASE)
    for tree, more in ((old, []), (new, [{"properties": {"new": {"type": "string"}}}])):
        tree["components"]["schemas"]["Other"] = {"type": "object", "allOf": [REF, *more]}
        content = tree["paths"][ITEM[1]]["get"]["responses"]["200"]["content"]["application/json"]
        content["schema"] = {"$ref": "#/components/schemas/Other"}
    change = only(review.diff(one(old), one(new)))
    assert (change.place, change.message) == ("Other", "property new added (answer)")


def test_what_only_the_vendor_sends_is_no_change_of_a_request() -> None:
    change = only(changed(((*THING, "properties", "made"), {"type": "string", "readOnly": True})))
    assert change.message == "property made added (answer)"


def test_a_new_required_parameter_breaks_and_an_optional_one_does_not() -> None:
    for needed in (True, False):
        old = BASE["paths"][ITEM[1]]["get"]["parameters"]
        more = [*old, {"name": "x", "in": "query", "required": needed, "schema": {}}]
        change = only(changed(((*ITEM, "get", "parameters"), more)))
        assert (change.action, change.breaks_client) == ("added", needed)


def test_renamed_path_parameters_are_the_same_and_renamed_operations_are_told() -> None:
    new = copy.deepcopy(BASE)
    item = new["paths"].pop(ITEM[1])
    item["parameters"][0]["name"] = "id"
    new["paths"]["/api/v2/things/{id}"] = item
    assert review.diff(one(BASE), one(new)).changes == ()
    found = changed(((*ITEM, "get", "operationId"), "ReadThing"))
    assert found.renamed == {"zendesk:ShowThing": "zendesk:ReadThing"}
    assert only(found).breaks_suites
    assert not only(found).breaks_client


def test_added_and_removed_operations_and_what_to_test_again() -> None:
    found = changed(((*ITEM, "put"), None), ((*ITEM, "post"), {"operationId": "AddThing", "responses": {}}))
    assert (found.added, found.removed) == (("zendesk:AddThing",), ("zendesk:UpdateThing",))
    assert found.retest == ("zendesk:AddThing",)
    assert [(change.action, change.breaks_client) for change in found.changes] == [("removed", True), ("added", False)]


def test_what_lost_a_part_is_tested_again() -> None:
    assert changed(((*ITEM, "put", "requestBody"), None)).retest == ("zendesk:UpdateThing",)
    both = ("zendesk:ShowThing", "zendesk:UpdateThing")
    assert changed(((*THING, "properties", "state", "enum"), ["on"])).retest == both
    assert changed((THING, {"type": "object", "additionalProperties": False})).retest == both


def test_a_changed_tier_is_told() -> None:
    new = copy.deepcopy(BASE)
    new["paths"][ITEM[1]]["get"]["tags"] = ["x"]
    found = review.diff(one(BASE), one(new), tier=lambda operation: "admin" if operation.tags else "read")
    assert found.tiers == {"zendesk:ShowThing": ("read", "admin")}
    assert found.retest == ("zendesk:ShowThing",)


def waiver(operation: str, check: str = "body", status: int = 0) -> Waiver:
    return Waiver(
        f"{operation}-{check}", operation, check, "r", "o", date(2026, 1, 1), date(2027, 1, 1), "s", status=status
    )


def test_waivers_without_an_operation_or_with_a_status_now_documented_are_stale() -> None:
    new = copy.deepcopy(BASE)
    new["paths"][ITEM[1]]["get"]["responses"]["404"] = {"description": ""}
    del new["paths"][ITEM[1]]["put"]
    waivers = [waiver("zendesk:UpdateThing"), waiver("zendesk:ShowThing", "status", 404), waiver("zendesk:Show*"),
               waiver("zendesk:Never")]  # fmt: skip
    found = review.diff(one(BASE), one(new), waivers=waivers)
    assert found.stale_waivers == ("zendesk:UpdateThing-body", "zendesk:ShowThing-status")


def test_overlays_that_no_longer_fit_are_stale(tmp_path: Path) -> None:
    path = tmp_path / "new.json"
    path.write_text(json.dumps(BASE))
    fix = tmp_path / "fix.yaml"
    why = "  x-reason: r\n  x-source: s\n  update: {x: 1}\n"
    targets = ("$.components.schemas.Thing", "$.components.schemas.Gone")
    head = "overlay: 1.0.0\ninfo: {title: T}\nextends: new.json\nactions:\n"
    fix.write_text(head + "".join(f"- target: {target}\n{why}" for target in targets))
    new = document.load(path, "zendesk")
    (stale,) = review.diff(one(BASE), new, corrections=[overlay.read(fix)]).stale_overlays
    assert "Gone selects nothing" in stale
    assert stale.startswith(f"{fix}:9")


leaves = [
    {},
    {"type": "string"},
    {"type": "integer", "minimum": 1},
    REF,
    {"type": "string", "enum": ["a"], "nullable": True},
]
schemas = st.recursive(
    st.sampled_from(leaves),
    lambda inner: (
        st.builds(lambda a, b: {"type": "object", "properties": {"a": a, "b": b}, "required": ["a"]}, inner, inner)
        | st.builds(lambda a: {"type": "array", "items": a}, inner)
        | st.builds(lambda a, b: {"oneOf": [a, b]}, inner, inner)
        | st.builds(lambda a, b: {"allOf": [a, b]}, inner, inner)
    ),
    max_leaves=8,
)


@settings(max_examples=200)
@given(schemas, schemas)
def test_no_change_is_seen_in_what_is_the_same_and_any_pair_can_be_compared(old: Any, new: Any) -> None:
    left, right = (copy.deepcopy(BASE) for _ in range(2))
    left["components"]["schemas"]["Thing"]["properties"]["x"] = old
    right["components"]["schemas"]["Thing"]["properties"]["x"] = new
    assert review.diff(one(left), one(copy.deepcopy(left))).changes == ()
    review.diff(one(left), one(right))


@pytest.mark.skipif(not SHARED.is_dir(), reason="the published documents are not here")
def test_eight_months_of_the_real_document() -> None:
    old, new = (
        document.load(SHARED / f"zendesk/support-{date}.yaml", "zendesk", strict=False)
        for date in ("2025-09", "2026-05")
    )
    found = review.diff(old, new)
    assert (len(found.added), len(found.removed)) == (126, 13)
    told = {(change.place, change.pointer, change.message) for change in found.changes}
    # Looked up in both files by hand.
    assert ("zendesk:UploadFiles", "query/filename", "query parameter filename added, required") in told
    assert ("zendesk:TicketsUpdateMany", "", "body added, required") in told
    assert ("zendesk:DeleteTagsTicket", "204", "answer 204 removed") in told
    assert ("UserIdentityObject", "/type", "enum with messaging (answer)") in told
    assert ("BrandsResponse", "/next_page", "format url to uri (answer)") in told
    assert ("TriggerObject", "/category_id", "type string to null/string (answer)") in told
    assert found.renamed["zendesk:ListCustoms"] == "zendesk:ListCustomObjects"


def test_changes_are_the_diff_without_the_rest() -> None:
    new = copy.deepcopy(BASE)
    new["components"]["schemas"]["Thing"]["properties"]["new"] = {"type": "string"}
    (change,) = review.changes(one(BASE), one(new))
    assert change.operations == ("zendesk:ShowThing", "zendesk:UpdateThing")
    assert review.changes(one(BASE), one(copy.deepcopy(BASE))) == ()


def test_webhooks_are_sent_by_the_vendor() -> None:
    def hook(schema: Any) -> Tree:
        post = {"requestBody": {"content": {"application/json": {"schema": schema}}}}
        return {**BASE, "webhooks": {"made": {"post": post}}}

    change = only(review.diff(one(hook({"enum": ["a"]})), one(hook({"enum": ["a", "b"]}))))
    assert (change.place, change.kind, change.message) == ("made", "callback", "enum with b")
    assert change.breaks_client
    assert only(review.diff(one(hook({})), one(BASE))).message == "webhook made removed"
    assert only(review.diff(one(BASE), one(hook({})))).breaks_client is False


def test_a_document_of_3_0_and_the_same_in_3_1_do_not_differ() -> None:
    old, new = copy.deepcopy(BASE), copy.deepcopy(BASE)
    new["openapi"] = "3.1.0"
    for tree, state in (
        (old, {"type": "string", "enum": ["on"], "nullable": True}),
        (new, {"type": ["string", "null"], "enum": ["on", None]}),
    ):
        tree["components"]["schemas"]["Thing"]["properties"]["state"] = state
    assert review.changes(one(old), one(new)) == review.changes(one(new), one(old)) == ()


# Pairs that public reports of other tools are about; all others break a client.
NO_CHANGE = ("f-path-param-renamed", "g-exclusive-min-30-31", "g2-", "h-ref-to-allof-ref", "k-const", "o-query-param")
HARMLESS = ("a-1088", "e-", "e3-", "l-request", "v1-", "v2-", "v3-", "v6-", "v7-", "y-direct")


@pytest.mark.skipif(not CASES.is_dir(), reason="the pairs of public reports are not here")
@pytest.mark.parametrize("old", sorted(CASES.glob("*.old.json")), ids=lambda path: path.name.removesuffix(".old.json"))
def test_a_pair_of_a_public_report_gives_the_right_result(old: Path) -> None:
    name = old.name.removesuffix(".old.json")
    pair = (document.load(path, "zendesk", strict=False) for path in (old, old.with_name(f"{name}.new.json")))
    found = review.changes(*pair)
    assert bool(found) == (not name.startswith(NO_CHANGE))
    assert any(change.breaks_client for change in found) == (not name.startswith(NO_CHANGE + HARMLESS))
